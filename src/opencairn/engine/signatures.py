"""The signature step: whether a document is sealed, unchanged, by a key that its issuer provably controls."""

from datetime import datetime, timedelta

from opencairn.kit.dates import iso

from .checks import objected
from .did import Fetch
from .objections import Malformed, Unsupported
from .opening import Credential
from .proofs.data_integrity import ASSERTION
from .proofs.seal import Seal
from .report import Step

CLOCKS_APART = timedelta(minutes=5)  # that an issuer's clock may be ahead of ours
#: what is said of a signature that holds, but is not by a key of the issuer
_SIGNED_ALONG = ("key-of-another", "key-not-listed")


def signature(credential: Credential, *, at: datetime, fetch: Fetch | None) -> Step:
    """Whether the document is signed, unchanged, by a key the issuer provably controls.

    Every proof this engine can check must hold, and one of them must be the issuer's; proofs of other kinds beside it
    are left aside.
    Raises ``Unsupported`` where there is none it can check.
    """
    steps = [_fault(each) for each in credential.faults if isinstance(each, Malformed)]
    steps += [step_of(seal, credential.issuer, at=at, fetch=fetch) for seal in credential.seals]
    if not steps:
        _nothing_to_check(credential)
        return Step("signature", "fail", "The credential is not signed.", "unsigned")
    steps = [step for step in steps if step.code not in _SIGNED_ALONG] or steps  # others may have signed along
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
    try:
        key = seal.key(who, at=at, fetch=fetch, purpose=purpose)
    except Malformed as objection:
        return _fault(objection)
    if key.public is None and key.code in _SIGNED_ALONG:
        return Step("signature", "fail", "The issuer does not list the key that the signature names.", "no-key-found")
    if key.public is not None and not seal.holds(key.public):
        return Step(
            "signature",
            "fail",
            "The credential was changed after it was signed, or signed by another key.",
            "signature-differs",
        )
    if key.outcome != "pass":
        return Step("signature", key.outcome, key.why, key.code, key.facts)
    if seal.expires is not None and at > seal.expires:
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
