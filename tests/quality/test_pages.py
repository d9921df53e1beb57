from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import Settings

from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import actions as quality
from opencairn.quality import queries
from opencairn.quality.frameworks import HERE, framework, in_force
from opencairn.quality.models import Decision, Finding, Review, Sanction
from opencairn.web.demo.cast import Cast
from tests import make

SignIn = Callable[[Person | None], Client]
SHORT = framework("short-learning")


@pytest.fixture
def version(cast: Cast) -> ProgrammeVersion:
    return make.version(make.programme(cast.provider))


@pytest.fixture
def review(cast: Cast, version: ProgrammeVersion) -> Review:
    review = quality.request_review(
        version,
        quality_body=cast.quality_body,
        framework="short-learning",
        statement="<b>Ours</b>",
        by=cast.author,
        at=now(),
    )
    make.assessor(review, cast.reviewer)
    return review


def find_all(review: Review, cast: Cast, at: datetime, **others: str) -> None:
    for each in SHORT.criteria:
        outcome = others.get(each.key, "met")
        quality.record_finding(review, criterion=each.key, outcome=outcome, reasons="Seen.", by=cast.reviewer, at=at)


def test_anyone_can_read_what_is_asked_and_why(signed_in: SignIn) -> None:
    page = signed_in(None).get(reverse("quality:framework", args=["short-learning"]))
    for each in SHORT.criteria:
        assert str(each.title["en"]) in page.content.decode()
    assert "“Partly met” may be found 2 times at most." in page.content.decode()
    assert signed_in(None).get("/frameworks/nothing/").status_code == 404


def test_a_framework_is_read_in_german(signed_in: SignIn) -> None:
    page = signed_in(None).get("/frameworks/short-learning/", headers={"accept-language": "de"}).content.decode()
    assert 'lang="de">2. Jedes Lernergebnis wird geprüft' in page


def test_every_framework_is_a_manual_of_standards_indicators_and_documents(signed_in: SignIn) -> None:
    client = signed_in(None)
    shelf = client.get(reverse("quality:frameworks")).content.decode()
    for each in in_force():
        assert reverse("quality:framework", args=[each.key]) in shelf
        page = unescape(client.get(reverse("quality:framework", args=[each.key])).content.decode())
        for criterion in each.criteria:
            assert criterion.why["en"] in page
            assert all(one.text["en"] in page for one in criterion.indicators)
            assert all(one["en"] in page for one in criterion.documents)


def test_a_manual_says_its_rules_and_its_cycle_in_plain_words(signed_in: SignIn) -> None:
    page = unescape(signed_in(None).get("/frameworks/qualiopi-like/").content.decode())
    for words in (
        "Every indicator needs a finding of its own.",
        "From 5 findings of “Minor non-conformity” on, they count as one more of “Major non-conformity”.",
        "“Major non-conformity” may not be found at all.",
        "found at the first audit or the renewal audit is to be mended within 3 months.",
        "“Minor non-conformity” is to be mended within 6 months. Still open at the next audit, it becomes “Major",
        "“Major non-conformity” found at the surveillance audit is to be mended within 3 months. This can be granted",
        "A decision lasts 3 years at most.",
        "Surveillance audit: from 14 to 22 months after the first day. If it is missed, the accreditation is suspended",
        "Renewal audit: in the last 6 months.",
        "a new application can be made after 3 months",
        "Suspension, 3 months at most",
        "Where the operator makes it a gate, these need a positive decision: public funding.",
        "None of them worked for the applicant or advised it in the last 2 years.",
        "Only if: It trains apprentices",
    ):
        assert words in page
    assert (
        "At least 75 per cent of the points are needed."
        in signed_in(None).get("/frameworks/yearly-award/").content.decode()
    )


def test_a_superseded_version_says_so_and_leads_to_the_one_in_force(signed_in: SignIn) -> None:
    client = signed_in(None)
    assert "This version was superseded." in client.get("/frameworks/eduqua-like/2012/").content.decode()
    newest = client.get("/frameworks/eduqua-like/").content.decode()
    assert "This version was superseded." not in newest
    assert "/frameworks/eduqua-like/2012/" in newest
    assert client.get("/frameworks/eduqua-like/1999/").status_code == 404


def test_a_review_under_a_richer_scale_is_found_refused_and_decided_by_its_own_rule(
    cast: Cast, version: ProgrammeVersion, signed_in: SignIn
) -> None:
    under = framework("qqi-like")
    review = Review.objects.create(
        version=version, applicant=cast.provider, object="programme", quality_body=cast.quality_body,
        framework="qqi-like", framework_version=under.version, requested_by=cast.author, requested_at=now(),
    )  # fmt: skip
    others = [people.ensure_person(email=f"{name}@panel.example", name=name, password=None) for name in "AB"]
    for person in (cast.reviewer, *others):
        make.assessor(review, person)
    client = signed_in(cast.reviewer)
    assert "Satisfied under a special condition" in client.get(f"/quality/reviews/{review.pk}/").content.decode()
    weak = {"staff", "aims", "access", "teaching"}
    sent = {f"{each.key}-reasons": "Seen." for each in under.questions} | {
        f"{each.key}-outcome": "satisfied-with-conditions" if each.key in weak else "satisfied"
        for each in under.questions
    }
    finding = reverse("quality:finding", args=[review.pk, "staff"])
    assert client.post(finding, sent).status_code == 302
    today = now().date()
    given = {
        "verdict": "accredited", "reasons": "Good.", "first_on": today.isoformat(),
        "last_on": (today + timedelta(days=1500)).isoformat(),
    }  # fmt: skip
    decide = reverse("quality:decide", args=[review.pk])
    assert client.post(decide, given).status_code == 422
    assert client.post(finding, sent | {"staff-outcome": "satisfied"}).status_code == 302
    assert client.post(decide, given).status_code == 302
    decision = Decision.objects.get()
    page = client.get(f"/register/{decision.number}/").content.decode()
    assert page.partition('id="audits"')[2].partition("</section>")[0].count("<dt>") == 2
    assert "/frameworks/qqi-like/2026/" in page


def test_a_review_judges_each_indicator_where_its_framework_does(
    cast: Cast, version: ProgrammeVersion, signed_in: SignIn, tmp_path: Path, settings: Settings
) -> None:
    words = (HERE / "qualiopi-like.toml").read_text(encoding="utf-8")
    mine = words.replace('object = "provider"', 'object = "programme"').replace("qualiopi-like", "by-indicator")
    mine = mine.replace("accredited-third-party", "authority").replace("[facts]", 'dossier = "none"\n[facts]')
    (tmp_path / "by-indicator.toml").write_text(mine)
    settings.FRAMEWORKS_FOLDER = tmp_path
    review = quality.request_review(
        version, quality_body=cast.quality_body, framework="by-indicator", statement="", by=cast.author, at=now()
    )
    make.assessor(review, cast.reviewer)
    client = signed_in(cast.reviewer)
    page = unescape(client.get(f"/quality/reviews/{review.pk}/").content.decode())
    assert "32 of 32 criteria have no finding yet." in page
    assert "Standard: Opinions and complaints are gathered and lead to change" in page
    sent = {f"i{n:02d}-outcome": "minor" if n < 6 else "conform" for n in range(1, 33)}
    sent |= {f"i{n:02d}-reasons": "Seen." for n in range(1, 33)}
    assert client.post(reverse("quality:finding", args=[review.pk, "i01"]), sent).status_code == 302
    assert "The findings allow only a refusal" in client.get(f"/quality/reviews/{review.pk}/").content.decode()
    assert queries.reviews_of([cast.quality_body])[0][1:] == (32, 32)
    first = now().date()
    facts = {"verdict": "accredited", "reasons": "Good.", "first_on": first, "by": cast.reviewer, "at": now()}
    with pytest.raises(quality.CriteriaNotMet):
        quality.decide(review, **facts, last_on=first)
    client.post(reverse("quality:finding", args=[review.pk, "i01"]), sent | {"i01-outcome": "conform"})
    quality.decide(review, **facts, last_on=first)
    decided = client.get(f"/register/{Decision.objects.get().number}/").content.decode()
    assert "Minor non-conformity" in decided


def test_a_decision_keeps_the_version_it_was_taken_under(
    cast: Cast, review: Review, signed_in: SignIn, tmp_path: Path, settings: Settings
) -> None:
    words = (HERE / "short-learning.toml").read_text(encoding="utf-8")
    newer = words.replace('version = "2026"', 'version = "2027"\nsupersedes = ["2026"]').replace(
        'en = "Met"', 'en = "Entirely met"'
    )
    (tmp_path / "short-learning-2027.toml").write_text(newer)
    settings.FRAMEWORKS_FOLDER = tmp_path
    assert framework("short-learning").version == "2027"
    assert "Entirely met" not in signed_in(cast.reviewer).get(f"/quality/reviews/{review.pk}/").content.decode()
    find_all(review, cast, now())
    today = now().date()
    decision = quality.decide(
        review, verdict="accredited", reasons="Fine.", first_on=today, last_on=today, by=cast.reviewer, at=now()
    )
    assert decision.framework_version == "2026"
    page = signed_in(None).get(f"/register/{decision.number}/").content.decode()
    assert "/frameworks/short-learning/2026/" in page
    assert "Entirely met" not in page
    Decision.objects.filter(pk=decision.pk).update(framework_version="1999")
    assert signed_in(None).get(f"/register/{decision.number}/").status_code == 200


def test_the_register_says_which_day_it_shows(cast: Cast, version: ProgrammeVersion, signed_in: SignIn) -> None:
    decision = make.decision(version.programme, cast.quality_body)
    Sanction.objects.create(
        decision=decision, kind="suspension", from_on=date(2026, 3, 3), lifted_on=date(2026, 4, 1),
        reasons="An interim report is overdue.", decided_at=make.AT,
    )  # fmt: skip
    client = signed_in(None)
    suspended = client.get("/register/?on=2026-03-10").content.decode()
    assert "10 March 2026" in suspended
    assert "Suspended from 3 March 2026 until 31 March 2026, because: An interim report is overdue." in suspended
    assert (
        "Accredited from 1 September 2025 until 2 March 2026."
        in client.get("/register/?on=2026-03-02").content.decode()
    )
    assert "No decision had been taken by this day." in client.get("/register/?on=2020-01-01").content.decode()
    assert "by what is decided today" in client.get("/register/?on=2100-01-01").content.decode()
    assert client.get("/register/").status_code == 200
    assert "Nothing in the register fits" in client.get("/register/?q=dementia").content.decode()


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "2026-03-02' OR 1=1", "\x00"])
def test_a_day_that_is_none_is_explained(cast: Cast, signed_in: SignIn, day: str) -> None:
    page = signed_in(None).get("/register/", {"on": day})
    assert page.status_code == 422
    assert "day" in page.content.decode()


def test_a_decision_is_public_with_findings_and_reasons(cast: Cast, review: Review, signed_in: SignIn) -> None:
    find_all(review, cast, now(), level="partly-met")
    today = now().date()
    decision = quality.decide(
        review, verdict="accredited", reasons="Fine.", first_on=today, last_on=today + timedelta(days=700),
        scope={"eqf_levels": [6]}, by=cast.reviewer, at=now(),
    )  # fmt: skip
    page = signed_in(None).get(reverse("quality:decision", args=[decision.number])).content.decode()
    assert "Partly met" in page
    assert "Only level 6 of the European Qualifications Framework" in page
    assert "Suspend or withdraw" not in page
    assert "Suspend or withdraw" in signed_in(cast.reviewer).get(f"/register/{decision.number}/").content.decode()
    assert signed_in(None).get("/register/1999-001/").status_code == 404


def test_a_provider_applies_and_sees_what_became_of_it(
    cast: Cast, version: ProgrammeVersion, signed_in: SignIn
) -> None:
    client, address = signed_in(cast.author), reverse("quality:apply", args=[version.programme.slug])
    given = {"quality_body": cast.quality_body.slug, "framework": "short-learning", "statement": "We measure."}
    assert client.get(address).status_code == 200
    assert client.post(address, given | {"statement": ""}).status_code == 422
    assert client.post(address, given | {"quality_body": cast.employer.slug}).status_code == 422
    assert client.post(address, given).status_code == 302
    again = client.post(address, given)
    assert again.status_code == 422
    assert "already has an open application" in again.content.decode()
    assert "In review" in client.get(address).content.decode()
    assert signed_in(cast.learner).get(address).status_code == 403
    assert signed_in(None).get(address).status_code == 302


def test_a_draft_cannot_be_sent(cast: Cast, signed_in: SignIn) -> None:
    make.version(make.programme(cast.provider, slug="draft"), published=False)
    page = signed_in(cast.author).get(reverse("quality:apply", args=["draft"]))
    assert "Publish the course first" in page.content.decode()
    assert signed_in(cast.author).post(reverse("quality:apply", args=["draft"]), {}).status_code == 409


def test_the_desk_belongs_to_quality_bodies(cast: Cast, review: Review, signed_in: SignIn) -> None:
    page = signed_in(cast.reviewer).get(reverse("quality:desk")).content.decode()
    assert "Waiting for a reviewer" in page
    assert reverse("quality:review", args=[review.pk]) in page
    assert signed_in(cast.author).get(reverse("quality:desk")).status_code == 403


def test_a_reviewer_writes_findings_one_by_one_and_decides(cast: Cast, review: Review, signed_in: SignIn) -> None:
    client = signed_in(cast.reviewer)
    address = reverse("quality:review", args=[review.pk])
    page = client.get(address).content.decode()
    assert "&lt;b&gt;Ours&lt;/b&gt;" in page
    assert "8 of 8 criteria have no finding yet." in page
    for each in SHORT.criteria:
        sent = {f"{each.key}-outcome": "met", f"{each.key}-reasons": "Seen.", f"{each.key}-evidence": "3 files"}
        answer = client.post(reverse("quality:finding", args=[review.pk, each.key]), sent)
        assert answer["Location"] == f"{address}#{each.key}"
    today = now().date()
    decide = reverse("quality:decide", args=[review.pk])
    given = {"verdict": "accredited", "reasons": "Good.", "first_on": today.isoformat(), "last_on": "2199-01-01"}
    late = client.post(decide, given)
    assert late.status_code == 422
    assert "3 years at most" in late.content.decode()
    assert client.post(decide, given | {"last_on": ""}).status_code == 422
    last = (today + timedelta(days=365)).isoformat()
    done = client.post(decide, given | {"last_on": last, "only_level": "on", "only_field": "on"})
    decision = Decision.objects.get()
    assert done["Location"] == reverse("quality:decision", args=[decision.number])
    assert decision.scope == {"eqf_levels": [6], "fields": ["05"]}
    assert "This review is closed" in client.get(address).content.decode()
    assert (
        "Decided: read decision"
        in signed_in(cast.author).get(reverse("quality:apply", args=[review.version.programme.slug])).content.decode()
    )


def test_a_finding_without_reasons_comes_back_with_what_was_typed(
    cast: Cast, review: Review, signed_in: SignIn
) -> None:
    address = reverse("quality:finding", args=[review.pk, "level"])
    page = signed_in(cast.reviewer).post(address, {"level-outcome": "met", "level-evidence": "Typed before"})
    assert page.status_code == 422
    assert "Typed before" in page.content.decode()
    assert not Finding.objects.exists()
    assert signed_in(cast.reviewer).post(reverse("quality:finding", args=[review.pk, "nothing"])).status_code == 404


def test_one_button_saves_every_finding_that_was_written(cast: Cast, review: Review, signed_in: SignIn) -> None:
    client, address = signed_in(cast.reviewer), reverse("quality:finding", args=[review.pk, "level"])
    sent = {
        "level-outcome": "met",
        "level-reasons": "Argued.",
        "workload-outcome": "met",
        "workload-reasons": "Measured.",
    }
    assert client.post(address, sent | {"outcomes-outcome": "", "outcomes-reasons": ""}).status_code == 302
    assert queries.outcomes_found(review) == {"level": "met", "workload": "met"}
    half = {
        "level-outcome": "met",
        "level-reasons": "Argued.",
        "outcomes-outcome": "",
        "outcomes-reasons": "Half written",
    }
    answer = client.post(address, half | {"level-evidence": "The comparison"})
    assert answer.status_code == 422
    assert "Half written" in answer.content.decode()
    assert queries.findings_of(review)["level"].evidence == "The comparison"


def test_a_refusal_of_the_rules_is_said_above_the_form(cast: Cast, review: Review, signed_in: SignIn) -> None:
    find_all(review, cast, now(), workload="not-met")
    page = signed_in(cast.reviewer).get(reverse("quality:review", args=[review.pk])).content.decode()
    assert "The findings allow only a refusal" in page
    today = now().date().isoformat()
    given = {"verdict": "accredited", "reasons": "Good.", "first_on": today, "last_on": today}
    answer = signed_in(cast.reviewer).post(reverse("quality:decide", args=[review.pk]), given)
    assert answer.status_code == 422
    assert "These criteria stand in the way" in answer.content.decode()


def test_only_the_body_that_was_asked_sees_a_review(cast: Cast, review: Review, signed_in: SignIn) -> None:
    other = people.ensure_organisation(name="Other body", at=make.AT, verified=True, is_quality_body=True)
    stranger = people.ensure_person(email="s@example.org", name="S", password="x" * 12)
    people.ensure_membership(stranger, other, role="manager", at=make.AT)
    address = reverse("quality:review", args=[review.pk])
    for person in (stranger, cast.author, cast.learner):
        assert signed_in(person).get(address).status_code == 403
    assert signed_in(None).get(address).status_code == 302
    assert signed_in(cast.reviewer).get(reverse("quality:review", args=[uuid4()])).status_code == 404


def test_a_decision_maker_suspends_lifts_and_withdraws(
    cast: Cast, version: ProgrammeVersion, signed_in: SignIn
) -> None:
    today = now().date()
    decision = make.decision(version.programme, cast.quality_body, last_on=today + timedelta(days=100))
    client, address = signed_in(cast.reviewer), reverse("quality:sanction", args=[decision.number])
    given = {"kind": "suspend", "from_on": today.isoformat(), "reasons": "A report is overdue."}
    assert client.get(address).status_code == 200
    assert client.post(address, given | {"reasons": ""}).status_code == 422
    assert client.post(address, given | {"from_on": "2001-01-01"}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert "because: A report is overdue." in client.get(f"/register/{decision.number}/").content.decode()
    assert "Lift the suspension" in client.get(address).content.decode()
    lift = reverse("quality:lift", args=[decision.number])
    assert client.post(lift, {"on": "2001-01-01"}).status_code == 422
    assert client.post(lift, {"on": today.isoformat()}).status_code == 302
    assert client.post(lift, {"on": today.isoformat()}).status_code == 404
    assert client.post(address, given | {"kind": "withdraw"}).status_code == 302
    assert "which is final" in client.get(address).content.decode()
    assert signed_in(cast.author).post(address, given).status_code == 403


def said(template: str, version: ProgrammeVersion) -> str:
    return Template("{% load register %}" + template).render(Context({"programme": version.programme}))


def test_a_programme_page_shows_its_standing_and_history(cast: Cast, version: ProgrammeVersion) -> None:
    assert "No accreditation on record" in said("{% accreditation_panel programme %}", version)
    assert said("{% accreditation_line programme %}", version) == "No accreditation on record"
    decision = make.decision(version.programme, cast.quality_body, last_on=date(2190, 8, 31))
    panel = said("{% accreditation_panel programme %}", version)
    assert "Accredited today" in panel
    assert f"Decision {decision.number}" in panel
    assert said("{% accreditation_line programme %}", version) == "Accredited to 2190"
    Sanction.objects.create(decision=decision, kind="withdrawal", from_on=make.TODAY, reasons="<i>", decided_at=make.AT)
    panel = said("{% accreditation_panel programme %}", version)
    assert "Withdrawn" in panel
    assert "<i>" not in panel


def test_a_reviewer_is_one_press_away_from_the_desk_and_others_from_the_register(cast: Cast, signed_in: SignIn) -> None:
    desk, register = reverse("quality:desk"), reverse("quality:register")
    reviewer, visitor = signed_in(cast.reviewer), signed_in(None)
    assert f'<li><a href="{desk}">Quality</a></li>' in reviewer.get("/about/").content.decode()
    assert f'href="{desk}">Your quality desk' in reviewer.get(register).content.decode()
    assert f'<h3><a href="{desk}">Quality bodies' in reviewer.get("/").content.decode()
    for someone in (visitor, signed_in(cast.learner)):
        assert f'<li><a href="{register}">Quality</a></li>' in someone.get("/about/").content.decode()
        assert f'<h3><a href="{register}">Quality bodies' in someone.get("/").content.decode()
    refused = signed_in(cast.author).get(desk)
    assert refused.status_code == 403
    assert f'href="{register}">Look into the register' in refused.content.decode()


def test_the_desk_shows_the_latest_ten_decisions_and_the_way_to_all(cast: Cast, signed_in: SignIn) -> None:
    for number in range(12):
        programme = make.programme(cast.provider, f"course-{number}")
        make.version(programme)
        make.decision(programme, cast.quality_body)
    page = signed_in(cast.reviewer).get(reverse("quality:desk")).content.decode()
    assert page.count('<th scope="row" class="date">') == 10
    assert "?q=Agency+for+Short+Learning+Quality" in page


def test_a_draft_is_named_by_its_title_where_accreditation_is_applied_for(cast: Cast, signed_in: SignIn) -> None:
    make.version(make.programme(cast.provider, "a-draft"), published=False, title={"en": "Reading a lake"})
    page = signed_in(cast.author).get(reverse("quality:apply", args=["a-draft"])).content.decode()
    assert '<p class="kicker" lang="en">Reading a lake</p>' in page
    assert 'class="stone"' in page
