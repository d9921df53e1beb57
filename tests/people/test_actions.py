from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from opencairn.kit.errors import Forbidden
from opencairn.people import actions as people
from opencairn.people import queries
from opencairn.people.access import PERMISSIONS, ROLES, demand, may
from opencairn.people.models import Membership, Organisation, Person
from opencairn.web.demo.cast import Cast


def test_an_organisation_is_registered_unverified_and_verified_once(cast: Cast, at: datetime) -> None:
    made = people.register_organisation(name="  Linnford   Adult Education ", at=at, is_provider=True)
    assert (made.slug, made.name, made.verified_at) == ("linnford-adult-education", "Linnford Adult Education", None)
    later = at.replace(year=2027)
    assert people.verify_organisation(made, at=at).verified_at == at
    assert people.verify_organisation(made, at=later).verified_at == at


@pytest.mark.parametrize("name", ["Hochschule Tarntal", "hochschule-tarntal", "HOCHSCHULE  Tärntal"])
def test_a_name_that_is_taken_is_refused(cast: Cast, at: datetime, name: str) -> None:
    with pytest.raises(people.NameTaken):
        people.register_organisation(name=name, at=at)


def test_editing_never_touches_the_verified_name(cast: Cast) -> None:
    people.edit_organisation(cast.provider, changes={"locality": "Obersee", "name": "Another", "slug": "x"})
    place = Organisation.objects.get(pk=cast.provider.pk)
    assert (place.locality, place.name, place.slug) == ("Obersee", "Hochschule Tarntal", "hochschule-tarntal")


def test_a_closed_organisation_has_no_people_and_cannot_be_verified(cast: Cast, at: datetime) -> None:
    closed = people.close_organisation(cast.employer, at=at)
    assert closed.closed_at == at
    assert not queries.members(closed)
    with pytest.raises(people.AlreadyClosed):
        people.verify_organisation(closed, at=at)
    with pytest.raises(people.AlreadyClosed):
        people.close_organisation(closed, at=at)


def test_a_member_is_found_by_any_confirmed_email_in_any_case(cast: Cast, at: datetime) -> None:
    EmailAddress.objects.create(user=cast.learner, email="m.okafor@work.example", verified=True)
    added = people.add_member(cast.provider, email=" M.Okafor@Work.example ", role="assessor", at=at)
    assert added.person == cast.learner
    assert people.add_member(cast.provider, email="mirren@example.org", role="assessor", at=at) == added


def test_an_email_nobody_has_confirmed_gives_no_role(cast: Cast, at: datetime) -> None:
    EmailAddress.objects.create(user=cast.learner, email="claimed@work.example", verified=False)
    for email in ("claimed@work.example", "stranger@example.org"):
        with pytest.raises(people.NobodyWithThisEmail):
            people.add_member(cast.provider, email=email, role="author", at=at)


def test_a_provider_gives_out_no_quality_role(cast: Cast, at: datetime) -> None:
    with pytest.raises(people.RoleNotOffered):
        people.add_member(cast.provider, email="mirren@example.org", role="decider", at=at)


def test_the_last_manager_stays_until_there_is_another(cast: Cast, at: datetime) -> None:
    first = Membership.objects.get(person=cast.manager, organisation=cast.provider, role="manager")
    with pytest.raises(people.LastManager):
        people.remove_member(first)
    people.add_member(cast.provider, email="jonas@tarntal.example", role="manager", at=at)
    people.remove_member(first)
    assert not may(cast.manager, "membership.change", cast.provider)
    assert may(cast.manager, "credential.issue", cast.provider), "the other role stays"


def test_the_export_names_everything_this_room_holds_and_no_secret(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.author, email="jonas@home.example", verified=False)
    Authenticator.objects.create(
        user=cast.author, type="webauthn", data={"name": "Phone", "credential": {"id": "s3cret"}}
    )
    Authenticator.objects.create(user=cast.author, type="totp", data={"secret": "s3cret"})
    held = queries.export_person(cast.author)
    assert held["name"] == "Jonas Adeyemi"
    assert [(row["kind"], row["name"]) for row in held["second_factors"]] == [("webauthn", "Phone"), ("totp", "")]
    assert "s3cret" not in str(held)
    assert [row["email"] for row in held["emails"]] == ["jonas@tarntal.example", "jonas@home.example"]
    assert {row["role"] for row in held["roles"]} == {"author", "assessor"}
    assert "password" not in str(held)


def test_erasing_takes_emails_and_roles_along(cast: Cast, at: datetime) -> None:
    people.erase_person(cast.author, at=at)
    assert not Person.objects.filter(email="jonas@tarntal.example").exists()
    assert not EmailAddress.objects.filter(email="jonas@tarntal.example").exists()
    assert not Membership.objects.filter(person=cast.author.pk).exists()


def test_the_last_manager_is_told_to_hand_over_before_erasing(cast: Cast, at: datetime) -> None:
    with pytest.raises(people.LastManager) as refusal:
        people.erase_person(cast.manager, at=at)
    assert refusal.value.details == ("Hochschule Tarntal",)
    assert Person.objects.filter(pk=cast.manager.pk).exists()


def test_a_manager_of_a_closed_organisation_may_go(cast: Cast, at: datetime) -> None:
    people.close_organisation(cast.provider, at=at)
    people.erase_person(cast.manager, at=at)
    assert not Person.objects.filter(pk=cast.manager.pk).exists()


def test_roles_are_gathered_by_organisation_in_the_order_of_the_table(cast: Cast) -> None:
    held = queries.roles_of(cast.reviewer)
    assert [(b.organisation, b.roles) for b in held] == [(cast.quality_body, ("manager", "reviewer", "decider"))]
    assert queries.organisations_of(cast.author, to="programme.publish") == [cast.provider]
    assert queries.organisations_of(cast.author, to="credential.issue") == []
    assert queries.organisations_of(cast.learner) == []


def test_every_permission_names_only_roles_that_exist() -> None:
    assert {role for roles in PERMISSIONS.values() for role in roles} <= set(ROLES)


def test_a_refusal_says_whom_to_ask(cast: Cast) -> None:
    with pytest.raises(Forbidden, match="Manager, Registrar"):
        demand(cast.author, "credential.issue", cast.provider)
    with pytest.raises(Forbidden, match="operator"):
        demand(cast.manager, "organisation.verify")
    with pytest.raises(KeyError):
        may(cast.manager, "no.such_permission", cast.provider)


def test_someone_who_was_locked_out_may_nothing(cast: Cast) -> None:
    cast.manager.is_active = False
    assert not may(cast.manager, "credential.issue", cast.provider)
    cast.operator.is_active = False
    assert not may(cast.operator, "organisation.verify")


@pytest.mark.parametrize("name", ["Εθνικό Πανεπιστήμιο", "北京大学", "جامعة", "😀😀"])
def test_names_without_latin_letters_stay_apart(name: str, at: datetime, db: None) -> None:
    first, other = (people.register_organisation(name=each, at=at) for each in (name, f"{name} 東"))
    assert first.slug != other.slug
    assert people.ensure_organisation(name=f" {name}  ", at=at) == first
    with pytest.raises(people.NameTaken):
        people.register_organisation(name=name, at=at)


def test_long_names_that_differ_at_the_end_stay_apart(at: datetime, db: None) -> None:
    long = "The Society for the Advancement of Practical and Vocational Training, "
    assert people.ensure_organisation(name=long + "Newark", at=at) != people.ensure_organisation(
        name=long + "Trenton", at=at
    )


def test_an_address_of_our_own_is_never_given_away(at: datetime, db: None) -> None:
    assert people.register_organisation(name="New", at=at).slug.startswith("new-")
