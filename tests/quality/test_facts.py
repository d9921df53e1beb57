"""The rules of the work, on plain values: what follows by itself, dossiers, mandates, juries, agencies' words."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.quality import rules
from opencairn.quality.frameworks import framework
from opencairn.quality.rules import Link, Stay, Stop, after_appeals, chain_on, dossier_gaps, what_follows

START = date(2026, 1, 1)
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
maybe = st.none() | days


@pytest.mark.parametrize(
    ("missed", "done", "expected"),
    [
        ("suspend", None, Stop("suspension", date(2026, 7, 1))),
        ("suspend", date(2026, 6, 30), None),
        ("suspend", date(2026, 7, 1), Stop("suspension", date(2026, 7, 1), date(2026, 7, 1))),
        ("suspend", date(2026, 9, 1), Stop("suspension", date(2026, 7, 1), date(2026, 9, 1))),
        ("withdraw", None, Stop("withdrawal", date(2026, 7, 1))),
        ("withdraw", date(2026, 9, 1), Stop("withdrawal", date(2026, 7, 1))),
        ("withdraw", date(2026, 6, 30), None),
        ("stale", None, None),
        ("nothing", None, None),
    ],
)
def test_what_follows_counts_from_the_day_after_the_last_one(
    missed: str, done: date | None, expected: Stop | None
) -> None:
    assert what_follows(missed, due_on=date(2026, 6, 30), done_on=done) == expected


def test_nothing_follows_the_end_of_the_calendar() -> None:
    assert what_follows("suspend", due_on=date.max, done_on=None) is None


@given(days, maybe, st.lists(st.tuples(maybe, maybe, st.booleans()), max_size=3), days)
def test_a_day_is_stopped_unless_an_appeal_stays_or_has_ended_it(
    start: date, until: date | None, appeals: list[tuple[date | None, date | None, bool]], day: date
) -> None:
    stop = Stop("suspension", start, until)
    stays = [Stay(*each) for each in appeals]
    stopped = start <= day and (until is None or day < until)
    for each in stays:
        if each.upheld and each.decided_on is not None and day >= each.decided_on:
            stopped = False
        if each.from_on is not None and each.from_on <= day and (each.decided_on is None or day < each.decided_on):
            stopped = False
    left = after_appeals(stop, stays)
    assert any(one.from_on <= day and (one.until is None or day < one.until) for one in left) == stopped


@given(st.permutations([Stop("suspension", START), Stop("withdrawal", START, START + timedelta(days=9)),
                        Stop("withdrawal", START + timedelta(days=20)), Stop("suspension", START, START)]))  # fmt: skip
def test_the_order_in_which_facts_were_written_changes_nothing(stops: list[Stop]) -> None:
    found = rules.period(START, START + timedelta(days=300), stops)
    said = [rules.state_on(START + timedelta(days=n), found) for n in (0, 8, 9, 19, 20, 301)]
    assert said == ["withdrawn", "withdrawn", "suspended", "suspended", "withdrawn", "withdrawn"]
    assert rules.run_on(START, found)[2] == START + timedelta(days=8)


@pytest.mark.parametrize(("left", "step"), [(90, None), (60, 60), (15, 60), (14, 14), (3, 14), (0, 14), (-1, None)])
def test_a_reminder_that_was_slept_through_is_sent_late_and_none_after_the_day(left: int, step: int | None) -> None:
    assert rules.reminder_due(START + timedelta(days=left), START, steps=(60, 14)) == step


def test_a_dossier_says_which_documents_are_missing() -> None:
    qualiopi = framework("qualiopi-like")
    everything = dossier_gaps(qualiopi, facts=None, given=(), statement="")
    assert everything[0] == ("", 0)
    assert len(everything) == 1 + sum(len(each.documents) for each in qualiopi.criteria)
    some = dossier_gaps(qualiopi, facts=(), given={("staff", 0)}, statement="We teach.")
    assert ("staff", 0) not in some
    assert ("staff", 1) in some
    assert dossier_gaps(framework("short-learning"), facts=None, given=(), statement="") == ()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", ("application/pdf", "pdf")),
        (b"\x89PNG\r\n\x1a\n....", ("image/png", "png")),
        (b"\xff\xd8\xff\xe0", ("image/jpeg", "jpg")),
        ("Grüße\n".encode(), ("text/plain", "txt")),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04", None),
        (b"\xfe\xff", None),
        (b"  \n", None),
        (b"a\x00b", None),
        (b"<svg onload=alert(1)>", None),
        (b"\xef\xbb\xbf <html>", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: tuple[str, str] | None) -> None:
    assert rules.kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("staff plan.pdf", "staff plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\boot\\evil.exe", "evil.pdf"),
        ('a"\r\nX: y.pdf', "a---X- y.pdf"),
        ("", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 95 + ".pdf"),
    ],
)
def test_a_file_gets_a_harmless_name(name: str, safe: str) -> None:
    assert rules.file_name(name, "pdf") == safe


def link(holder: str, granter: str | None, **facts: object) -> Link:
    ordinary = {"framework": "", "first_on": date(2025, 1, 1), "last_on": date(2027, 12, 31)}
    return Link(holder, granter, **(ordinary | facts))  # type: ignore[arg-type]


def test_a_chain_counts_while_every_link_of_it_does() -> None:
    state, accreditor = link("cofrac", None), link("certifier", "cofrac", framework="qualiopi-like")
    assessor = link("odile", "certifier", ended_on=date(2026, 6, 1))
    links = [assessor, accreditor, state, link("certifier", "nobody")]
    assert chain_on(date(2026, 5, 31), "odile", "qualiopi-like", links) == (state, accreditor, assessor)
    assert chain_on(date(2026, 6, 1), "odile", "qualiopi-like", links) == ()
    assert chain_on(date(2026, 6, 1), "certifier", "qualiopi-like", links) == (state, accreditor)
    assert chain_on(date(2026, 6, 1), "certifier", "eduqua-like", links) == ()
    assert chain_on(date(2028, 1, 1), "cofrac", "qualiopi-like", links) == ()


def test_mandates_in_a_circle_lead_nowhere() -> None:
    assert chain_on(date(2026, 1, 1), "a", "x", [link("a", "b"), link("b", "c"), link("c", "a")]) == ()


def test_the_middle_of_a_jury_counts_and_one_juror_cannot_move_it() -> None:
    award = framework("yearly-award")
    keys = [each.key for each in award.questions]
    assert rules.middle(award, ["weak", "outstanding", "strong", "strong"]) == "strong"
    assert rules.middle(award, ["fair", "strong"]) == "fair"
    scores = {f"juror {n}": dict.fromkeys(keys, "strong") for n in range(4)}
    assert rules.jury_findings(award, scores) == {}
    scores["juror 5"] = {keys[0]: "weak"}
    assert rules.jury_findings(award, scores) == {}
    scores["juror 5"] = dict.fromkeys(keys, "weak")
    found = rules.jury_findings(award, scores)
    assert found == dict.fromkeys(keys, "strong")
    assert rules.percent(award, found) == 75
    assert rules.judge(award, found).verdict == "yes"
    assert rules.percent(award, {}) == 0


@pytest.mark.parametrize(
    ("scope", "asked", "covered"),
    [
        ({"programmes": ["welding"]}, {"programme": "welding"}, True),
        ({"programmes": ["welding"]}, {"programme": "baking"}, False),
        ({"jurisdictions": ["DE", "FR"]}, {"jurisdiction": "ES"}, False),
        ({"modes": ["online"]}, {"mode": "onsite"}, False),
        ({"modes": ["online"]}, {"eqf_level": 7}, True),
    ],
)
def test_a_scope_narrows_to_courses_places_and_ways_of_teaching(
    scope: dict[str, list[str]], asked: dict[str, object], covered: bool
) -> None:
    assert rules.covers(scope, **asked) == covered  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "scope",
    [{"programmes": []}, {"programmes": ["a b"]}, {"jurisdictions": ["Germany"]}, {"modes": ["post"]}, {"fields": [""]},
     {"eqf_levels": 5}, {"planets": ["Mars"]}],
)  # fmt: skip
def test_a_scope_that_names_nothing_is_a_fault(scope: dict[str, object]) -> None:
    assert list(rules.scope_faults(scope)) == list(scope)


def test_each_word_of_the_agencies_has_an_act_and_stands_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/accreditation-actions.md").read_text()
    assert len(rules.US_ACTIONS) == 36
    rows = {f"| {phrase} | {' '.join(said_of(act))} |" for phrase, act in rules.US_ACTIONS.items()}
    assert sorted(rows - set(text.splitlines())) == []
    assert rules.act_of("Accreditation Reaffirmed:  Warning  Removed").kind == "warning"
    with pytest.raises(KeyError):
        rules.act_of("Accreditation Postponed")


def said_of(act: rules.Act) -> list[str]:
    granted = "denied" if not act.granted else "granted" if act.verb == "amend" else ""
    return [f"`{act.verb}`", *(each for each in (act.kind, act.cause, granted) if each)]
