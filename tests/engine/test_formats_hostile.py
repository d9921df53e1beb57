"""Whatever stands in a document, a reader returns or objects; it never breaks."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from opencairn.engine import award
from opencairn.engine.data_model import objections
from opencairn.engine.formats import clr_2, open_badge_2, open_badge_3, open_badge_3_endorsement
from opencairn.engine.formats import open_badge_2_checks as checks
from opencairn.engine.losses import FILLED
from opencairn.engine.objections import Objection
from tests.engine.samples import AT, offering
from tests.engine.test_clr_2 import RECORD
from tests.engine.test_data_model import PRESENTATION
from tests.engine.test_open_badge_2 import ASSERTION, BADGE, ISSUER, KEY_PAGE, LISTING, PAGES, SIGNED, SIGNER, token

JUNK = (None, True, False, 0, -1, 2.5, 10**15, "", "x", "urn:x", "\u202e", "https://[", [], {}, [[]], ["x", 5], [{}], {"id": 5}, {"id": []},
        {"@value": 5}, {"@value": "x", "@language": 5}, {"type": {}}, {"type": [[]]}, {"en": None})  # fmt: skip
ENDORSEMENT = {
    "type": "EndorsementCredential",
    "issuer": ISSUER,
    "credentialSubject": {"id": "urn:x", "type": ["EndorsementSubject"], "endorsementComment": "x"},
}
WHOLE = {**ASSERTION, "badge": {**BADGE, "issuer": ISSUER}, "expires": "2030-01-01T00:00:00Z"}
SEALED = token()
NETWORK = offering({**PAGES, KEY_PAGE["id"]: KEY_PAGE})


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a document, as its holder and its name there."""
    found = []
    for name, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        found += [(node, name), *places(inner)]
    return found


def mutant(document: Any, rolls: random.Random) -> Any:
    changed = copy.deepcopy(document)
    for _ in range(rolls.choice((1, 1, 1, 3))):
        holder, name = rolls.choice(places(changed) or [({}, "x")])
        if rolls.random() < 0.2 and isinstance(holder, dict):
            del holder[name]
        else:
            holder[name] = copy.deepcopy(rolls.choice(JUNK))
    return changed


def every_check(assertion: Any) -> None:
    checks.dates(assertion, at=AT)
    checks.status(assertion, LISTING, fetch=NETWORK)
    checks.genuine(assertion, ISSUER, fetch=NETWORK)
    checks.genuine(assertion, SIGNER, fetch=NETWORK, token=SEALED)


def of_an_issuer(issuer: Any) -> None:
    network = offering({**PAGES, KEY_PAGE["id"]: KEY_PAGE, ISSUER["id"]: issuer})
    open_badge_2.gather(ASSERTION, network)
    checks.status(SIGNED, issuer, fetch=network)
    checks.genuine(ASSERTION, issuer, fetch=network)
    checks.genuine(SIGNED, issuer, fetch=network, token=SEALED)


@pytest.mark.parametrize(
    ("document", "reader"),
    [
        (open_badge_3.write(FILLED), open_badge_3.read),
        (clr_2.write(RECORD), clr_2.read),
        (ENDORSEMENT, open_badge_3_endorsement.read),
        (WHOLE, open_badge_2.read),
        (ASSERTION, every_check),
        (SIGNED, every_check),
        (SIGNER, of_an_issuer),
        (open_badge_3.write(FILLED), objections),
        (PRESENTATION, objections),
        (award.to_json(FILLED), award.from_json),
    ],
)  # fmt: skip
def test_a_reader_returns_or_objects(document: Any, reader: Callable[[Any], Any]) -> None:
    rolls, told = random.Random(20260301), []
    for _ in range(800):
        changed = mutant(document, rolls)
        try:
            reader(changed)
        except Objection as objection:
            told.append(objection.why)
    assert all(why.endswith(".") for why in told)


def test_recognising_never_breaks() -> None:
    for junk in JUNK:
        for document in ({"type": junk, "@context": junk}, {"@type": junk}):
            for format_ in (open_badge_3, open_badge_2, clr_2, open_badge_3_endorsement):
                assert not format_.recognises(document)
