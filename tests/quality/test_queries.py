from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from opencairn.programmes.models import Programme
from opencairn.quality import queries
from opencairn.quality.models import Amendment, Appeal, Audit, Condition, Decision, Sanction
from opencairn.web.demo.cast import Cast
from tests import make

TODAY = make.TODAY


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return make.version(make.programme(cast.provider)).programme


def sanction(decision: object, kind: str, from_on: date, lifted_on: date | None = None) -> Sanction:
    return Sanction.objects.create(
        decision=decision, kind=kind, from_on=from_on, lifted_on=lifted_on, reasons="Because.", decided_at=make.AT
    )


def appeal(decision: Decision, against: Sanction, **facts: object) -> Appeal:
    outcome = "upheld" if facts.pop("upheld") else "rejected"
    given = {"grounds": "Because.", "lodged_at": make.AT, "outcome": outcome}
    return Appeal.objects.create(decision=decision, sanction=against, **(given | facts))


def test_a_course_without_a_decision_has_no_standing(programme: Programme) -> None:
    standing = queries.standing(programme, TODAY)
    assert (standing.state, standing.accredited, standing.decision) == ("none", False, None)


def test_a_standing_says_since_when_and_until_when(cast: Cast, programme: Programme) -> None:
    decision = make.decision(programme, cast.quality_body)
    standing = queries.standing(programme, TODAY)
    assert standing == queries.Standing("accredited", decision, date(2025, 9, 1), date(2028, 8, 31))
    sanction(decision, "suspension", date(2026, 3, 10), date(2026, 4, 1))
    assert queries.standing(programme, TODAY).until == date(2026, 3, 9)
    suspended = queries.standing(programme, date(2026, 3, 10))
    assert (suspended.state, suspended.since, suspended.until, suspended.reasons) == (
        "suspended",
        date(2026, 3, 10),
        date(2026, 3, 31),
        "Because.",
    )


def test_a_scope_that_does_not_cover_is_no_accreditation(cast: Cast, programme: Programme) -> None:
    make.decision(programme, cast.quality_body, scope={"eqf_levels": [6], "fields": ["05"]})
    assert queries.accredited_on(programme, TODAY, eqf_level=6, field_code="0521")
    assert not queries.accredited_on(programme, TODAY, eqf_level=7)
    assert not queries.accredited_on(programme, TODAY, field_code="0411")


def test_of_several_decisions_the_one_in_force_counts(cast: Cast, programme: Programme) -> None:
    old = make.decision(programme, cast.quality_body, first_on=date(2022, 9, 1), last_on=date(2025, 8, 31))
    new = make.decision(programme, cast.quality_body)
    assert queries.standing(programme, date(2025, 8, 31)).decision == old
    assert queries.standing(programme, date(2025, 9, 1)).decision == new
    assert queries.standing(programme, date(2030, 1, 1)).decision == new


def test_the_past_does_not_know_of_later_decisions(cast: Cast, programme: Programme) -> None:
    make.decision(programme, cast.quality_body)
    make.decision(programme, cast.quality_body, verdict="refused", first_on=None, last_on=None, decided_at=make.AT)
    assert queries.register(date(2025, 8, 19)) == []
    assert [each.standing.state for each in queries.register(date(2025, 8, 25))] == ["not-yet"]
    assert [each.standing.state for each in queries.register(TODAY)] == ["accredited"]


def test_the_register_finds_by_title_provider_and_number(cast: Cast, programme: Programme) -> None:
    make.decision(programme, cast.quality_body)
    for words in ("gewasser", "TARNTAL water", "2025-001", "agency"):
        assert len(queries.register(TODAY, q=words)) == 1, words
    assert queries.register(TODAY, q="water dementia") == []


def test_the_register_asks_as_much_of_the_database_for_many_courses_as_for_one(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        of = make.version(make.programme(cast.provider, slug=f"course-{number}")).programme
        make.decision(of, cast.quality_body)
    with django_assert_max_num_queries(8):
        assert len(queries.register(TODAY)) == 5


@pytest.mark.parametrize("seed", range(6))
def test_the_database_and_the_rule_agree_on_every_day(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries, seed: int
) -> None:
    start = date(2026, 1, 1)

    def on(day: int) -> date:
        return start + timedelta(days=day)

    programmes = [make.version(make.programme(cast.provider, slug=f"course-{n}")).programme for n in range(4)]
    for number, of in enumerate(programmes):
        decision = make.decision(of, cast.quality_body, first_on=on(number + seed), last_on=on(10 + 2 * number))
        if number % 2:
            sanction(decision, "suspension", on(4), on(4 + seed))
        if number == 3:
            sanction(decision, "suspension", on(12))
        if number == 2:
            taken = sanction(decision, "withdrawal", on(8 + seed % 3))
            appeal(decision, taken, stays_from=on(9) if seed % 2 else None, upheld=seed % 3 == 0, decided_on=on(11))
        follow = ("suspend", "withdraw", "nothing")[(number + seed) % 3]
        facts = {"first_on": on(1), "last_on": on(5 + number), "missed": follow}
        Audit.objects.create(decision=decision, kind="interim", held_on=(None, on(4), on(9))[seed % 3], **facts)
        Condition.objects.create(
            decision=decision, text="Mend it.", first_due_on=on(8), due_on=on(8), missed="withdraw" if seed > 4 else "suspend",
            met_on=(on(7), None, on(10), on(12))[number], imposed_at=make.AT,
        )  # fmt: skip
    narrowed = Amendment(decision=decision, kind="programme", granted=True, from_on=on(11), scope={"eqf_levels": [7]})
    narrowed.decided_at, narrowed.reasons = make.AT, "Narrowed."
    narrowed.save()
    for day in range(22):
        with django_assert_max_num_queries(5):
            said = queries.accredited_programmes(on(day))
        asked = {"eqf_level": 6, "field_code": "0521"}
        assert said == {of.pk for of in programmes if queries.accredited_on(of, on(day), **asked)}, on(day)


def test_history_is_told_newest_first_and_marks_what_is_in_force(cast: Cast, programme: Programme) -> None:
    make.decision(programme, cast.quality_body, first_on=date(2022, 9, 1), last_on=date(2025, 8, 31))
    decision = make.decision(programme, cast.quality_body)
    sanction(decision, "suspension", date(2026, 1, 10), date(2026, 2, 1))
    sanction(decision, "withdrawal", date(2026, 5, 1))
    make.decision(programme, cast.quality_body, verdict="refused", first_on=None, last_on=None,
                  decided_at=datetime(2022, 1, 1, tzinfo=UTC))  # fmt: skip
    events = queries.history(programme, TODAY)
    kinds = ["withdrawn", "lifted", "suspended", "expired", "accredited", "accredited", "refused"]
    assert sorted(e.kind for e in events) == sorted(kinds)
    assert [e.on for e in events] == sorted((e.on for e in events), reverse=True)
    assert [e.decision for e in events if e.now] == [decision]
    assert [e.kind for e in queries.history(programme, date(2026, 1, 15)) if e.now] == ["suspended"]
    assert [e.kind for e in queries.history(programme, date(2026, 6, 1)) if e.now] == ["withdrawn"]


def test_figures_count_what_ends_soon(cast: Cast, programme: Programme) -> None:
    make.decision(programme, cast.quality_body, last_on=TODAY + timedelta(days=90))
    decided = queries.decisions_of([cast.quality_body], TODAY)
    assert queries.figures(decided, 2, TODAY) == {
        "open": 2,
        "accredited": 1,
        "suspended": 0,
        "ending": 1,
        "median_days": None,
    }
