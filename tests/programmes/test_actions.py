from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from opencairn.kit.errors import Forbidden
from opencairn.people.models import Organisation, Person
from opencairn.programmes import actions as programmes
from opencairn.programmes import exchange, queries
from opencairn.programmes.formats import ProviderFacts, csv_table, ctdl, losses, moochub, schema_org
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from tests import make

COMPLETE = {
    "ects": "2.5",
    "hours": 70,
    "eqf_level": 5,
    "assessment_types": ["project", "oral"],
    "assessment": {"en": "A project, defended aloud."},
    "participation": "blended",
    "quality_assurance": "internal",
}
OUTCOMES = [{"text": {"en": "Read a lake."}, "skills": []}, {"text": {"en": "Report on it."}, "skills": []}]


@pytest.fixture
def draft(cast, at):
    programme = programmes.create_programme(
        provider=cast.provider, title={"en": "Reading a lake"}, by=cast.author, at=at
    )
    return queries.newest_version(programme)


def complete(draft, cast, at):
    programmes.describe(draft, changes=COMPLETE, by=cast.author, at=at)
    programmes.set_outcomes(draft, outcomes=OUTCOMES, by=cast.author, at=at)
    return draft


def test_a_new_programme_starts_with_a_draft_of_its_own(draft, cast):
    assert draft.number == 1
    assert draft.published_at is None
    assert draft.awarding_body == cast.provider
    assert draft.programme.slug == "reading-a-lake"
    assert draft.programme.current is None


def test_two_programmes_of_one_name_get_two_addresses(draft, cast, at):
    other = programmes.create_programme(provider=cast.provider, title={"en": "Reading a lake"}, by=cast.author, at=at)
    third = programmes.create_programme(provider=cast.provider, title={"en": "Reading a lake"}, by=cast.author, at=at)
    assert len({draft.programme.slug, other.slug, third.slug}) == 3


@pytest.mark.parametrize("title", ["new", "New!", "水質", "🪨", "x" * 200])
def test_any_title_gets_an_address_that_is_free(title, cast, at):
    programme = programmes.create_programme(provider=cast.provider, title={"en": title}, by=cast.author, at=at)
    assert programme.slug not in ("", "new", "item")
    assert len(programme.slug) <= 100


def test_only_a_provider_can_describe_programmes(cast, at):
    with pytest.raises(programmes.NotAProvider):
        programmes.create_programme(provider=cast.quality_body, title={"en": "Lake"}, by=cast.author, at=at)


@pytest.mark.parametrize("title", [{}, {"en": "  "}])
def test_a_programme_needs_a_title(title, cast, at):
    with pytest.raises(programmes.Untitled):
        programmes.create_programme(provider=cast.provider, title=title, by=cast.author, at=at)


def test_publishing_is_refused_with_the_list_of_gaps(draft, cast, at):
    with pytest.raises(programmes.Incomplete) as refusal:
        programmes.publish(draft, by=cast.author, at=at)
    keys = [gap.element.key for gap in refusal.value.gaps]
    assert keys == ["learning_outcomes", "workload", "level", "assessment", "participation", "quality_assurance"]
    assert refusal.value.details[1] == "Workload is missing. How much work is it?"
    draft.refresh_from_db()
    assert draft.published_at is None


def test_a_complete_description_is_published_and_in_force(draft, cast, at):
    programmes.publish(complete(draft, cast, at), by=cast.author, at=at)
    programme = Programme.objects.get()
    assert programme.current == draft
    assert programme.current.published_as == "micro-credential"
    assert programme.current.published_by == cast.author
    assert programme.changed_at == at


def test_an_implausible_workload_keeps_a_programme_from_being_published(draft, cast, at):
    complete(draft, cast, at)
    programmes.describe(draft, changes={"hours": 10}, by=cast.author, at=at)
    with pytest.raises(programmes.Incomplete) as refusal:
        programmes.publish(draft, by=cast.author, at=at)
    assert "2.5 ECTS are 62 to 75 hours of work, but the description says 10." in refusal.value.details[0]


def test_a_published_version_never_changes(draft, cast, at):
    programmes.publish(complete(draft, cast, at), by=cast.author, at=at)
    with pytest.raises(programmes.Frozen):
        programmes.describe(draft, changes={"hours": 65}, by=cast.author, at=at)
    with pytest.raises(programmes.Frozen):
        programmes.set_outcomes(draft, outcomes=OUTCOMES, by=cast.author, at=at)
    with pytest.raises(programmes.Frozen):
        programmes.publish(draft, by=cast.author, at=at)


def test_the_next_version_is_a_copy_with_its_outcomes_and_there_is_only_one_draft(draft, cast, at):
    programmes.publish(complete(draft, cast, at), by=cast.author, at=at)
    next_one = programmes.draft_next_version(draft.programme, by=cast.author, at=at)
    assert next_one.number == 2
    assert next_one.ects == Decimal("2.50")
    assert [o.text for o in queries.outcomes_of(next_one)] == [o["text"] for o in OUTCOMES]
    assert programmes.draft_next_version(draft.programme, by=cast.author, at=at) == next_one
    programmes.set_outcomes(next_one, outcomes=OUTCOMES[:1], by=cast.author, at=at)
    assert len(queries.outcomes_of(draft)) == 2


def test_two_people_on_different_questions_lose_nothing(draft, cast, at):
    jonas, ilse = ProgrammeVersion.objects.get(pk=draft.pk), ProgrammeVersion.objects.get(pk=draft.pk)
    programmes.describe(jonas, changes={"hours": 70}, by=cast.author, at=at)
    programmes.describe(ilse, changes={"eqf_level": 5}, by=cast.manager, at=at)
    draft.refresh_from_db()
    assert (draft.hours, draft.eqf_level) == (70, 5)


@pytest.mark.parametrize(
    "changes",
    [
        {"ects": "two"}, {"ects": "NaN"}, {"ects": "1e99"}, {"ects": -1}, {"ects": 61}, {"hours": 1.5}, {"hours": 10**30},
        {"eqf_level": 9}, {"eqf_level": 0}, {"participation": "telepathy"}, {"assessment_types": ["telepathy"]},
        {"assessment_types": "written"}, {"assessment_types": [{}]}, {"languages": ["klingonish!"]}, {"languages": "en"},
        {"languages": [7]}, {"field_code": "9999"}, {"field_code": "٠٥"}, {"homepage": "javascript:alert(1)"},
        {"homepage": "https://["}, {"homepage": 'https://x/"onload='}, {"summary": "plain words"}, {"summary": {"en": 3}},
        {"summary": {"<b>": "x"}}, {"summary": {"en": "x" * 801}}, {"summary": {"en": "a\x00b"}},
        {"summary": {"en": "a\x1bb"}}, {"description": {"en": "x" * 10_000_000}},
        {"summary": {f"a{chr(97 + n // 26)}{chr(97 + n % 26)}": "x" for n in range(60)}}, {"title": {}},
        {"national_level": "x" * 61}, {"national_level": "a\x00"}, {"published_at": "2020-01-01"}, {"id": 3},
        {"awarding_body": "Oxford"}, {"programme": None},
        {"summary": {"en": "a \u202etxet"}},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_right_is_refused_and_nothing_is_kept(changes, draft, cast, at):
    with pytest.raises(programmes.NotUsable) as refusal:
        programmes.describe(draft, changes={"hours": 70, **changes}, by=cast.author, at=at)
    assert refusal.value.message.endswith((".", "…"))
    assert ProgrammeVersion.objects.get().hours is None


def test_nobody_names_a_stranger_as_the_awarding_body(draft, cast, at):
    stranger = Organisation.objects.create(slug="famous", name="Famous University", is_provider=True, registered_at=at)
    with pytest.raises(Forbidden):
        programmes.describe(draft, changes={"awarding_body": stranger}, by=cast.author, at=at)


@pytest.mark.parametrize(
    "outcomes",
    [
        [{"text": {}, "skills": []}],
        [{"text": {"en": "Read."}, "skills": [{"uri": "javascript:alert(1)", "label": "x"}]}],
        [{"text": {"en": "Read."}, "skills": ["x"]}],
        [{"text": {"en": "Read."}, "skills": [{"uri": "https://example.org/skill/1", "label": "x" * 300}]}],
        [{"text": {"en": "Read."}, "skills": []}] * 41,
    ],
)
def test_an_outcome_that_cannot_be_right_is_refused(outcomes, draft, cast, at):
    with pytest.raises(programmes.NotUsable):
        programmes.set_outcomes(draft, outcomes=outcomes, by=cast.author, at=at)


def test_an_esco_skill_is_known_by_its_address(draft, cast, at):
    uri = "http://data.europa.eu/esco/skill/04c8b6a1-9d5e-4f2e-a0a0-4f4bf9b7d9a1"
    skills = [{"uri": uri, "label": "collect samples"}, {"uri": "https://example.org/s/1", "label": ""}]
    kept = programmes.set_outcomes(
        draft, outcomes=[{"text": {"en": "Sample."}, "skills": skills}], by=cast.author, at=at
    )
    assert [s["framework"] for s in kept[0].skills] == ["ESCO", ""]
    assert kept[0].skills[1]["label"] == "https://example.org/s/1"


def test_withdrawing_needs_a_reason_and_happens_once(draft, cast, at):
    programmes.publish(complete(draft, cast, at), by=cast.author, at=at)
    with pytest.raises(programmes.ReasonNeeded):
        programmes.withdraw(draft.programme, reason="  ", by=cast.manager, at=at)
    later = at + timedelta(days=1)
    programme = programmes.withdraw(draft.programme, reason="The lake dried up.", by=cast.manager, at=later)
    assert programme.withdrawn_at == programme.changed_at == later
    assert not Programme.objects.public().exists()
    with pytest.raises(programmes.Withdrawn):
        programmes.withdraw(Programme.objects.get(), reason="Again.", by=cast.manager, at=later)
    with pytest.raises(programmes.Withdrawn):
        programmes.draft_next_version(programme, by=cast.manager, at=later)
    with pytest.raises(programmes.Withdrawn):
        programmes.plan_offering(programme, by=cast.manager, at=later)


def test_a_draft_of_a_withdrawn_programme_is_not_published(draft, cast, at):
    complete(draft, cast, at)
    programmes.withdraw(draft.programme, reason="A mistake.", by=cast.manager, at=at)
    with pytest.raises(programmes.Withdrawn):
        programmes.publish(draft, by=cast.author, at=at)
    with pytest.raises(programmes.Withdrawn):
        programmes.describe(draft, changes={"hours": 70}, by=cast.author, at=at)


def test_planning_a_date_is_a_public_change(cast, at):
    programme = make.programme(cast.provider)
    make.version(programme)
    later = at + timedelta(hours=1)
    offering = programmes.plan_offering(
        programme, by=cast.author, at=later, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 1), capacity=1,
        price=Decimal(0), currency="eur", languages=["de"], place=" Tarnau ",
    )  # fmt: skip
    assert (offering.currency, offering.place) == ("EUR", "Tarnau")
    assert Programme.objects.get().changed_at == later


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"starts_on": date(2026, 9, 2), "ends_on": date(2026, 9, 1)}, "ends_on"),
        ({"ends_on": date(2026, 9, 1)}, "starts_on"),
        ({"starts_on": date(2026, 9, 1), "enrol_until": date(2026, 9, 2)}, "enrol_until"),
        ({"starts_on": date(2026, 9, 1), "ends_on": date(2036, 9, 1)}, "ends_on"),
        ({"starts_on": date(9999, 9, 1)}, "starts_on"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10**12}, "capacity"),
        ({"price": Decimal(-1), "currency": "EUR"}, "price"),
        ({"price": Decimal(320)}, "currency"),
        ({"price": Decimal(320), "currency": "XXX"}, "currency"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_date_that_cannot_be_right_is_refused(facts, field, cast, at):
    programme = make.programme(cast.provider)
    with pytest.raises(programmes.NotPlannable) as refusal:
        programmes.plan_offering(programme, by=cast.author, at=at, **facts)
    assert field in dict(refusal.value.problems)
    assert not Offering.objects.exists()


def test_cancelling_needs_a_reason_and_is_public(cast, at):
    programme = make.programme(cast.provider)
    make.version(programme)
    offering = make.offering(programme)
    with pytest.raises(programmes.ReasonNeeded):
        programmes.cancel_offering(offering, reason="", by=cast.author, at=at)
    later = at + timedelta(hours=1)
    programmes.cancel_offering(offering, reason="Too few people.", by=cast.author, at=later)
    assert Programme.objects.get().changed_at == later
    assert not queries.is_open_for_enrolment(Offering.objects.get(), date(2026, 3, 2))
    with pytest.raises(programmes.AlreadyCancelled):
        programmes.cancel_offering(Offering.objects.get(), reason="Again.", by=cast.author, at=later)


ROW = {"title": {"en": "Nurse aide"}, "hours": 90, "homepage": "https://example.org/aide"}


def take(cast, at, *, facts=ROW, outcomes=(), offering=None, provider=None, form=csv_table):
    return programmes.import_listing(
        provider=provider or cast.provider, source="nj-etpl", source_id="42", facts=facts, outcomes=list(outcomes),
        offerings=[offering] if offering else [], carries=losses.carried(form), at=at,
    )  # fmt: skip


def test_an_imported_row_is_listed_and_not_open_to_enrolment(cast, at):
    programme, what = take(cast, at, offering={"price": Decimal(900), "currency": "USD"})
    assert what == "created"
    assert programme.current.published_as == "listing"
    assert not queries.is_open_for_enrolment(Offering.objects.get(), date(2026, 3, 2))
    assert not Programme.objects.micro_credentials().exists()
    assert list(Programme.objects.public()) == [programme]


def test_importing_twice_changes_nothing(cast, at):
    take(cast, at, outcomes=OUTCOMES, offering={"price": Decimal(900), "currency": "USD"})
    later = at + timedelta(days=1)
    assert take(cast, later, outcomes=OUTCOMES, offering={"price": Decimal(900), "currency": "USD"})[1] == "unchanged"
    assert Programme.objects.get().changed_at == at
    assert ProgrammeVersion.objects.count() == Offering.objects.count() == 1


def test_a_row_that_changed_becomes_the_next_version(cast, at):
    take(cast, at)
    later = at + timedelta(days=1)
    programme, what = take(cast, later, facts=ROW | {"hours": 100}, outcomes=OUTCOMES)
    assert what == "updated"
    programme.refresh_from_db()
    assert (programme.current.number, programme.current.hours, programme.changed_at) == (2, 100, later)
    assert Outcome.objects.filter(version=programme.current).count() == 2


FULL = ROW | {"eqf_level": 5, "ects": Decimal(3), "price_support": {"en": "Half price"}, "supervision": "supervised-id"}


def test_what_a_row_does_not_state_any_more_is_stated_no_more(cast, at):
    take(cast, at, facts=FULL, offering={"price": Decimal(100), "currency": "EUR", "place": "Trenton"})
    programme, what = take(cast, at, offering={"place": "Trenton"})
    programme.refresh_from_db()
    assert what == "updated"
    assert (programme.current.eqf_level, programme.current.ects, programme.current.price_support) == (None, None, {})
    assert (programme.current.hours, programme.current.supervision) == (90, "")
    run = Offering.objects.get()
    assert (run.place, run.price, run.currency, run.cancelled_at) == ("Trenton", None, "", None)
    assert take(cast, at, offering={"place": "Trenton"})[1] == "unchanged"
    assert take(cast, at)[1] == "updated"
    assert Offering.objects.get().cancelled_at == at
    assert take(cast, at)[1] == "unchanged"


def test_what_a_format_has_no_place_for_stays(cast, at):
    run = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}
    take(cast, at, facts=FULL, offering=run | {"price": Decimal(100), "currency": "EUR", "languages": ["en"]})
    programme, what = take(cast, at, offering=run, form=moochub)
    programme.refresh_from_db()
    assert what == "updated"  # it can state credits
    assert (programme.current.eqf_level, programme.current.ects) == (5, None)
    assert (programme.current.supervision, programme.current.price_support) == ("supervised-id", {"en": "Half price"})
    kept = Offering.objects.get()
    assert (kept.price, kept.currency, kept.languages, kept.cancelled_at) == (100, "EUR", ["en"], None)


def test_a_table_and_then_other_formats_of_the_same_listing_lose_nothing_that_they_have_no_place_for(cast, at):
    """Partners, awarding bodies, skills of an outcome, evidence, days: whatever a format cannot say stays as it is."""
    school, (_us, chamber) = ProviderFacts("School of the River", "DE"), losses.LISTING.awarding_bodies
    bodies = (school, chamber)
    whole = replace(losses.LISTING, facts=losses.FILLED.facts, provider=school, awarding_bodies=bodies, quality=())
    assert listed(whole, csv_table, at).status == "created"
    before = described_here()
    for form in (ctdl, schema_org):
        listed(whole, form, at)
        after = described_here()
        assert {name: after[name] for name in after if after[name] != before[name]} == {}, form.key
    assert [one["role"] for one in before["partners"]] == ["designer", "endorser", "funder", "employer"]
    assert listed(replace(whole, partners=(), awarding_bodies=()), csv_table, at).status == "updated"
    after = described_here()
    assert (after["partners"], after["awarding_bodies"]) == ((), ())


def test_what_stays_never_contradicts_what_comes_in(cast, at):
    """The most of the hours and the last day to enrol are left out where what a row says now is past them."""
    run = {"starts_on": date(2026, 9, 9), "ends_on": date(2026, 9, 10)}
    take(cast, at, facts=FULL | {"hours_most": 120}, offering=run | {"enrol_until": date(2026, 9, 5)})
    earlier = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}
    take(cast, at, facts=ROW | {"hours": 110}, offering=earlier, form=moochub)
    current, kept = Programme.objects.get().current, Offering.objects.get()
    assert (current.hours, current.hours_most, kept.starts_on, kept.enrol_until) == (110, 120, date(2026, 9, 1), None)
    take(cast, at, facts=ROW | {"hours": 150}, offering=earlier, form=moochub)
    current = Programme.objects.get().current
    assert (current.hours, current.hours_most) == (150, None)


def listed(what, form, at):
    row = losses.read_back(form, what)
    return programmes.take_row(row=row, form=form.key, source="school", providers={}, at=at)


def described_here():
    """What the one listing here states, by the names of a description."""
    version = ProgrammeVersion.objects.select_related("programme__provider", "awarding_body").latest("number")
    (found,) = exchange.described([version], quality={})
    bodies = tuple(each.name for each in found.awarding_bodies)
    runs = [{**run, "id": ""} for run in found.offerings]
    return {
        **found.facts,
        "outcomes": found.outcomes,
        "partners": found.partners,
        "awarding_bodies": bodies,
        "runs": runs,
    }


def test_a_price_that_changed_and_another_provider_are_taken_over(cast, at):
    take(cast, at)
    assert take(cast, at, offering={"price": Decimal(900), "currency": "USD"})[1] == "updated"
    assert take(cast, at, offering={"price": Decimal(950), "currency": "USD"})[1] == "updated"
    assert Offering.objects.get().price == 950
    other = Organisation.objects.create(slug="other", name="Other", is_provider=True, registered_at=at)
    assert take(cast, at, provider=other)[1] == "updated"
    assert Programme.objects.get().provider == other


def test_an_import_leaves_alone_what_somebody_here_took_over(cast, at):
    programme, _created = take(cast, at)
    programmes.draft_next_version(programme, by=cast.author, at=at)
    assert take(cast, at, facts=ROW | {"hours": 100})[1] == "unchanged"
    programmes.withdraw(programme, reason="Out of date.", by=cast.manager, at=at)
    assert take(cast, at, facts=ROW | {"hours": 100})[1] == "unchanged"


@pytest.mark.parametrize("facts", [{}, {"title": {"en": "x"}, "hours": -3}, {"title": {"en": "x"}, "colour": "red"}])
def test_a_row_that_cannot_be_kept_is_refused_whole(facts, cast, at):
    with pytest.raises(programmes.NotUsable):
        take(cast, at, facts=facts)
    assert not Programme.objects.exists()


def test_a_listing_without_a_source_is_refused(cast, at):
    with pytest.raises(programmes.NotUsable):
        programmes.import_listing(provider=cast.provider, source="", source_id="1", facts=ROW, outcomes=[], at=at)


def test_a_person_is_exported_and_forgotten_but_the_description_stays(draft, cast, at):
    programmes.publish(complete(draft, cast, at), by=cast.author, at=at)
    person = Person.objects.get(pk=cast.author.pk)
    assert queries.export_person(person)["published_versions"][0]["programme"] == "reading-a-lake"
    programmes.erase_person(person, at=at)
    assert queries.export_person(person) == {"published_versions": [], "stated_assurance": []}
    assert Programme.objects.get().current.published_at == at
