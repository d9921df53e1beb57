"""What an employer accepts, and what a compromised key still vouches for: on plain values alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.credentials import rules
from opencairn.credentials.rules import Acceptance, Reason, Shown, judge, policy_faults, vouches

DAY = date(2026, 3, 2)
SHOWN = Shown(
    genuine=True,
    outcomes={
        "issuer": "pass",
        "accredited-today": "fail",
        "log-inclusion": "unknown",
        "endorsements": "not-applicable",
    },
    awarded_on=date(2025, 8, 31),
    level=6,
    issuers=frozenset({"did:key:z6", "tarntal"}),
    frameworks=frozenset({"short-learning"}),
    assurance="external-programme",
    supervision="supervised-id",
)
NOTHING = Shown(genuine=True, outcomes={})


@pytest.mark.parametrize(
    ("wanted", "shown", "meets", "outcome"),
    [
        ({}, SHOWN, True, "pass"),
        ({}, Shown(genuine=False, outcomes={}), False, "fail"),
        ({"steps": ["issuer"]}, SHOWN, True, "pass"),
        ({"steps": ["accredited-today"]}, SHOWN, False, "fail"),
        ({"steps": ["log-inclusion"]}, SHOWN, False, "unknown"),
        ({"steps": ["endorsements"]}, SHOWN, False, "fail"),
        ({"steps": ["superseded-by"]}, SHOWN, False, "unknown"),
        ({"levels": [5, 6]}, SHOWN, True, "pass"),
        ({"levels": [7]}, SHOWN, False, "fail"),
        ({"levels": [7]}, NOTHING, False, "unknown"),
        ({"issuers": ["tarntal", "x"]}, SHOWN, True, "pass"),
        ({"issuers": ["x"]}, SHOWN, False, "fail"),
        ({"frameworks": ["short-learning"]}, SHOWN, True, "pass"),
        ({"frameworks": ["other"]}, SHOWN, False, "fail"),
        ({"frameworks": ["other"]}, NOTHING, False, "unknown"),
        ({"assurance": ["external-programme"]}, SHOWN, True, "pass"),
        ({"assurance": ["none"]}, NOTHING, False, "unknown"),
        ({"supervision": ["supervised-id"]}, SHOWN, True, "pass"),
        ({"supervision": ["none"]}, SHOWN, False, "fail"),
        ({"most_months": 6}, SHOWN, False, "fail"),  # 31 August and six months end on 28 February
        ({"most_months": 7}, SHOWN, True, "pass"),
        ({"most_months": 7}, NOTHING, False, "unknown"),
    ],
)
def test_a_policy_is_met_or_not_for_a_reason(wanted, shown, meets, outcome) -> None:
    found = judge(wanted, shown, day=DAY)
    assert (found.meets, found.reasons[-1].outcome) == (meets, outcome)
    assert len(found.reasons) == 1 + len(wanted)
    assert list(policy_faults(wanted)) == []


def test_the_last_day_of_the_age_counts() -> None:
    assert judge({"most_months": 6}, SHOWN, day=date(2026, 2, 28)).meets
    assert not judge({"most_months": 6}, SHOWN, day=date(2026, 3, 1)).meets


def test_no_reason_at_all_would_be_met() -> None:
    assert Acceptance().meets
    assert not Acceptance((Reason("levels", "unknown"),)).meets


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": ["red"]}, {"levels": ["6"]}, {"levels": []}, {"levels": [9]}, {"levels": [True]}, {"levels": 6},
        {"steps": ["format"]}, {"steps": "issuer"}, {"issuers": [""]}, {"issuers": ["x"] * 61}, {"most_months": 0},
        {"most_months": 601}, {"most_months": True}, {"most_months": "12"}, {"most_months": [12]},
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_compared_is_named(wrong) -> None:
    assert list(policy_faults({"levels": [6], **wrong})) == list(wrong)


@given(
    st.dictionaries(
        st.sampled_from([*rules.WANTED, rules.AGE, "x"]), st.lists(st.integers() | st.text()) | st.integers()
    )
)
def test_a_policy_without_faults_can_always_be_judged(wanted) -> None:
    if not list(policy_faults(wanted)):
        assert len(judge(wanted, SHOWN, day=DAY).reasons) >= 1


AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("compromised", "logged", "found"),
    [
        (None, None, "untouched"),
        (None, AT, "untouched"),
        (AT, None, "unproven"),
        (AT, AT - timedelta(seconds=1), "before"),
        (AT, AT, "after"),
        (AT, AT + timedelta(days=1), "after"),
    ],
)
def test_only_what_the_log_held_before_keeps_its_standing(compromised, logged, found) -> None:
    assert vouches(compromised, logged) == found
