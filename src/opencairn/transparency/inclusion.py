"""Whether a transparency log holds a credential, as anyone can find out: from the proof alone, without the log's word.

A proof is what the log serves for a credential: its entry, the way up the tree, and a signed head over it.
"""

import json

from opencairn.engine import merkle
from opencairn.engine.canonical import parse
from opencairn.engine.objections import Objection
from opencairn.engine.trust import Answer

from .monitor import LARGEST, CannotTell, head_from

UNREADABLE = Answer("unknown", "The proof from the transparency log cannot be read.", "log-unreadable")


def inclusion_of(data: bytes, sha256: str) -> Answer:
    """Judge the proof that a log holds the credential with this salted hash (``rules.credential_hash``).

    It names the log and the day, for the reader to judge whose log that is.
    """
    try:
        said = parse(data, largest=LARGEST)
        text, index, size = said["entry"]["text"], said["entry"]["index"], said["size"]
        proof = [bytes.fromhex(each) for each in said["proof"]]
        head = head_from(json.dumps(said["head"]).encode())
        entry = json.loads(text)
        about, day = (entry["kind"], entry["facts"].get("sha256")), entry["at"][:10]
        leaf = merkle.leaf_hash(text.encode())
        holds = merkle.inclusion_holds(leaf, index, size, proof, head.root) and head.size == size
    except (Objection, CannotTell, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return UNREADABLE
    if about != ("credential", sha256):
        return Answer("fail", "The proof from the transparency log is about something else.", "log-of-another")
    if not holds or not head.holds:
        return Answer("fail", "The proof does not show that the transparency log holds it.", "log-not-proven")
    facts = (("number", str(index)), ("day", day), ("log", head.origin))
    return Answer(
        "pass", f"It is entry {index} of the transparency log {head.origin}, since {day}.", "log-proven", facts
    )
