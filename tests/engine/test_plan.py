"""Credentials issued by a plan are those of the general way, letter by letter."""

import os
from dataclasses import replace
from typing import Any

import orjson
import pytest

from opencairn.engine.batch import Batch, issue_many
from opencairn.engine.canonical import canonicalize, parse, to_quads
from opencairn.engine.canonical.plan import Plan, Unplanned
from opencairn.engine.canonical.template import slot
from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Objection
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.verify import examine
from tests.engine.documents import V2, Chance, attainment, learned
from tests.engine.samples import AT, ATTAINMENT, KEY

MANY = int(os.environ.get("OPENCAIRN_DOCUMENTS", "300"))


def one_by_one(what: Attainment) -> bytes:
    return orjson.dumps(eddsa_rdfc_2022.sign(open_badge_3.write(what), KEY, created=AT))


def test_a_plan_makes_what_the_general_way_makes() -> None:
    batch = Batch(KEY, created=AT)
    for number in range(MANY // 30):
        chance = Chance(f"plan {number}")
        model = attainment(chance)
        for _ in range(30):
            what = learned(chance, model)
            try:
                general = one_by_one(what)
            except (ValueError, Objection) as fault:
                with pytest.raises(type(fault)):
                    batch.issue(what)
            else:
                assert batch.issue(what) == general
    assert batch.planned > 0.4 * MANY


def alike(many: int) -> list[Attainment]:
    return [replace(ATTAINMENT, id=f"urn:x:{number}", salt=f"{number:x}") for number in range(many)]


def test_many_are_issued_in_order_and_each_is_valid() -> None:
    attainments = [replace(each, status=None) for each in alike(70)]
    issued = list(issue_many(attainments, KEY, created=AT))
    assert [parse(each)["id"] for each in issued] == [each.id for each in attainments]
    assert {examine(each, at=AT, fetch=None, trust=None).verdict for each in issued} == {"valid"}


def test_what_cannot_be_issued_raises_after_everything_before_it() -> None:
    attainments = [*alike(3), replace(ATTAINMENT, id=""), *alike(1)]
    issued = issue_many(attainments, KEY, created=AT)
    assert len([next(issued) for _ in range(3)]) == 3
    with pytest.raises(ValueError, match="needs its own id"):
        next(issued)


def test_an_address_that_is_none_goes_the_general_way_and_is_refused_there() -> None:
    batch = Batch(KEY, created=AT)
    for each in alike(3):
        batch.issue(each)
    with pytest.raises(Objection) as refused:
        batch.issue(replace(ATTAINMENT, id="no address"))
    assert refused.value.code == "not-an-address"


def test_an_equal_achievement_shares_the_plan_and_many_others_do_not_fill_the_memory() -> None:
    batch = Batch(KEY, created=AT)
    for each in alike(3):
        batch.issue(replace(each, achievement=replace(each.achievement)))
    assert (batch.planned, batch.one_by_one, len(batch.shared)) == (1, 2, 2)
    for number in range(70):
        batch.spread((replace(ATTAINMENT.issuer, name=str(number)),), "", [], [])
    assert len(batch.shared) < 70


def test_the_number_of_structures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opencairn.engine.batch.MOST_PLANS", 2)
    batch = Batch(KEY, created=AT)
    for grade, prior in ((a, b) for a in ("", "1") for b in (True, False)):
        for each in alike(2):
            batch.issue(replace(each, grade=grade, prior_learning=prior))
    assert len(batch.families) <= 3


def test_a_field_that_no_slot_can_follow_tells_plans_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer is wrapped so that it states a field in a way that no mark survives."""
    write = open_badge_3.write

    def shouting(what: Attainment) -> dict[str, Any]:
        return {**write(what), "name": what.grade.upper()}

    monkeypatch.setattr(open_badge_3, "write", shouting)
    batch = Batch(KEY, created=AT)
    for number in range(40):
        what = replace(ATTAINMENT, id=f"urn:x:{number}", grade=f"good {number % 20}")
        assert batch.issue(what) == one_by_one(what)
    family = next(each for each in batch.families.values() if each)
    assert 1 < len(family.plans) <= 16
    assert batch.planned > 5


def test_a_bare_number_and_words_in_languages_tell_plans_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    write = open_badge_3.write

    def counting(what: Attainment) -> dict[str, Any]:
        document = write(what)
        if what.hours_spent:
            document["credentialSubject"]["creditsEarned"] = what.hours_spent
        return document

    monkeypatch.setattr(open_badge_3, "write", counting)
    batch = Batch(KEY, created=AT)
    for number in range(12):
        note = {"en": "It was known."} if number % 2 else {}
        what = replace(ATTAINMENT, id=f"urn:x:{number}", hours_spent=60 + number % 2, prior_learning_note=note)
        assert batch.issue(what) == one_by_one(what)
    assert batch.planned >= 6


def test_a_writer_that_looks_at_the_words_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that the plan would make differently, or that refuses marks, is never made by a plan."""
    write = open_badge_3.write

    def judging(what: Attainment) -> dict[str, Any]:
        return {**write(what), "name": "Long" if len(what.grade) > 4 else "Short"}

    def refusing(what: Attainment) -> dict[str, Any]:
        if what.grade.startswith("slot:"):
            raise ValueError(what.grade)
        return write(what)

    for writer in (judging, refusing):
        monkeypatch.setattr(open_badge_3, "write", writer)
        batch = Batch(KEY, created=AT)
        for number in range(4):
            what = replace(ATTAINMENT, id=f"urn:x:{number}", grade="1,7")
            assert batch.issue(what) == one_by_one(what)
        assert batch.planned == 0


@pytest.mark.parametrize(
    "changes",
    [
        {slot(0): "x"},
        {"undefined": slot(0)},
        {"type": "DataIntegrityProof", "proofPurpose": slot(0)},
        {"name": f"{slot(0)} \ue000"},
        {"type": ["VerifiableCredential"], "proof": {"type": "DataIntegrityProof", "proofPurpose": slot(0)}},
        {
            "verifiableCredential": {"type": ["VerifiableCredential"], "name": slot(0)},
            "type": ["VerifiablePresentation"],
        },
    ],
)
def test_where_no_place_can_stay_open_there_is_no_plan(changes: dict[str, Any]) -> None:
    with pytest.raises(Unplanned):
        Plan({"@context": [V2], "id": "urn:x:1", "type": ["VerifiableCredential"], **changes})


def test_a_slot_may_be_part_of_words_and_stand_twice() -> None:
    document = {
        "@context": [V2],
        "id": f"urn:{slot(0)}",
        "type": ["VerifiableCredential"],
        "name": f"{slot(0)}, {slot(1)}",
    }
    plan = Plan({**document, "description": f"{slot(0)}, {slot(1)}"})
    text, words = plan.filled(["x:1", 'a "b"\x7f\x01'])
    assert text is not None
    written = {**document, "id": "urn:x:1", "name": 'x:1, a "b"\x7f\x01', "description": 'x:1, a "b"\x7f\x01'}
    assert text.decode() == canonicalize(to_quads(written))
    assert words == [b"x:1", b'a \\"b\\"\x7f\\u0001']
    assert plan.filled(["x 1", ""])[0] is None
