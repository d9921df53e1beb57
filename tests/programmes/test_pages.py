from datetime import timedelta

import pytest
from django.urls import reverse

from opencairn.programmes import actions as programmes
from opencairn.programmes import queries
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.programmes.questions import QUESTIONS
from tests import make

SKILL = "http://data.europa.eu/esco/skill/04c8b6a1-9d5e-4f2e-a0a0-4f4bf9b7d9a1"


def outcome_rows(*texts: str, **more: str) -> dict[str, str]:
    data = {"outcome-TOTAL_FORMS": str(len(texts)), "outcome-INITIAL_FORMS": "0"}
    for n, text in enumerate(texts):
        data |= {f"outcome-{n}-text_en": text, f"outcome-{n}-skills": "", f"outcome-{n}-ORDER": str(n + 1)}
    return data | more


def rows(prefix, *said):
    data = {f"{prefix}-TOTAL_FORMS": str(len(said)), f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"{prefix}-{n}-{name}": value for n, row in enumerate(said) for name, value in row.items()}


ANSWERS = {
    "workload": {"ects": "2,5", "hours": "70"},
    "level": {"eqf_level": "5", "national_level": "DQR 5"},
    "assessment": {"assessment_types": ["project", "oral"], "assessment_en": "A project, defended aloud."},
    "participation": {"participation": "blended"},
    "quality": {"quality_assurance": "internal"},
    "outcomes": outcome_rows("Read a lake.", "Report on it."),
    "partners": rows("partner", {"name": "Waterworks of the Tarn", "role": "employer", "url": "https://tarn.example"}),
    "need": rows("need", {"source": "Survey of 40 waterworks", "date": "2026-01-15", "sector": "Water supply"}),
    "standards": rows("standard", {"name": "Certified Probe Reader", "owner": "Sonde AG"}),
    "review": {"review_due_on": "2028-09-01"},
}


@pytest.fixture
def author(cast, signed_in):
    return signed_in(cast.author)


@pytest.fixture
def draft(cast, at):
    title = {"en": "Reading a lake", "de": "Einen See lesen"}
    return queries.newest_version(
        programmes.create_programme(provider=cast.provider, title=title, by=cast.author, at=at)
    )


def ask(draft, key):
    return reverse("programmes:question", args=[draft.programme.slug, key])


def page(client, name, *args, **more):
    return client.get(reverse(f"programmes:{name}", args=args), **more)


def test_from_the_first_word_to_the_public_page(author, cast):
    started = author.post(
        reverse("programmes:new"), {"provider": cast.provider.slug, "title": "Reading a lake", "language": "en"}
    )
    assert started.headers["Location"] == "/publish/reading-a-lake/title/"
    refused = author.post(reverse("programmes:publish", args=["reading-a-lake"]))
    assert refused.status_code == 409
    body = refused.content.decode()
    assert "6 things stand in the way" in body
    assert '<a href="/publish/reading-a-lake/workload/">Workload is missing. How much work is it?</a>' in body
    for key, answer in ANSWERS.items():
        saved = author.post(reverse("programmes:question", args=["reading-a-lake", key]), answer)
        assert saved.status_code == 302, saved.content.decode()
    published = author.post(reverse("programmes:publish", args=["reading-a-lake"]), follow=True)
    text = published.content.decode()
    assert published.redirect_chain == [("/programmes/reading-a-lake/", 302)]
    assert "2.5 ECTS, about 70 hours" in text
    assert "EQF 5, DQR 5" in text
    assert "All eleven are present" in text
    assert "Read a lake." in text
    assert text.count('class="not-stated"') > 5
    assert 'href="https://tarn.example"' in text
    assert "Survey of 40 waterworks" in text
    assert "Certified Probe Reader" in text
    assert "1 September 2028" in text


@pytest.mark.parametrize("key", [one.key for one in QUESTIONS])
def test_every_question_has_a_page_and_takes_its_own_answers_back(key, author, draft):
    shown = author.get(ask(draft, key))
    assert shown.status_code == 200
    form = shown.context["form"]
    fields = [field for row in form.rows for field in row] if hasattr(form, "rows") else list(form)
    data = {field.html_name: field.value() if field.value() is not None else "" for field in fields}
    if hasattr(form, "rows"):
        data |= {f.html_name: f.value() for f in form.rows.management_form}
    before = ProgrammeVersion.objects.values().get()
    assert author.post(ask(draft, key), data).status_code == 302
    assert ProgrammeVersion.objects.values().get() == before


def test_no_question_stands_where_another_page_does():
    for question in QUESTIONS:
        match = reverse("programmes:question", args=["x", question.key])
        assert match not in {
            reverse(f"programmes:{n}", args=["x"]) for n in ("publish", "withdraw", "offerings", "preview")
        }


def test_the_last_question_and_finish_later_lead_to_the_overview(author, draft):
    overview = reverse("programmes:describe", args=[draft.programme.slug])
    assert author.post(ask(draft, QUESTIONS[-1].key), {}).headers["Location"] == overview
    assert author.post(ask(draft, "workload"), {"hours": "40", "later": "1"}).headers["Location"] == overview


@pytest.mark.parametrize(
    ("key", "answer", "words"),
    [
        ("workload", {"ects": "two"}, "Enter the workload as a number, such as 2.5"),
        ("workload", {"ects": "2", "hours": "10"}, "2 ECTS are 50 to 60 hours of work, but the description says 10"),
        ("workload", {"hours": "9" * 40}, "This number cannot be right"),
        ("workload", {"ects": "-1"}, "cannot be right"),
        ("title", {"title_en": ""}, "Give the course a title"),
        ("title", {"title_en": "x" * 201}, "at most 200"),
        ("title", {"title_en": "Lake", "more_language": "sv"}, "State both"),
        ("title", {"title_en": "Lake", "more_title": "Sjö"}, "State both"),
        ("title", {"title_en": "Lake", "more_language": "<b>", "more_title": "x"}, "Select a valid choice"),
        ("level", {"eqf_level": "none"}, "Say why no level applies"),
        ("level", {"eqf_level": "77"}, "Select a valid choice"),
        ("participation", {"participation": "telepathy"}, "Select a valid choice"),
        ("further", {"homepage": "javascript:alert(1)"}, "Enter a web address that starts with https://"),
        ("awarding-body", {"awarding_body": "not-a-uuid"}, "Select a valid choice"),
        ("outcomes", {"outcome-TOTAL_FORMS": "many"}, "Part of the form was lost"),
        ("outcomes", outcome_rows("Read.", **{"outcome-0-skills": "ftp://x y"}), "Line 1 must begin"),
        ("outcomes", outcome_rows("Read.", **{"outcome-0-ORDER": "first"}), "whole number"),
        ("outcomes", outcome_rows(*["Read."] * 45), "too many learning outcomes"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_with_a_way_to_mend_it(key, answer, words, author, draft):
    response = author.post(ask(draft, key), answer)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'role="alert"' in response.content.decode()


def test_a_level_may_not_apply_for_a_reason_and_comes_back(author, draft):
    author.post(ask(draft, "level"), {"eqf_level": "none", "level_not_applicable": "A language test."})
    draft.refresh_from_db()
    assert (draft.eqf_level, draft.level_not_applicable) == (None, "A language test.")
    author.post(ask(draft, "level"), {"eqf_level": "4", "level_not_applicable": "A language test."})
    draft.refresh_from_db()
    assert (draft.eqf_level, draft.level_not_applicable) == (4, "")


def test_a_description_takes_another_language(author, draft):
    author.post(ask(draft, "title"), {"title_en": "Lake", "title_de": "", "more_language": "ga", "more_title": "Loch"})
    draft.refresh_from_db()
    assert draft.title == {"en": "Lake", "ga": "Loch"}
    assert 'name="summary_ga" lang="ga"' in " ".join(author.get(ask(draft, "summary")).content.decode().split()) or (
        "summary_ga" in author.get(ask(draft, "summary")).content.decode()
    )


def test_outcomes_are_added_moved_removed_and_given_skills(author, draft):
    rows = outcome_rows("First.", "Second.", "", **{"outcome-1-skills": f"{SKILL} collect samples"})
    author.post(ask(draft, "outcomes"), rows)
    assert [one.text["en"] for one in queries.outcomes_of(draft)] == ["First.", "Second."]
    assert Outcome.objects.get(position=2).skills == [{"uri": SKILL, "label": "collect samples", "framework": "ESCO"}]
    moved = outcome_rows("First.", "Second.", **{"outcome-0-ORDER": "5"})
    author.post(ask(draft, "outcomes"), moved)
    assert [one.text["en"] for one in queries.outcomes_of(draft)] == ["Second.", "First."]
    author.post(
        ask(draft, "outcomes"),
        outcome_rows("Second.", "First.", **{"outcome-0-DELETE": "on", "outcome-INITIAL_FORMS": "2"}),
    )
    assert [one.text["en"] for one in queries.outcomes_of(draft)] == ["First."]


def test_an_outcome_that_may_be_several_is_pointed_out_and_parted_by_a_press(author, draft, cast, at):
    skill = {"uri": SKILL, "label": "read lakes", "framework": "ESCO"}
    several = {"en": "Read a lake; report on it", "de": "Einen See lesen; darüber berichten"}
    stored = [{"text": {"en": "Prepare."}, "skills": []}, {"text": several, "skills": [skill]}]
    stored.append({"text": {"en": "Tidy up."}, "skills": []})
    programmes.set_outcomes(draft, outcomes=stored, by=cast.author, at=at)
    shown = page(author, "question", draft.programme.slug, "outcomes").content.decode()
    assert shown.count("This may be several outcomes.") == shown.count('name="part" value="outcome-1"') == 1
    whole = page(author, "describe", draft.programme.slug).content.decode()
    assert "This may be several outcomes." in whole
    assert 'name="part"' not in whole  # Enter in any field there would press it
    typed = {"outcome-TOTAL_FORMS": "6", "outcome-INITIAL_FORMS": "3", "outcome-2-text_en": "Tidy up.",
        "outcome-0-text_en": "Prepare well.", "outcome-1-text_en": several["en"], "outcome-1-text_de": several["de"],
        "outcome-1-skills": f"{SKILL} read lakes", "outcome-0-ORDER": "1", "outcome-1-ORDER": "2",
        "outcome-2-ORDER": "3"}  # fmt: skip
    response = author.post(ask(draft, "outcomes"), typed | {"part": "outcome-1"})
    form = response.context["form"]
    assert response.status_code == 200
    assert Outcome.objects.filter(version=draft).count() == 3  # nothing is saved by it
    rows = [(row["text_en"].value(), row["text_de"].value(), row["skills"].value(), row["ORDER"].value())
        for row in form.rows][:4]  # fmt: skip
    assert rows == [
        ("Prepare well.", None, None, "1"),
        ("Read a lake", "Einen See lesen", f"{SKILL} read lakes", "2"),
        ("report on it", "darüber berichten", None, "3"),
        ("Tidy up.", None, None, "4"),
    ]
    assert len(form.rows) == 7
    back = {f"{row.prefix}-{name}": row[name].value() or "" for row in form.rows for name in row.fields}
    back = {name: value for name, value in back.items() if not name.endswith("DELETE")}
    back |= {"outcome-TOTAL_FORMS": "7", "outcome-INITIAL_FORMS": "4"}
    author.post(ask(draft, "outcomes"), back)
    kept = Outcome.objects.filter(version=draft).order_by("position")
    assert [(one.text["en"], len(one.skills)) for one in kept] == [
        ("Prepare well.", 0), ("Read a lake", 1), ("report on it", 0), ("Tidy up.", 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "more"),
    [
        ("outcome-0", {"outcome-0-text_de": "Lesen."}),  # the languages do not part alike
        ("outcome-1", {}),
        ("outcome-77", {}),
        ("partner-0", {}),
        ("nonsense", {}),
        ("outcome-9999999999", {}),
    ],
)
def test_what_does_not_part_stays_as_it_was_typed(author, draft, part, more):
    response = author.post(ask(draft, "outcomes"), outcome_rows("Read. Lakes today. Report", "One", part=part, **more))
    assert response.status_code == 200
    assert [row["text_en"].value() for row in response.context["form"].rows] == ["Read. Lakes today. Report", "One"]
    assert not Outcome.objects.filter(version=draft).exists()


def test_a_list_whose_numbers_are_no_numbers_is_parted_without_a_fault(author, draft):
    typed = outcome_rows("Read a lake; report", "One", part="outcome-0") | {
        "outcome-TOTAL_FORMS": "many", "outcome-0-ORDER": "first", "outcome-1-ORDER": "²"
    }  # fmt: skip
    assert author.post(ask(draft, "outcomes"), typed).status_code == 200


def test_languages_that_part_otherwise_are_left_to_a_person(author, draft, cast, at):
    uneven = {"en": "Read a lake; report on it", "de": "Einen See lesen und darüber berichten"}
    programmes.set_outcomes(draft, outcomes=[{"text": uneven, "skills": []}], by=cast.author, at=at)
    shown = page(author, "question", draft.programme.slug, "outcomes").content.decode()
    assert "part it by hand" in shown
    assert 'name="part"' not in shown


def test_more_rows_keep_what_was_typed_and_save_nothing(author, draft):
    response = author.post(ask(draft, "outcomes"), outcome_rows("Half a sent", more="outcome"))
    assert response.status_code == 200
    assert response.content.decode().count('<fieldset class="stack close">') == 4
    assert "Half a sent" in response.content.decode()
    assert not Outcome.objects.exists()


def test_whoever_is_slower_is_told_and_loses_nothing(cast, author, signed_in, draft):
    ilse = signed_in(cast.manager)
    seen = author.get(ask(draft, "summary")).context["form"]
    mark = seen.initial.get("seen_summary") or seen.fields["seen_summary"].initial
    ilse.post(ask(draft, "summary"), {"summary_en": "Ilse's words.", "seen_summary": mark})
    slower = author.post(ask(draft, "summary"), {"summary_en": "Jonas's words.", "seen_summary": mark})
    assert slower.status_code == 422
    assert "Somebody else changed this answer" in slower.content.decode()
    assert "Jonas&#x27;s words." in slower.content.decode()
    again = slower.context["form"].data["seen_summary"]
    assert (
        author.post(ask(draft, "summary"), {"summary_en": "Jonas's words.", "seen_summary": again}).status_code == 302
    )


def test_the_full_form_saves_everything_at_once(author, draft):
    answers = {
        "title_en": "Reading a lake",
        "title_de": "Einen See lesen",
        "awarding_body": str(draft.awarding_body_id),
    }
    for answer in ANSWERS.values():
        answers |= answer
    saved = author.post(reverse("programmes:describe", args=[draft.programme.slug]), answers)
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert queries.gaps_of(draft) == ()
    wrong = author.post(reverse("programmes:describe", args=[draft.programme.slug]), answers | {"ects": "two"})
    assert wrong.status_code == 422
    assert 'href="#id_ects"' in wrong.content.decode()


def test_a_published_version_is_not_edited_but_the_next_one_is(author, cast):
    version = make.version(make.programme(cast.provider))
    slug = version.programme.slug
    assert "Start the next version" in page(author, "describe", slug).content.decode()
    assert author.get(ask(version, "workload")).status_code == 302
    author.post(reverse("programmes:next_version", args=[slug]))
    assert author.post(ask(version, "workload"), {"ects": "4", "hours": "110"}).status_code == 302
    assert Programme.objects.get().current.ects == 5
    assert queries.draft_of(version.programme).ects == 4
    author.post(reverse("programmes:publish", args=[slug]))
    old = page(author, "version", slug, 1).content.decode()
    assert "Version 2 is in force today" in old
    assert author.post(reverse("programmes:publish", args=[slug])).status_code == 302


def test_dates_are_planned_seen_by_everyone_and_cancelled_with_a_reason(author, cast, client):
    version = make.version(make.programme(cast.provider))
    slug = version.programme.slug
    from django.utils.timezone import now

    first = now().date() + timedelta(days=90)
    dates = reverse("programmes:offerings", args=[slug])
    facts = {
        "starts_on": first.isoformat(),
        "capacity": "24",
        "price": "1.234,50 €",
        "currency": "EUR",
        "language": "de",
        "place": "Tarnau",
    }
    assert author.post(dates, facts).status_code == 302
    run = Offering.objects.get()
    assert (str(run.price), run.capacity, run.languages) == ("1234.50", 24, ["de"])
    public = page(client, "programme", slug).content.decode()
    assert reverse("learning:enrol", args=[run.pk]) in public
    cancel = reverse("programmes:cancel_offering", args=[slug, run.pk])
    assert author.get(cancel).status_code == 200
    assert author.post(cancel, {"reason": ""}).status_code == 422
    assert author.post(cancel, {"reason": "Too few people."}).status_code == 302
    public = page(client, "programme", slug).content.decode()
    assert "Too few people." in public
    assert reverse("learning:enrol", args=[run.pk]) not in public


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"starts_on": "tomorrow"}, "Enter a date, such as 2026-09-14"),
        ({"starts_on": "2026-09-14", "ends_on": "2026-09-13"}, "The last day is before the first"),
        ({"capacity": "0"}, "at least one place"),
        ({"capacity": "٣"}, "whole number of places"),
        ({"price": "cheap"}, "Enter the price as a number"),
        ({"price": "99999999999"}, "from 0 to 100,000"),
        ({"price": "-3"}, "from 0 to 100,000"),
        ({"currency": "XXX"}, "Select a valid choice"),
    ],
)
def test_a_date_that_cannot_be_right_says_how_to_mend_it(facts, words, author, cast):
    version = make.version(make.programme(cast.provider))
    response = author.post(reverse("programmes:offerings", args=[version.programme.slug]), facts)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_withdrawn_programme_stays_readable_and_says_so(signed_in, cast, client):
    version = make.version(make.programme(cast.provider))
    make.offering(version.programme)
    manager, slug = signed_in(cast.manager), version.programme.slug
    withdraw = reverse("programmes:withdraw", args=[slug])
    assert manager.get(withdraw).status_code == 200
    assert manager.post(withdraw, {"reason": " "}).status_code == 422
    assert manager.post(withdraw, {"reason": "The lake dried up."}).status_code == 302
    gone = page(client, "programme", slug)
    assert gone.status_code == 410
    assert "The lake dried up." in gone.content.decode()
    assert "/enrol/" not in gone.content.decode()
    assert page(client, "version", slug, 1).status_code == 200
    assert manager.get(reverse("programmes:describe", args=[slug])).status_code == 200


def test_a_listing_is_not_called_a_micro_credential_and_leads_to_its_source(cast, client, at):
    programmes.import_listing(
        provider=cast.provider, source="nj-etpl", source_id="1",
        facts={"title": {"en": "Nurse aide"}, "homepage": "https://example.org/aide"}, outcomes=[],
        offerings=[{"price": 900, "currency": "USD"}], at=at,
    )  # fmt: skip
    text = page(client, "programme", "nurse-aide").content.decode()
    assert "Description incomplete" in text
    assert 'href="https://example.org/aide"' in text
    assert "/enrol/" not in text
    assert "All eleven are present" not in text


def test_the_desk_shows_my_programmes_and_helps_those_who_have_none(author, cast, signed_in, draft):
    assert "Reading a lake" in page(author, "desk").content.decode()
    learner = page(signed_in(cast.learner), "desk").content.decode()
    assert "You do not describe courses for any organisation yet" in learner
    assert "Reading a lake" not in learner
    assert page(signed_in(cast.learner), "new").status_code == 200
    stranger = signed_in(cast.learner).post(
        reverse("programmes:new"), {"provider": cast.provider.slug, "title": "Mine", "language": "en"}
    )
    assert stranger.status_code == 422


@pytest.mark.parametrize("name", ["describe", "offerings", "withdraw", "preview"])
def test_a_draft_does_not_exist_for_strangers_and_asks_visitors_to_sign_in(name, draft, cast, signed_in, client):
    assert page(signed_in(cast.learner), name, draft.programme.slug).status_code == 404
    assert page(client, name, draft.programme.slug).status_code == 302
    assert page(client, "programme", draft.programme.slug).status_code == 404
    assert page(client, "version", draft.programme.slug, 1).status_code == 404
    assert page(client, "stone", draft.programme.slug, 1, "svg").status_code == 404


def test_a_stranger_cannot_write_to_a_public_programme(cast, signed_in):
    version = make.version(make.programme(cast.provider))
    learner, slug = signed_in(cast.learner), version.programme.slug
    for name in ("publish", "next_version", "withdraw", "offerings", "describe"):
        assert learner.post(reverse(f"programmes:{name}", args=[slug]), {"reason": "x"}).status_code == 403
    assert learner.post(ask(version, "workload"), {"hours": "1"}).status_code == 403
    run = make.offering(version.programme)
    assert learner.post(reverse("programmes:cancel_offering", args=[slug, run.pk]), {"reason": "x"}).status_code == 403


def test_an_assessor_reads_a_draft_but_does_not_change_it(cast, draft, signed_in, at):
    from opencairn.people import actions as people

    people.ensure_membership(cast.learner, cast.provider, role="assessor", at=at)
    assessor = signed_in(cast.learner)
    assert page(assessor, "describe", draft.programme.slug).status_code == 200
    assert assessor.post(reverse("programmes:describe", args=[draft.programme.slug]), {}).status_code == 403


def test_only_posts_write(author, draft):
    for name in ("publish", "next_version"):
        assert page(author, name, draft.programme.slug).status_code == 405


def test_words_are_never_markup(author, draft, cast, at, client):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    version = make.version(
        make.programme(cast.provider), title={"en": evil}, summary={"en": evil}, assessment={"en": evil}, outcomes=[evil],
        description={"en": evil}, level_not_applicable=evil, national_level=evil[:60], eqf_level=None,
    )  # fmt: skip
    make.offering(version.programme, place=evil)
    for response in (
        page(client, "programme", "water-quality"),
        page(author, "describe", "water-quality"),
        page(author, "desk"),
        page(author, "offerings", "water-quality"),
    ):
        text = response.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_ten_megabytes_of_text_get_a_clear_no(author, draft):
    assert author.post(ask(draft, "description"), {"description_en": "x" * 10_000_000}).status_code in (400, 413)
    assert author.post(ask(draft, "description"), {"description_en": "x" * 1_000_000}).status_code == 422


def test_a_question_nobody_asks_is_not_found(author, draft):
    assert author.get(ask(draft, "favourite-colour")).status_code == 404


def test_the_stone_is_a_picture_that_never_changes(cast, client):
    version = make.version(make.programme(cast.provider))
    svg = page(client, "stone", version.programme.slug, 1, "svg")
    assert svg.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in svg.headers["Cache-Control"]
    assert svg.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b'aria-label="Azurite stone: 5 ECTS, EQF level 6, 3 learning outcomes"' in svg.content
    png = page(client, "stone", version.programme.slug, 1, "png")
    assert png.headers["Content-Type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")
    assert page(client, "stone", version.programme.slug, 1, "exe").status_code == 404


def test_the_pages_speak_german_where_the_words_do(cast, client):
    make.version(make.programme(cast.provider))
    text = page(client, "programme", "water-quality", headers={"accept-language": "de"}).content.decode()
    assert '<h1 lang="de">Gewässerüberwachung mit Feldsensoren</h1>' in text


def test_a_workload_may_be_a_range_of_hours(author, draft):
    wrong = author.post(ask(draft, "workload"), {"hours": "200", "hours_most": "110"})
    assert wrong.status_code == 422
    assert "has to be more than the hours before it" in wrong.content.decode()
    author.post(ask(draft, "workload"), {"hours": "110", "hours_most": "200"})
    draft.refresh_from_db()
    assert (draft.hours, draft.hours_most) == (110, 200)
    assert "110–200 hours" in page(author, "preview", draft.programme.slug).content.decode()
    author.post(ask(draft, "workload"), {"ects": "5", "hours": "110", "hours_most": "200"})
    assert "5 ECTS, about 110–200 hours" in page(author, "preview", draft.programme.slug).content.decode()
