"""A learner record goes out and comes back whole, and the credentials inside keep their own signatures."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine.canonical import canonical, contexts
from opencairn.engine.formats import RECORDS, clr_2, open_badge_3
from opencairn.engine.losses import FILLED
from opencairn.engine.model import Association, LearnerRecord
from opencairn.engine.objections import Malformed
from opencairn.engine.proofs import eddsa_rdfc_2022
from tests.engine.attainments import (
    ACHIEVEMENTS,
    ASSOCIATIONS,
    DAYS,
    INSTANTS,
    LEARNERS,
    PROFILES,
    SALTS,
    STATUSES,
)
from tests.engine.attainments import FILLED as WORDY
from tests.engine.samples import AT, ATTAINMENT, KEY, signed
from tests.engine.test_canonical import pyld_quads

SHARED = Path(__file__).resolve().parents[3] / "shared"
SAMPLES = SHARED / "vectors" / "clr20-validator-samples" / "clr20"
PLAIN = replace(ATTAINMENT.achievement, description={"en": "plain"})  # PyLD escapes no control characters
FIRST = signed(replace(ATTAINMENT, achievement=PLAIN))
SECOND = signed(replace(ATTAINMENT, id="urn:uuid:2", achievement=replace(PLAIN, id="urn:achievement:2")))
RECORD = LearnerRecord(
    id="urn:uuid:record",
    issuer=ATTAINMENT.issuer,
    learner=FILLED.learner,
    name="Transcript of Mirren Okafor",
    awarded_on=FILLED.awarded_on,
    valid_from=AT,
    credentials=(FIRST, SECOND),
    valid_until=FILLED.valid_until,
    achievements=(FILLED.achievement,),
    associations=(Association("isPartOf", PLAIN.id, FILLED.achievement.id),),
    is_partial=True,
    status=FILLED.status,
    salt=FILLED.salt,
)
RECORDS_OF_ANY_KIND = st.builds(
    LearnerRecord,
    id=st.from_regex(r"urn:record:[a-z0-9]{1,8}", fullmatch=True),
    issuer=PROFILES,
    learner=LEARNERS,
    name=WORDY,
    awarded_on=DAYS,
    valid_from=INSTANTS,
    credentials=st.lists(
        st.sampled_from([FIRST, SECOND]), min_size=1, max_size=2, unique_by=lambda each: each["id"]
    ).map(tuple),
    valid_until=st.none() | INSTANTS,
    achievements=st.lists(ACHIEVEMENTS, max_size=2, unique_by=lambda each: each.id).map(tuple),
    associations=st.lists(ASSOCIATIONS, max_size=3).map(tuple),
    is_partial=st.booleans(),
    status=STATUSES,
    salt=SALTS,
)


@given(RECORDS_OF_ANY_KIND)
@settings(deadline=None, max_examples=40)
def test_every_field_of_a_record_comes_back(record: LearnerRecord) -> None:
    document = clr_2.write(record)
    assert clr_2.read(document) == record
    assert canonical(document)  # all of it can be signed


def test_the_record_has_the_same_canonical_form_elsewhere() -> None:
    document = clr_2.write(RECORD)
    assert canonical(document) == pyld_quads(document)


def test_the_credentials_inside_are_copies_value_for_value_and_still_verify() -> None:
    document = eddsa_rdfc_2022.sign(clr_2.write(RECORD), KEY, created=AT)
    inside = document["credentialSubject"]["verifiableCredential"]
    assert inside == [FIRST, SECOND]
    assert inside[0] is not FIRST
    back = open_badge_3.read(inside[1])
    assert back.id == "urn:uuid:2"
    assert clr_2.recognises(document)
    assert not open_badge_3.recognises(document)


def test_a_value_changed_inside_changes_what_the_record_signs() -> None:
    document = clr_2.write(RECORD)
    before = canonical(document)
    for path in (("proof", "proofValue"), ("credentialSubject", "achievement", "version"), ("validFrom",)):
        changed = copy.deepcopy(document)
        inner: Any = changed["credentialSubject"]["verifiableCredential"][0]
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = "2031-01-01T00:00:00Z"
        assert canonical(changed) != before, path


def test_associations_stand_under_the_words_of_the_standard() -> None:
    document = clr_2.write(RECORD)
    assert document["@context"][:3] == [contexts.CREDENTIALS_V2, contexts.CLR, contexts.OPEN_BADGES]
    assert document["credentialSubject"]["association"] == [
        {
            "type": "Association",
            "associationType": "isPartOf",
            "sourceId": PLAIN.id,
            "targetId": FILLED.achievement.id,
        }
    ]


@pytest.mark.parametrize(
    "lacking",
    [
        {"id": ""},
        {"name": ""},
        {"credentials": ()},
        {"credentials": (FIRST, FIRST)},
        {"issuer": replace(ATTAINMENT.issuer, id="")},
    ],
)
def test_what_every_record_must_state_is_demanded(lacking: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        clr_2.write(replace(RECORD, **lacking))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), None), (("validFrom",), "x"), (("credentialSubject",), "x"), (("credentialSubject", "verifiableCredential"), ["x"]),
        (("credentialSubject", "association", 0, "associationType"), "isLike"), (("credentialSubject", "association", 0, "sourceId"), ""),
        (("credentialSubject", "association", 0, "associationType"), ["isPartOf", "isChildOf"]),
    ],
)  # fmt: skip
def test_a_record_that_garbles_a_field_is_refused(path: tuple[Any, ...], value: Any) -> None:
    document = clr_2.write(RECORD)
    inner: Any = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(Malformed):
        clr_2.read(document)


def test_records_are_listed_apart_from_single_attainments() -> None:
    assert (clr_2,) == RECORDS


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")
@pytest.mark.parametrize(
    ("name", "title", "first"),
    [
        ("simple.json", "Sample Transcript", "Teamwork"),
        ("simple-noproof.json", "Sample Transcript", "Achievement 1"),
        ("simple_v1.json", "Ellis Monday", ""),
        ("simple_old_safesigned.json", "Sample Transcript", "Achievement 1"),
    ],
)
def test_the_records_of_the_public_validator_are_read(name: str, title: str, first: str) -> None:
    record = clr_2.read(json.loads((SAMPLES / name).read_text()))
    assert record.name == title
    assert open_badge_3.read(record.credentials[0]).achievement.name["und"].startswith(first)
