"""Everything we write, filled to the last field, means the same to an independent stack (npm @digitalbazaar/vc)."""

import copy
import json
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

from opencairn.engine.formats import clr_2, open_badge_3
from opencairn.engine.losses import FILLED
from opencairn.engine.model import Attainment
from opencairn.engine.proofs import eddsa_rdfc_2022
from tests.engine.attainments import ATTAINMENTS
from tests.engine.samples import AT, KEY
from tests.engine.test_clr_2 import RECORD
from tests.peers import test_digital_bazaar as peer

pytestmark = peer.pytestmark


def signed(document: Any) -> Any:
    return eddsa_rdfc_2022.sign(document, KEY, created=AT)


def ours(attainment: Attainment) -> Attainment:
    return replace(
        attainment, issuer=replace(attainment.issuer, id=KEY.did), valid_from=AT, valid_until=None, status=None
    )


def test_a_credential_that_states_everything_verifies_there_and_each_change_is_seen() -> None:
    whole = signed(open_badge_3.write(ours(FILLED)))
    assert peer.ask(do="verify", credential=whole) == {"verified": True, "errors": []}
    for name, value in (("hoursSpent", 49), ("learnerBornOn", "1999-03-01"), ("priorLearningNote", {"en": "None."})):
        changed = copy.deepcopy(whole)
        changed["credentialSubject"][name] = value
        assert peer.ask(do="verify", credential=changed)["verified"] is False, name


def test_a_record_of_several_credentials_verifies_there() -> None:
    assert peer.ask(do="verify", credential=signed(clr_2.write(replace(RECORD, status=None))))["verified"] is True


@given(ATTAINMENTS)
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
def test_any_attainment_verifies_there(attainment: Attainment) -> None:
    """RDFC-1.0 sorts by code points; that stack sorts by UTF-16 units, which differs only beyond U+FFFF."""
    document = open_badge_3.write(ours(attainment))
    assume(max(json.dumps(document, ensure_ascii=False)) <= "\uffff")
    assert peer.ask(do="verify", credential=signed(document))["verified"] is True
