"""The signature step: whether a document is sealed, unchanged, by a key that its issuer provably controls."""

from datetime import datetime, timedelta

from opencairn.kit.dates import iso

from .checks import objected
from .did import Fetch, Key
from .objections import Malformed, Unsupported
from .opening import Credential
from .proofs.data_integrity import ASSERTION
from .proofs.seal import Seal
from .report import Step

CLOCKS_APART = timedelta(minutes=5)  # that an issuer's clock may be ahead of ours
#: what is said of a signature that holds, but is not by a key of the issuer
_OF_OTHERS = ("key-of-another", "key-not-listed")


def signature(credential: Credential, *, at: datetime, fetch: Fetch | None) -> Step:
    """Whether the document is signed, unchanged, by a key the issuer provably controls.

    Every proof this engine can check must hold, and one of them must be the issuer's; proofs of other kinds beside it
    are left aside.
    Raises ``Unsupported`` where there is none it can check.
    """
    steps = [_fault(each) for each in credential.faults if isinstance(each, Malformed)]
    others: list[Step] = []
    for seal in credential.seals:
        held, step = _judged(seal, credential.issuer, ASSERTION, at, fetch)
        (others if seal.along and held and step.code in _OF_OTHERS else steps).append(step)
    steps = steps or others  # others may sign along with the issuer, but not instead
    if not steps:
        _nothing_to_check(credential)
        return Step("signature", "fail", "The credential is not signed.", "unsigned")
    for outcome in ("fail", "unknown"):
        for step in steps:
            if step.outcome == outcome:
                return step
    return steps[0]


def _fault(objection: Malformed) -> Step:
    return objected("signature", objection, "fail")


def _nothing_to_check(credential: Credential) -> None:
    """Raise what stands in the way where there are proofs, but none that can be checked."""
    for objection in credential.faults:
        raise objection
    for named in credential.left_aside:
        raise Unsupported(f"The signature is of a kind this verifier does not check: {named}.", "suite", suite=named)


def step_of(seal: Seal, who: str, *, at: datetime, fetch: Fetch | None, purpose: str = ASSERTION) -> Step:
    """Return whether one seal is that of the issuer (or of the holder, for a presentation) who is named."""
    return _judged(seal, who, purpose, at, fetch)[1]


def _judged(seal: Seal, who: str, purpose: str, at: datetime, fetch: Fetch | None) -> tuple[bool, Step]:
    """Return whether a key that was found made the seal, and the step that tells whether it is who is named."""
    try:
        key = seal.key(who, at=at, fetch=fetch, purpose=purpose)
    except Malformed as objection:
        return False, _fault(objection)
    if key.public is not None and not seal.holds(key.public):
        why = "The credential was changed after it was signed, or signed by another key."
        return False, Step("signature", "fail", why, "signature-differs")
    return key.public is not None, _timely(seal, key, who, at)


def _timely(seal: Seal, key: Key, who: str, at: datetime) -> Step:
    """Return the step of a seal that a key was found for: whose key it is, and whether it counts at this instant."""
    if key.outcome != "pass":
        return Step("signature", key.outcome, key.why, key.code, key.facts)
    if seal.expires is not None and seal.is_over(at):
        ended = iso(seal.expires)
        return Step("signature", "fail", f"The signature ran out at {ended}.", "signature-expired", (("at", ended),))
    first = max((each for each in (seal.begins, seal.created) if each is not None), default=None)
    if first is not None and at < first - CLOCKS_APART:
        begins = iso(first)
        return Step(
            "signature", "fail", f"The signature counts only from {begins}.", "signature-early", (("at", begins),)
        )
    if key.code:
        return Step("signature", "pass", key.why, key.code, key.facts)
    on = iso(seal.created) if seal.created else ""
    told = f" at {on}" if on else ""
    return Step(
        "signature",
        "pass",
        f"It was signed{told} by the issuer's own key, and nothing was changed since.",
        "signed",
        (("at", on), ("issuer", who)),
    )
