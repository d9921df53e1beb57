"""What a status list can say about a credential, in the words of the report."""

from functools import cache

from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.report import Step

LONGEST = 300  # letters of an issuer's own words


def answer(purpose: str, *, is_set: bool) -> Step:
    """Return whether a signed list says that the credential is revoked or suspended."""
    if is_set and purpose == "revocation":
        return Step("status", "fail", "The issuer has revoked it.", "revoked")
    if is_set:
        return Step("status", "fail", "The issuer has suspended it.", "suspended")
    done = "revoked" if purpose == "revocation" else "suspended"
    return Step("status", "pass", f"The issuer has not {done} it, says the issuer's signed list.", f"not-{done}")


def told(message: str) -> Step:
    """Return what an issuer's list says in words of its own: neither for nor against the credential."""
    words = shown(message, longest=LONGEST)
    return Step(
        "status",
        "not-applicable",
        f"The issuer's signed list says of it: “{words}”.",
        "status-message",
        (("message", words),),
    )


def newer() -> Step:
    """Return that the issuer has a newer version of the credential, which leaves this one as good as it was."""
    return Step("status", "not-applicable", "The issuer says that it has a newer version of it.", "status-refresh")


@cache
def silent() -> Step:
    """Return that a list has nothing to say against the credential, and never could have."""
    return Step("status", "not-applicable", "The issuer gave no way to revoke this credential.", "no-status")
