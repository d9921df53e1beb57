"""Documents made to take time are stopped within a second; what is too large is not read at all."""

import contextlib
import json
import zlib
from collections.abc import Callable
from itertools import combinations, islice
from typing import Any

import pytest
from bench import originals

from opencairn.engine.baking import attach_pdf, bake_png, bake_svg
from opencairn.engine.canonical import canonical, canonicalize, contexts, parse
from opencairn.engine.canonical.vocabulary import MOST_TERMS
from opencairn.engine.formats import open_badge_3
from opencairn.engine.objections import Objection, Unread, Unsupported
from opencairn.engine.presentations import verify_presentation
from opencairn.engine.proofs import disclosures, enveloped, sd_jwt, vc_jwt
from opencairn.engine.verify import examine

from .pace import stops_within
from .samples import AT, ATTAINMENT, KEY, LIST, as_bytes, offering, signed, status_list
from .test_baking import SVG, chunk, picture, with_chunk
from .test_canonical import OB, V2, small

OWN = {"o": "urn:o", "l": {"@id": "urn:l", "@container": "@list"}, "g": {"@id": "urn:g", "@container": "@graph"}}
SCOPED = sorted(word for word in contexts.document(OB)["@context"] if word[0].isupper() and word != "Image")


def tree(depth: int, width: int) -> dict[str, Any]:
    return {"o": [tree(depth - 1, width) for _ in range(width)]} if depth else {}


def mixed_types(count: int) -> list[list[str]]:
    """Return sets of types whose contexts go together, each another one."""
    fitting: list[str] = []
    for word in SCOPED:
        with contextlib.suppress(Objection):
            canonical(small(evidence={"id": "urn:e", "type": [*fitting, word]}))
            fitting.append(word)
    return [list(each) for each in islice(combinations(fitting, 6), count)]


POISON: dict[str, Callable[[], dict[str, Any]]] = {
    "equal leaves of a tree": lambda: small(OWN, o=[tree(6, 2)]),
    "a wide tree": lambda: small(OWN, o=[tree(2, 15)]),
    "two trees": lambda: small(OWN, o=[tree(4, 3), tree(4, 3)]),
    "equal lists": lambda: small(OWN, o=[{"l": ["a"] * 20}] * 12),
    "lists of lists": lambda: small(OWN, l=[{"l": [{}] * 10}] * 10),
    "equal graphs": lambda: small(OWN, g=[{"o": {}}] * 120),
    "graphs in graphs": lambda: small(OWN, g=[{"g": [{"g": {"o": {}}}] * 3}] * 12),
    "as many equal parts as are allowed": lambda: small(OWN, o=[{}] * 250),
    "one type ten thousand times": lambda: small(type=["VerifiableCredential"] * 9_990),
    "ever another mix of types": lambda: small(
        evidence=[{"id": f"urn:{n}", "type": types} for n, types in enumerate(mixed_types(3_000))]
    ),
    "ever another context": lambda: small(
        evidence=[{"id": f"urn:{n}", "@context": {f"t{n}x{m}": "urn:t" for m in range(MOST_TERMS)}} for n in range(15)]
    ),
    "many entries in many contexts": lambda: small(
        evidence=[{"id": f"urn:{n}", "@context": [V2, OB] * 8 + [{f"t{n}": "urn:t"}] * 16} for n in range(15)]
    ),
    "ten thousand prefixed names": lambda: small({"ex": "urn:ex:"}, **{f"ex:{n}": n for n in range(9_990)}),
    "a megabyte of control characters": lambda: small(name=["\x01" * 1_000 + str(n) for n in range(150)]),
}


@pytest.mark.parametrize("kind", POISON)
def test_poison_stops_within_a_second(kind: str) -> None:
    text = json.dumps(POISON[kind]())
    assert stops_within(1, lambda: canonical(parse(text)))


def test_mixing_types_without_end_is_refused() -> None:
    with pytest.raises(Unsupported) as refused:
        canonical(POISON["ever another mix of types"]())
    assert refused.value.code in ("too-many-contexts", "too-many-statements")  # the latter where plans are remembered


def test_a_clique_of_blank_nodes_is_refused_within_a_second() -> None:
    clique = [(f"_:n{a}", "<urn:p>", f"_:n{b}", "") for a in range(9) for b in range(9) if a != b]
    with pytest.raises(Unsupported, match="entangled"):
        canonicalize(clique)
    assert stops_within(1, lambda: canonicalize(clique))


@pytest.mark.parametrize("text", [b"[" * 50_000_000, b'{"a": "' + b"x" * 50_000_000 + b'"}'], ids=["deep", "long"])
def test_fifty_megabytes_are_left_unread_at_once(text: bytes) -> None:
    with pytest.raises(Unread) as refused:
        parse(text)
    assert refused.value.code == "too-large"
    assert stops_within(0.1, lambda: parse(text))


# --- nobody can say of what was not read that it is wrong ---

LARGE = "x" * 1_000_000
BADGE = open_badge_3.write(ATTAINMENT)
LONG = vc_jwt.sign({**BADGE, "name": LARGE}, KEY)


def with_disclosures(many: int) -> str:
    claims = {"vct": "urn:x", "iss": KEY.did, **{f"a{number}": number for number in range(many)}}
    return sd_jwt.sign(claims, KEY, hidden=[(f"a{number}",) for number in range(many)])


UNREAD: dict[str, Callable[[], bytes]] = {
    "JSON": lambda: as_bytes({**signed(), "name": LARGE}),
    "a token": LONG.encode,
    "a token with disclosures": lambda: with_disclosures(2).encode() + b"A" * 1_000_000 + b"~",
    "too many disclosures": lambda: with_disclosures(disclosures.MOST + 1).encode(),
    "an enveloped token": lambda: as_bytes(enveloped.wrap(LONG)),
    "SVG": lambda: bake_svg(SVG, json.dumps({**signed(), "name": LARGE})).encode(),
    "PNG": lambda: bake_png(picture(), json.dumps({**signed(), "name": LARGE})),
    "PNG, packed": lambda: with_chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b" " * 1_000_001)),
    "PDF": lambda: attach_pdf(originals.page(), "credential.json", json.dumps({**signed(), "name": LARGE})),
    "PDF with a token": lambda: attach_pdf(originals.page(), "credential.jwt", LONG),
    "PDF with a seal": lambda: attach_pdf(
        originals.page(), "credential.json", json.dumps({"payload": LARGE, "signature": "x"})
    ),
    "PDF, with letters of several bytes": lambda: attach_pdf(
        originals.page(), "credential.json", json.dumps({**signed(), "name": "ä" * 600_000}, ensure_ascii=False)
    ),
    "a PNG of many parts": lambda: picture()[:8] + 20_001 * chunk(b"IDAT", b"") + picture()[8:],
}


@pytest.mark.parametrize("kind", UNREAD)
def test_what_was_not_read_is_unknown_in_any_form(kind: str) -> None:
    report = examine(UNREAD[kind](), at=AT, fetch=None, trust=None)
    first, *others = report.steps
    assert (report.verdict, first.outcome) == ("unknown", "unknown")
    assert first.code in ("too-large", "disclosures-many")
    assert {each.code for each in others} == {"not-reached"}


def test_a_large_attachment_that_is_no_credential_hides_none() -> None:
    for other in ("[" + LARGE, "{" + LARGE, "eye.witness " + LARGE, "\0" + LARGE):
        pdf = attach_pdf(originals.page(), "other", other)
        assert examine(pdf, at=AT, fetch=None, trust=None).verdict == "not-a-credential"
        both = attach_pdf(pdf, "credential.json", as_bytes(signed()).decode())
        assert examine(both, at=AT, fetch=offering({LIST: status_list()}), trust=None).verdict == "valid"


def test_two_credentials_in_a_pdf_are_two_even_if_one_is_too_large() -> None:
    pdf = attach_pdf(originals.page(), "a.json", json.dumps({**signed(), "name": LARGE}))
    both = attach_pdf(pdf, "b.json", as_bytes(signed()).decode())
    assert examine(both, at=AT, fetch=None, trust=None).steps[0].code == "attached-several"


def test_what_fits_just_so_is_read() -> None:
    packed = with_chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(as_bytes(signed()).ljust(1_000_000)))
    pdf = attach_pdf(originals.page(), "credential.json", as_bytes(signed()).ljust(1_000_000).decode())
    for data in (packed, pdf, with_disclosures(disclosures.MOST).encode()):
        assert examine(data, at=AT, fetch=None, trust=None).steps[0].outcome == "pass"


def test_more_signatures_than_are_checked_are_unsupported_in_tokens_as_in_documents() -> None:
    token = sd_jwt.sign({"vct": "urn:x", "iss": KEY.did}, KEY, created=AT).rstrip("~")
    header, payload, signature = token.split(".")
    one = {"protected": header, "signature": signature}
    for many, verdict, code in ((8, "valid", "sd-jwt-vc"), (9, "unsupported", "too-many-proofs")):
        sealed = {"payload": payload, "signatures": [{**one, "header": {"disclosures": []}}] * many}
        report = examine(as_bytes(sealed), at=AT, fetch=None, trust=None)
        assert (report.verdict, report.steps[0].code) == (verdict, code), many


def test_a_presentation_that_was_not_read_is_unknown() -> None:
    report = verify_presentation(b" " * 1_000_001, at=AT)
    assert (report.verdict, report.steps[0].outcome, report.steps[0].code) == ("unknown", "unknown", "too-large")
