"""Mutation fuzzing: whatever becomes of a document, the verifier answers soon, and never calls another one valid.

A mutant is made from its seed alone: ``Random(f"{seed} {name} {number}")``, so every failure can be made again.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from random import Random
from typing import Any, NamedTuple

import pikepdf
from PIL import Image
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, as_bytes, offering, signed, status_list, with_bit

from bench import mutations
from bench.cohort import cohort
from bench.mutations import Mutation
from opencairn.engine import attachment
from opencairn.engine.baking import attach_pdf, bake_png, bake_svg, unwrap
from opencairn.engine.formats import clr_2, open_badge_3, sd_jwt_vc
from opencairn.engine.model import LearnerRecord
from opencairn.engine.opening import Credential, fingerprint, open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022, sd_jwt, vc_jwt
from opencairn.engine.proofs.seal import Seal
from opencairn.engine.status import one_ed_tech, token_list
from opencairn.engine.statuses import status_step
from opencairn.engine.verify import examine

SEED = int(os.environ.get("FUZZ_SEED", "20261121"))
MUTANTS = int(os.environ.get("FUZZ_MUTANTS", "200000"))
SLOWEST = 1.0  # seconds of processor time for one document
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Stone</title><path d="M0 0h1v1z"/></svg>'
NETWORK = offering({LIST: status_list()})
DAY = timedelta(days=1)
TOKENS = offering(
    {LIST: token_list.write(LIST, token_list.Statuses(bytes(16_384), 1), KEY, at=AT, until=AT + DAY, ttl=DAY).encode()}
)


class Original(NamedTuple):
    """A document to mutate: how, and what judges a mutant. A judge returns the verdict and what was read from it."""

    name: str
    data: bytes
    mutations: tuple[Mutation, ...]
    judge: Callable[[bytes], tuple[str, Any]]
    share: int = 10  # of the mutants, against the others
    verdict: str = "valid"  # on the original


def told(text: bytes) -> tuple[str, Any]:
    """Judge a document: where it is valid, what it says is what is signed and what the reader read."""
    report = examine(text, at=AT, fetch=NETWORK, trust=None)
    if report.verdict != "valid":
        return report.verdict, None
    found = open_credential(unwrap(text))
    return report.verdict, (fingerprint(found), found.issuer, found.kind, plain(found.attainment))


def plain(value: Any) -> Any:
    """Return what was read, without what the statements leave open: the order of values, and ``de-AT`` or ``de-at``."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(name).lower(): plain(inner) for name, inner in value.items()}
    return sorted(map(plain, value), key=repr) if isinstance(value, tuple | list) else value


def told_of_presentation(data: bytes) -> tuple[str, Any]:
    """Judge an SD-JWT VC, of which a holder may show less: what is shown is what the issuer signed, nothing else."""
    report = examine(data, at=AT, fetch=TOKENS, trust=None)
    if report.verdict != "valid":
        return report.verdict, None
    text = unwrap(data)
    shown = open_credential(text)
    whole = open_credential(unwrap(presentation()))
    return report.verdict, (text.partition("~")[0], shown.issuer, is_part(shown.document, whole.document))


def is_part(some: Any, whole: Any) -> bool:
    """Whether everything in one document is in the other."""
    if isinstance(some, dict):
        return isinstance(whole, dict) and all(name in whole and is_part(some[name], whole[name]) for name in some)
    if isinstance(some, list):
        return isinstance(whole, list) and all(any(is_part(one, each) for each in whole) for one in some)
    return type(some) is type(whole) and some == whole


def told_of_pdf(data: bytes) -> tuple[str, Any]:
    """Judge a PDF without a process of its own for each, which would take half a second."""
    texts = attachment.find(data)
    return told(texts[0].encode("utf-8", "replace")) if len(texts) == 1 else ("no-single-credential", None)


def told_by_list(data: bytes) -> tuple[str, Any]:
    """Judge a badge that is revoked, by a mutant of the list that says so: it must never become valid."""
    report = examine(as_bytes(signed()), at=AT, fetch=offering({LIST: data}), trust=None)
    return report.verdict, "not revoked" if report.verdict == "valid" else None


def told_by_other_list(credential: Credential, *, is_signed: bool) -> Callable[[bytes], tuple[str, Any]]:
    """Return the same for a credential that only the status step looks at. What no one signed may say anything."""

    def judge(data: bytes) -> tuple[str, Any]:
        step = status_step(credential, at=AT, fetch=offering({LIST: data}))
        return step.outcome, "not revoked" if is_signed and step.outcome == "pass" else None

    return judge


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(written, "PNG")
    return written.getvalue()


def page() -> bytes:
    written = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written)
    return written.getvalue()


def record() -> dict[str, Any]:
    """A signed learner record (CLR 2.0) with a signed badge inside."""
    what = LearnerRecord(
        id="urn:uuid:0d4a1b1e-0000-4000-8000-000000000002",
        issuer=ATTAINMENT.issuer,
        learner=ATTAINMENT.learner,
        name="Transcript",
        awarded_on=ATTAINMENT.awarded_on,
        valid_from=AT,
        credentials=(signed(),),
        achievements=(ATTAINMENT.achievement,),
        status=ATTAINMENT.status,
        salt=ATTAINMENT.salt,
    )
    return eddsa_rdfc_2022.sign(clr_2.write(what), KEY, created=AT)


@cache
def presentation() -> bytes:
    """A micro-credential as SD-JWT VC, of which everything is shown that could be hidden."""
    claims = sd_jwt_vc.write(ATTAINMENT)
    return sd_jwt.sign(claims, KEY, hidden=sd_jwt_vc.disclosable(claims), decoys=2).encode()


def token_credential() -> Credential:
    seal = Seal("EdDSA", KEY.verification_method, lambda key: key == KEY.public)
    return Credential({"iss": KEY.did, "status": token_list.claim(LIST, 5)}, "sd-jwt-vc", KEY.did, (seal,), "")


def rebaked(bake: Callable[[str], bytes]) -> Mutation:
    """Return the mutation of a carrier that holds a mutant of the credential, itself unhurt."""

    def mutation(random: Random, data: bytes) -> bytes:
        inner = mutations.restructured(random, as_bytes(signed())).decode("utf-8", "replace")
        try:
            return bake(inner)
        except ValueError:  # letters that XML cannot carry
            return data

    return mutation


@cache
def originals() -> tuple[Original, ...]:
    """Return what is mutated. To fuzz another format or carrier, add a line."""
    for each in cohort(ATTAINMENT, 40):  # so that mutants of the badge are met by the layout they have, or nearly have
        told(as_bytes(signed(each)))
    text = as_bytes(signed()).decode()
    png, svg, pdf = picture(), SVG, page()
    into_png, into_svg = rebaked(lambda t: bake_png(png, t)), rebaked(lambda t: bake_svg(svg, t).encode())
    badge = open_credential(text)
    document = {**badge.document, "credentialStatus": one_ed_tech.entry(LIST)}
    named = Credential(document, badge.kind, badge.issuer, badge.seals, "")
    revoked = token_list.with_value(token_list.Statuses(bytes(4), 1), 5, 1)
    token = token_list.write(LIST, revoked, KEY, at=AT, until=AT + DAY, ttl=DAY).encode()
    listed = one_ed_tech.write(LIST, KEY.did, [one_ed_tech.Revoked(ATTAINMENT.id)])
    by_bytes = mutations.BYTES
    return (
        Original("json", text.encode(), mutations.JSON, told, 40),
        Original("learner record", as_bytes(record()), mutations.JSON, told),
        Original("vc-jwt", vc_jwt.sign(open_badge_3.write(ATTAINMENT), KEY).encode(), mutations.TOKEN, told),
        Original("sd-jwt", presentation(), mutations.TOKEN, told_of_presentation),
        Original("png", bake_png(png, text), (into_png, mutations.png_rearranged, *by_bytes), told),
        Original("svg", bake_svg(svg, text).encode(), (into_svg, *by_bytes), told),
        Original("pdf", attach_pdf(pdf, "credential.json", text), by_bytes, told_of_pdf, 5),
        Original(
            "bitstring list",
            as_bytes(status_list(bits=with_bit(94_567))),
            mutations.JSON,
            told_by_list,
            verdict="invalid",
        ),
        Original(
            "token list", token, mutations.TOKEN, told_by_other_list(token_credential(), is_signed=True), verdict="fail"
        ),
        Original(
            "1EdTech list", as_bytes(listed), mutations.JSON, told_by_other_list(named, is_signed=False), 5, "fail"
        ),
    )


@dataclass
class Result:
    """What came of the mutants of one original."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    same: int = 0  # mutants that say exactly what the original says
    slowest: float = 0.0
    failures: list[dict[str, Any]] = field(default_factory=list)


def mutant(original: Original, number: int, seed: int) -> bytes:
    """Return one mutant, always the same for the same three."""
    random = Random(f"{seed} {original.name} {number}")
    data = original.data
    for _ in range(random.choice((1, 1, 1, 2))):
        try:
            data = random.choice(original.mutations)(random, data)
        except (ValueError, IndexError, RecursionError):  # what is no longer JSON or PNG is mutated as bytes
            data = random.choice(mutations.BYTES)(random, data)
    return data


def fuzz(original: Original, numbers: range, seed: int = SEED) -> Result:
    """Judge mutants, and count what came of them."""
    result = Result(original.name)
    expected = original.judge(original.data)[1]
    for number in numbers:
        data = mutant(original, number, seed)
        began = sum(os.times()[:4])  # with what the process that reads a PDF takes
        try:
            verdict, read = original.judge(data)
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            verdict, read = f"crash: {type(error).__name__}", None
        took = sum(os.times()[:4]) - began
        result.counts[verdict] += 1
        result.same += read is not None and read == expected
        result.slowest = max(result.slowest, took)
        is_wrong = read is not None and read != expected
        if is_wrong or verdict.startswith("crash") or took > SLOWEST:
            what = "false valid" if is_wrong else verdict
            result.failures.append({"number": number, "what": what, "seconds": round(took, 3)})
    return result


def measure() -> Iterator[dict[str, Any]]:
    """Yield one line for each original, and one for all."""
    every = originals()
    whole = sum(each.share for each in every)
    failures = mutants = 0
    for original in every:
        result = fuzz(original, range(MUTANTS * original.share // whole + 1))
        mutants, failures = mutants + sum(result.counts.values()), failures + len(result.failures)
        yield {
            "name": f"fuzz {original.name}",
            "seed": SEED,
            "mutants": sum(result.counts.values()),
            "verdicts": dict(result.counts.most_common()),
            "valid and the same": result.same,
            "slowest ms": round(result.slowest * 1000, 1),
            "failures": result.failures[:20],
        }
    yield {"name": "fuzz", "seed": SEED, "mutants": mutants, "value": failures, "target": 0, "met": failures == 0}
