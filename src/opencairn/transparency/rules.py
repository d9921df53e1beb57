"""What an entry may say, the bytes that are hashed and signed, and when a head is due.

The text of a head is the body of a checkpoint (C2SP tlog-checkpoint: origin, size, root in base64, and the time as one
more line); its note is the signed note (C2SP signed-note) that witnesses of other logs can read and sign too.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.keys import base64url_encode, from_multikey
from opencairn.engine.model import Attainment
from opencairn.engine.opening import Credential
from opencairn.kit.dates import iso

HEAD_EVERY = 1000  # entries
HEAD_DAILY = timedelta(hours=23)  # with the sweep that looks for it, at least once a day
HEAD_AFTER = timedelta(minutes=10)  # how long a new entry waits for a head over it
MOST_ENTRIES = 500  # in one answer
LONGEST_ENTRY = 1500  # letters: so that an answer stays below the megabyte that a monitor reads at once

#: What the entries of each kind may say. Nothing else is taken, so that nothing personal can slip in.
FACTS: Mapping[str, tuple[str, ...]] = {
    "decision": (
        "number", "quality_body", "provider", "programme", "version", "framework", "framework_version", "verdict",
        "scope", "first_on", "last_on", "object", "scheme", "track",
    ),
    "sanction": ("decision", "act", "from_on", "lifted_on"),
    "audit": ("decision", "act", "held_on", "outcome"),
    "status-list": ("list", "version", "sha256"),
    "key": ("act", "key", "holder", "from"),
    "credential": ("sha256",),
}  # fmt: skip
LOG = "log"  # the holder of the log's own keys, in entries about keys


def entry_text(kind: str, facts: Mapping[str, Any], *, at: datetime) -> str:
    """Return the one text of an entry (RFC 8785), whose hash is the leaf. Raises ValueError for what has no place."""
    if unknown := facts.keys() - set(FACTS.get(kind, ())):
        raise ValueError(f"an entry of the kind {kind!r} does not say {', '.join(sorted(unknown))}")
    text = canonical_json({"at": iso(at), "facts": dict(facts), "kind": kind}).decode()
    if not facts or len(text) > LONGEST_ENTRY:
        raise ValueError("an entry says something, in 1,500 letters at most")
    return text


def credential_hash(credential: Credential) -> str:
    """Return what the log says of an opened credential, see ``salted_hash``."""
    return salted_hash(credential.attainment, str(credential.document.get("id", "")), credential.signed)


def salted_hash(attainment: Attainment | None, identifier: str, signed: str) -> str:
    """Return the SHA-256, in hexadecimal, of a credential's salt and its fingerprint.

    Both can be had from the signed document alone: the salt is that of its hashed e-mail address (a credential without
    one has its own random identifier), the fingerprint is the SHA-256 of the text that is signed, in lower-case
    hexadecimal. Who does not have the document cannot guess the hash, nor get anything out of it.
    """
    salt = (attainment.salt if attainment else "") or identifier
    return hashlib.sha256(f"{salt}{hashlib.sha256(signed.encode()).hexdigest()}".encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """How the log stood at an instant, as its operator signed it. ``key`` is the did:key that signed."""

    origin: str
    size: int
    root: bytes
    at: str
    key: str
    signature: bytes = b""

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.at}\n"

    @property
    def note(self) -> str:
        """The signed note: the text, and the signature by the name of the log and the first bytes of its key's hash."""
        named = hashlib.sha256(f"{self.origin}\n".encode() + b"\x01" + _raw(self.key)).digest()[:4]
        return f"{self.text}\n— {self.origin} {base64.b64encode(named + self.signature).decode()}\n"

    @property
    def holds(self) -> bool:
        """Whether the key it names signed it."""
        try:
            return from_multikey(self.key.removeprefix("did:key:")).holds(self.signature, self.text.encode())
        except ValueError:
            return False

    @property
    def data(self) -> dict[str, Any]:
        """The head as programs read it."""
        return {
            "origin": self.origin, "size": self.size, "root": self.root.hex(), "at": self.at, "key": self.key,
            "signature": base64url_encode(self.signature),
        }  # fmt: skip


def _raw(did: str) -> bytes:
    return from_multikey(did.removeprefix("did:key:")).raw


def head_due(*, size: int, signed_size: int, signed_at: datetime | None, at: datetime) -> bool:
    """Whether a new head is due: none yet, the last one a day old, or entries that have waited for one."""
    if signed_at is None:
        return True
    return at >= signed_at + (HEAD_AFTER if size > signed_size else HEAD_DAILY)


def crosses(before: int, after: int) -> bool:
    """Whether the log grew past a multiple of a thousand entries."""
    return after // HEAD_EVERY > before // HEAD_EVERY
