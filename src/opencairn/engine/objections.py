"""What can be wrong with a document, as exceptions inside the engine; ``verify`` turns each into a step and a verdict.

Every objection carries a plain sentence, and the same as a short code with facts, for translation.
"""

from collections.abc import Mapping
from typing import Any

from .report import Verdict

Facts = tuple[tuple[str, str], ...]


class Objection(Exception):  # noqa: N818 - an objection is an answer about a document, not a fault of the program
    """Why a document was not accepted."""

    verdict: Verdict = "invalid"

    def __init__(self, why: str, code: str, **facts: str) -> None:
        super().__init__(why)
        self.why = why
        self.code = code
        self.facts: Facts = tuple(facts.items())


class NotACredential(Objection):
    """The data is something else."""

    verdict: Verdict = "not-a-credential"


class Unsupported(Objection):
    """The document may be good, but this engine cannot judge it."""

    verdict: Verdict = "unsupported"


class Elsewhere(Objection):
    """What was handed over only says where the credential is, and that could not be read."""

    verdict: Verdict = "unknown"


class Fault(Objection):
    """This engine broke on the document, so nothing is known about it."""

    verdict: Verdict = "unknown"

    def __init__(self) -> None:
        super().__init__("This verifier could not work through the document.", "not-worked-through")


class OlderBadge(Unsupported):
    """The document is an Open Badge 2.0: no Verifiable Credential, and judged by the rules of its own standard.

    ``assertion`` is the document; ``token`` the signed token it was taken out of, if any.
    """

    def __init__(self, assertion: Mapping[str, Any], token: str = "") -> None:
        super().__init__("This is an Open Badge 2.0, which is no Verifiable Credential.", "open-badges-2")
        self.assertion = assertion
        self.token = token


class Unread(Objection):
    """The document asks for more than this engine gives to one, so nobody looked at all of it."""

    verdict: Verdict = "unknown"


class Malformed(Objection):
    """The document breaks a rule of its own format."""


class Unsafe(Malformed):
    """Part of the document would not be covered by its signature, or would say one thing and sign another."""
