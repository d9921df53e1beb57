from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from opencairn.people.models import Membership, Organisation, Person
from opencairn.web.demo.cast import PASSWORD, Cast

SignIn = Callable[[Person | None], Client]


def test_my_page_greets_and_opens_the_desks_of_my_roles(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.author).get(reverse("people:me"))
    assert "Good to see you, Jonas Adeyemi" in page.content.decode()
    assert reverse("programmes:desk") in page.content.decode()
    assert reverse("learning:desk") in page.content.decode()
    assert "Issuing desk" not in page.content.decode(), "an author does not sign"


def test_my_page_needs_signing_in_and_leads_back(client: Client, cast: Cast) -> None:
    response = client.get(reverse("people:me"))
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/me/"


def test_a_learner_sees_no_desk_and_no_operator_part(cast: Cast, signed_in: SignIn) -> None:
    text = signed_in(cast.learner).get(reverse("people:me")).content.decode()
    assert "desk" not in text.split("<main")[1].split("</main>")[0]
    assert "Running this site" not in text


def test_a_name_that_reads_backwards_is_not_taken(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in(cast.learner).post("/me/name/", {"name": "Mirren \u202erofakO"})
    assert answer.status_code == 422
    assert b"cannot be seen" in answer.content


def test_i_change_my_name(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.learner)
    assert client.post(reverse("people:name"), {"name": ""}).status_code == 422
    assert client.post(reverse("people:name"), {"name": " Mirren  A. Okafor "}).status_code == 302
    assert Person.objects.get(pk=cast.learner.pk).name == "Mirren A. Okafor"


def test_anyone_reads_the_public_page_but_only_its_people_see_the_ways_inside(cast: Cast, signed_in: SignIn) -> None:
    address = reverse("people:organisation", args=[cast.provider.slug])
    text = signed_in(None).get(address).content.decode()
    assert "Verified on 3 July 2023" in text
    assert "Germany" in text
    assert "People and roles" not in text
    assert "People and roles" in signed_in(cast.author).get(address).content.decode()


def test_what_an_organisation_writes_is_shown_as_text(cast: Cast, signed_in: SignIn) -> None:
    cast.provider.description = {"en": "<script>alert(1)</script>"}
    cast.provider.save()
    text = signed_in(None).get(reverse("people:organisation", args=[cast.provider.slug])).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_permission_table_is_printed_in_words(client: Client, cast: Cast) -> None:
    text = client.get(reverse("people:permissions")).content.decode()
    assert "Issue a credential" in text
    assert "credential.issue" not in text


@pytest.mark.parametrize("name", ["members", "organisation_edit"])
def test_strangers_are_turned_away_from_the_inside(cast: Cast, signed_in: SignIn, name: str) -> None:
    address = reverse(f"people:{name}", args=[cast.provider.slug])
    assert signed_in(cast.learner).get(address).status_code == 403
    assert signed_in(cast.reviewer).post(address, {}).status_code == 403
    assert signed_in(None).get(address).status_code == 302


def test_a_manager_edits_the_public_page(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.manager)
    address = reverse("people:organisation_edit", args=[cast.provider.slug])
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"website": "not an address", "country": "DE"})
    assert wrong.status_code == 422
    assert 'href="#id_website"' in wrong.content.decode()
    done = client.post(address, {"website": "javascript:alert(1)", "country": "DE"})
    assert done.status_code == 422
    done = client.post(address, {"website": "tarntal.example", "country": "DE", "description_de": "Am Fluss."})
    assert done.status_code == 302
    place = Organisation.objects.get(pk=cast.provider.pk)
    assert place.website == "https://tarntal.example"
    assert place.description == {"de": "Am Fluss."}


def test_a_manager_gives_and_takes_roles(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.manager)
    address = reverse("people:members", args=[cast.provider.slug])
    assert client.post(address, {"email": "mirren@example.org", "role": "assessor"}).status_code == 302
    row = Membership.objects.get(person=cast.learner)
    assert "Mirren Okafor" in client.get(address).content.decode()
    remove = reverse("people:remove_member", args=[cast.provider.slug, row.pk])
    assert client.get(remove).status_code == 405
    assert client.post(remove).status_code == 302
    assert not Membership.objects.filter(person=cast.learner).exists()


def test_an_unknown_email_is_explained_beside_its_field(cast: Cast, signed_in: SignIn) -> None:
    address = reverse("people:members", args=[cast.provider.slug])
    page = signed_in(cast.manager).post(address, {"email": "nobody@example.org", "role": "author"})
    assert page.status_code == 422
    assert "Ask them to create an account first" in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_members_who_may_not_change_roles_see_no_emails_and_no_buttons(cast: Cast, signed_in: SignIn) -> None:
    address = reverse("people:members", args=[cast.provider.slug])
    text = signed_in(cast.author).get(address).content.decode()
    assert "Ilse Brandt" in text
    assert "ilse@tarntal.example" not in text
    assert "Take away" not in text
    assert signed_in(cast.author).post(address, {"email": "mirren@example.org", "role": "author"}).status_code == 403


def test_a_role_of_another_organisation_cannot_be_taken_through_mine(cast: Cast, signed_in: SignIn) -> None:
    foreign = Membership.objects.filter(organisation=cast.quality_body).first()
    assert foreign is not None
    address = reverse("people:remove_member", args=[cast.provider.slug, foreign.pk])
    assert signed_in(cast.manager).post(address).status_code == 404
    assert Membership.objects.filter(pk=foreign.pk).exists()


def test_the_operator_registers_verifies_and_closes(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.operator)
    facts = {"name": "Kestrel Grid Academy", "kinds": ["is_provider"], "manager": "ruth@uppertarn.example"}
    assert client.get(reverse("people:register_organisation")).status_code == 200
    assert client.post(reverse("people:register_organisation"), facts).status_code == 302
    made = Organisation.objects.get(slug="kestrel-grid-academy")
    assert made.is_provider
    assert made.verified_at is None
    assert Membership.objects.get(organisation=made).person == cast.employer_person
    assert "Waits to be verified" in client.get(reverse("people:organisations")).content.decode()
    assert client.post(reverse("people:verify", args=[made.slug])).status_code == 302
    assert Organisation.objects.get(pk=made.pk).verified_at is not None
    assert client.get(reverse("people:close", args=[made.slug])).status_code == 200
    assert client.post(reverse("people:close", args=[made.slug])).status_code == 302
    assert Organisation.objects.get(pk=made.pk).closed_at is not None


def test_registering_with_an_unknown_manager_leaves_nothing_behind(cast: Cast, signed_in: SignIn) -> None:
    facts = {"name": "Nowhere College", "kinds": ["is_provider"], "manager": "nobody@example.org"}
    page = signed_in(cast.operator).post(reverse("people:register_organisation"), facts)
    assert page.status_code == 422
    assert not Organisation.objects.filter(slug="nowhere-college").exists()
    facts = {"name": "Hochschule Tarntal", "kinds": ["is_provider"], "manager": "ruth@uppertarn.example"}
    assert "registered already" in signed_in(cast.operator).post(
        reverse("people:register_organisation"), facts
    ).content.decode()  # fmt: skip


def test_only_the_operator_runs_the_register_of_organisations(cast: Cast, signed_in: SignIn) -> None:
    client, place = signed_in(cast.manager), cast.provider.slug
    assert client.get(reverse("people:organisations")).status_code == 403
    assert client.get(reverse("people:register_organisation")).status_code == 403
    assert client.post(reverse("people:verify", args=[place])).status_code == 403
    assert client.post(reverse("people:close", args=[place])).status_code == 403


def test_an_email_of_another_person_cannot_be_claimed(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.learner)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": "ilse@tarntal.example"})
    assert not EmailAddress.objects.filter(user=cast.learner, email="ilse@tarntal.example", verified=True).exists()
