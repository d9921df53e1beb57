from collections import Counter
from datetime import UTC, datetime, timedelta

from django.test import TestCase

from opencairn.credentials.models import Credential
from opencairn.kit.dates import midnight
from opencairn.learning.queries import places_left
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.programmes.profiles import profile
from opencairn.programmes.queries import facts_of
from opencairn.programmes.rules import missing_elements
from opencairn.quality.queries import standing
from opencairn.wallet.models import Holding
from opencairn.web.demo import world
from opencairn.web.demo.cast import enter

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def versions() -> list[ProgrammeVersion]:
    return list(ProgrammeVersion.objects.filter(published_as="micro-credential").select_related("programme__provider"))


class TheWorld(TestCase):
    """The whole world, loaded once."""

    @classmethod
    def setUpTestData(cls) -> None:
        world.load(enter(), at=AT)

    def test_the_world_is_as_large_and_as_varied_as_promised(self) -> None:
        described = versions()
        written = Counter(tag for version in described for tag in version.title)
        assert len(described) >= 44
        assert Organisation.objects.providers().count() >= 9
        assert len(set(Organisation.objects.providers().values_list("country", flat=True))) >= 5
        assert {"DE", "FR", "IE", "ES", "NL", "PL"} <= set(Organisation.objects.values_list("country", flat=True))
        assert all(written[tag] >= 5 for tag in ("en", "de", "fr", "es"))
        assert {"pl", "nl", "ga"} <= set(written)
        assert sum(len(version.title) > 1 for version in described) >= 20
        assert {version.field_code[:2] for version in described} == {f"{n:02d}" for n in range(11)}
        assert {version.eqf_level for version in described} >= set(range(2, 9))
        assert {version.participation for version in described} == {"online", "blended", "onsite", "workbased"}

    def test_every_programme_is_complete_and_its_workload_is_that_of_its_credits(self) -> None:
        eu = profile("eu-annex-i")
        for version in versions():
            missing = set(missing_elements(facts_of(version), eu)) - {"learner", "issued_on"}
            assert not missing, (version, missing)
            assert 0.5 <= version.ects <= 15
            assert 25 <= version.hours / version.ects <= 30, version
            assert 3 <= Outcome.objects.filter(version=version).count() <= 8

    def test_every_programme_can_be_read_from_title_to_outcomes_in_one_language(self) -> None:
        for version in versions():
            outcomes = [set(one.text) for one in Outcome.objects.filter(version=version)]
            assert set(version.title) & set(version.summary), version
            assert set(version.title).intersection(version.description, *outcomes), version
            assert set(version.title) & set(version.languages) or "en" in version.title, version

    def test_skills_are_real_esco_addresses(self) -> None:
        skills = [skill for outcome in Outcome.objects.all() for skill in outcome.skills]
        assert len(skills) > 80
        assert all(skill["uri"].startswith("http://data.europa.eu/esco/skill/") for skill in skills)

    def test_the_register_shows_every_state(self) -> None:
        states = Counter(standing(one, AT.date()).state for one in Programme.objects.all())
        assert states["accredited"] > 30
        assert states["suspended"] == 2
        assert states["expired"] == 1
        assert states["refused"] == 1
        assert states["none"] >= 3 + 3

    def test_dates_lie_ahead_and_one_is_full_one_cancelled_one_any_day(self) -> None:
        ahead = Offering.objects.upcoming(AT.date())
        assert Programme.objects.filter(offering__in=ahead).distinct().count() >= 44
        assert ahead.filter(starts_on=None).exists()
        assert Offering.objects.exclude(cancelled_at=None).count() == 1
        assert [places_left(one) for one in ahead.filter(capacity=2)] == [0]
        assert ahead.filter(price=0).exists()
        assert ahead.filter(price__gt=0).exists()

    def test_mirren_holds_her_stones_and_a_correction_revoked_what_it_replaced(self) -> None:
        assert Holding.objects.filter(person__email="mirren@example.org").count() == 7
        ended = Credential.objects.exclude(revoked_at=None)
        assert sorted(bool(each.revocation_reason) for each in ended) == [True, True], ended
        assert Person.objects.filter(holding__isnull=False).distinct().count() == 3
        first = Credential.objects.order_by("issued_at").first()
        assert first is not None
        assert first.issued_at < AT - timedelta(days=900)

    def test_the_awards_were_accredited_on_their_day(self) -> None:
        for credential in Credential.objects.select_related("award", "programme"):
            assert standing(credential.programme, credential.award.awarded_on).accredited, credential.programme

    def test_loading_again_changes_nothing_and_a_year_later_plans_new_dates(self) -> None:
        cast = enter()
        count = Offering.objects.count()
        world.load(cast, at=AT)
        assert Offering.objects.count() == count
        later = midnight(AT.date() + timedelta(days=365))
        world.load(cast, at=later)
        ahead = Offering.objects.upcoming(later.date())
        assert Programme.objects.filter(offering__in=ahead).distinct().count() >= 44
