import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
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


OTHER_VOICE = ("Sign In", "Change Password", "Confirm Access", "Recovery Codes", "Authenticator App", "Security Key",
               "Are you sure", "Request Code", "New Password", "Current Password", "Master key", ">Email")  # fmt: skip


def in_our_voice(text: str, words: str) -> None:
    assert words in text
    assert [each for each in OTHER_VOICE if each in text] == []


def test_signing_in_by_code_speaks_as_the_rest_of_the_site(client: Client, cast: Cast) -> None:
    in_our_voice(client.get("/account/login/code/").content.decode(), "Sign in with a code")
    page = client.post("/account/login/code/", {"email": "mirren@example.org"}, follow=True)
    in_our_voice(page.content.decode(), "Enter the code")
    wrong = client.post("/account/login/code/confirm/", {"code": ""}).content.decode()
    assert "Code: Enter the code." in wrong


def test_a_new_password_by_mail_speaks_as_the_rest_of_the_site(client: Client, cast: Cast) -> None:
    client.post("/account/password/reset/", {"email": "mirren@example.org"})
    address = link_in(mail.outbox[0])
    page = client.get(address, follow=True)
    in_our_voice(page.content.decode(), "Choose a new password")
    done = client.post(
        page.request["PATH_INFO"], {"password1": "another long walk", "password2": "another long walk"}, follow=True
    )
    in_our_voice(done.content.decode(), "Your new password counts now")
    in_our_voice(Client().get(address, follow=True).content.decode(), "This link no longer works")


def test_the_pages_of_the_second_step_speak_as_the_rest_of_the_site(client: Client, cast: Cast) -> None:
    client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD})
    in_our_voice(client.get("/account/password/change/").content.decode(), "The password you have now")
    in_our_voice(client.get("/account/2fa/totp/activate/", follow=True).content.decode(), "Is it still you?")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    in_our_voice(client.get("/account/2fa/totp/activate/", follow=True).content.decode(), "Turn on codes from an app")
    in_our_voice(client.get("/account/2fa/webauthn/add/", follow=True).content.decode(), "A name for it")
    Authenticator.objects.create(user=cast.learner, type="totp", data={"secret": totp.generate_totp_secret()})
    key = Authenticator.objects.create(user=cast.learner, type="webauthn", data={"name": "Phone", "credential": {}})
    in_our_voice(client.get("/account/2fa/recovery-codes/generate/").content.decode(), "Make new codes?")
    client.post("/account/2fa/recovery-codes/generate/")
    in_our_voice(client.get("/account/2fa/recovery-codes/").content.decode(), "10 codes are left")
    in_our_voice(client.get("/account/2fa/totp/deactivate/").content.decode(), "Turn off codes from an app?")
    in_our_voice(client.get(f"/account/2fa/webauthn/keys/{key.pk}/edit/").content.decode(), "Rename a passkey")
    in_our_voice(client.get(f"/account/2fa/webauthn/keys/{key.pk}/remove/").content.decode(), "Remove “Phone”?")
    key.delete()
    other = Client()
    asked = other.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD}, follow=True)
    in_our_voice(asked.content.decode(), "The second step")


def test_who_is_sent_to_sign_in_reads_why(client: Client, cast: Cast) -> None:
    assert "Your cairn is yours alone" in client.get("/cairn/", follow=True).content.decode()
    assert "for people of a provider" in client.get("/publish/", follow=True).content.decode()
    assert "is not for everyone" in client.get("/me/", follow=True).content.decode()
    assert "so we have to know" not in client.get("/account/login/").content.decode()


def test_the_only_confirmed_email_offers_nothing_that_cannot_be_done(client: Client, cast: Cast) -> None:
    client.post("/account/login/", {"login": "mirren@example.org", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    text = client.get("/account/email/").content.decode()
    assert "Confirmed. We write to this one." in text
    assert "Send the link again" not in text
    assert "action_remove" not in text
    client.post("/account/email/", {"action_add": "", "email": "second@example.org"})
    text = client.get("/account/email/").content.decode()
    assert "Send the link again" in text
    assert "action_remove" in text
