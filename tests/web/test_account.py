import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from opencairn.people.models import Person
from opencairn.web.demo.cast import PASSWORD, Cast

NEW = {"name": "Ada Quist", "email": "ada@example.org", "password1": "a long walk uphill"}


@pytest.fixture(autouse=True)
def _fresh_counters(db: None) -> None:
    cache.clear()


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"https?://[^/]+(/account/\S+)", str(message.body))
    assert found
    return found[1]


def test_signing_up_needs_the_link_in_the_mail(client: Client) -> None:
    assert client.post("/account/signup/", NEW)["Location"] == "/account/confirm-email/"
    assert client.get("/me/").status_code == 302
    assert client.post("/account/login/", {"login": NEW["email"], "password": NEW["password1"]}).status_code == 302
    assert client.get("/me/").status_code == 302, "a password alone does not open an unconfirmed account"
    assert mail.outbox[0].to == ["ada@example.org"]
    assert mail.outbox[0].subject == "OpenCairn: Confirm your e-mail"
    address = link_in(mail.outbox[0])
    assert "Is ada@example.org yours?" in client.get(address).content.decode()
    client.post(address)
    client.post("/account/login/", {"login": NEW["email"], "password": NEW["password1"]})
    assert "Good to see you, Ada Quist" in client.get("/me/").content.decode()


def test_signing_up_does_not_tell_who_has_an_account(client: Client, cast: Cast) -> None:
    known = client.post("/account/signup/", NEW | {"email": "mirren@example.org"})
    unknown = Client().post("/account/signup/", NEW)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert Person.objects.get(email="mirren@example.org").name == "Mirren Okafor"
    assert "There is one already" in str(mail.outbox[0].body)


def test_a_forgotten_password_does_not_tell_either(client: Client, cast: Cast) -> None:
    known = client.post("/account/password/reset/", {"email": "mirren@example.org"})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mail.outbox[0].subject == "OpenCairn: Choose a new password"
    assert mail.outbox[1].subject == "OpenCairn: No account with this e-mail"


def test_a_new_password_is_chosen_through_the_mailed_link(client: Client, cast: Cast) -> None:
    client.post("/account/password/reset/", {"email": "mirren@example.org"})
    page = client.get(link_in(mail.outbox[0]), follow=True)
    assert page.status_code == 200
    client.post(page.request["PATH_INFO"], {"password1": "another long walk", "password2": "another long walk"})
    assert client.login(email="mirren@example.org", password="another long walk")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"password1": "short"}, "password1"), ({"name": ""}, "name"), ({"email": "no address"}, "email")],
)
def test_a_faulty_sign_up_is_explained_beside_its_field(client: Client, change: dict[str, str], field: str) -> None:
    text = client.post("/account/signup/", NEW | change).content.decode()
    assert f'href="#id_{field}"' in text
    assert f'id="id_{field}_error"' in text
    assert not Person.objects.filter(email="ada@example.org").exists()


def test_several_emails_each_confirmed_open_the_same_account(client: Client, cast: Cast) -> None:
    client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": "mirren@home.example"})
    assert not EmailAddress.objects.get(email="mirren@home.example").verified
    confirm = link_in(mail.outbox[-1])
    client.get(confirm)
    client.post(confirm)
    assert EmailAddress.objects.get(email="mirren@home.example").verified
    other = Client()
    other.post("/account/login/", {"login": "mirren@home.example", "password": PASSWORD})
    assert "Mirren Okafor" in other.get("/me/").content.decode()
    client.post("/account/email/", {"action_primary": "", "email": "mirren@home.example"})
    assert Person.objects.get(pk=cast.learner.pk).email == "mirren@home.example"


def test_the_only_email_cannot_be_removed(client: Client, cast: Cast) -> None:
    client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"action_remove": "", "email": "mirren@example.org"})
    assert EmailAddress.objects.filter(user=cast.learner).count() == 1


def test_a_code_by_mail_signs_in(client: Client, cast: Cast) -> None:
    client.post("/account/login/code/", {"email": "mirren@example.org"})
    body = str(mail.outbox[0].body)
    code = next(line.strip() for line in body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line.strip()))
    client.post("/account/login/code/confirm/", {"code": code})
    assert "Mirren Okafor" in client.get("/me/").content.decode()


def test_guessing_a_password_is_slowed_down(client: Client, cast: Cast) -> None:
    for _ in range(5):
        answer = client.post("/account/login/", {"login": "mirren@example.org", "password": "wrong guess again"})
        assert answer.status_code == 422
    text = client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD}).content.decode()
    assert "Too many failed" in text
    assert client.get("/me/").status_code == 302


def test_signing_in_leads_only_to_pages_of_this_site(client: Client, cast: Cast) -> None:
    answer = client.post(
        "/account/login/?next=https://evil.example/", {"login": "mirren@example.org", "password": PASSWORD}
    )
    assert answer["Location"] == "/me/"


def test_passkeys_are_asked_for_this_host_and_scripts_are_files(client: Client, cast: Cast) -> None:
    offer = client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    assert offer["request_options"]["publicKey"]["rpId"] == "testserver"
    text = client.get("/account/login/").content.decode()
    assert 'src="/static/mfa/js/webauthn.js"' in text
    assert 'src="/static/opencairn/passkeys.js"' in text
