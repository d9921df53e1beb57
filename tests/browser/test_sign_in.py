"""In a real browser, the ways to sign in besides the password alone: a passkey, and a code as a second step."""

import re
import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.journey import PASSWORD, Visit
from tests.browser.test_journey import Examiner

PERSON = "ruth@uppertarn.example"  # signs in by password alone again when a test ends
PERIOD = 30  # seconds that a code is good for, RFC 6238 section 5.2
AUTHENTICATOR = {  # a phone that keeps passkeys and whose owner always says yes
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_a_phone(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def listen(page: Page) -> list[str]:
    """Return the list that fills with every error the browser reports, such as a script that the policy stops."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "422" not in message.text:  # a form that came back with its errors
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def give_the_password_again(visit: Visit) -> None:
    """Answer the page that stands before every change to the ways of signing in."""
    expect(visit.page).to_have_url(re.compile("/account/reauthenticate/"))
    visit.look(visit.page)
    visit.fill(password=PASSWORD)
    visit.press("^Go on$")


def sign_out(visit: Visit) -> None:
    visit.go("/account/logout/")
    visit.press("^Sign out$")
    visit.page.goto("/me/")
    expect(visit.page).to_have_url(re.compile("/account/login/"))


def code_now(secret: str, *, wrong: bool = False) -> str:
    """Return what the app shows now, early enough in its period to be typed; or a code that it does not show."""
    if (left := PERIOD - time.time() % PERIOD) < 8:
        time.sleep(left)
    value = hotp_value(secret, int(time.time()) // PERIOD)
    return str(format_hotp_value((value + 1) % 1_000_000 if wrong else value))


def test_a_passkey_added_through_the_pages_signs_in_alone(new_page: Callable[..., Page]) -> None:
    examine, page = Examiner(), new_page()
    errors, visit = listen(page), Visit(page, examine)
    give_a_phone(page)
    visit.sign_in(PERSON)
    visit.go("/account/2fa/webauthn/")
    visit.says("You have none yet")
    page.get_by_role("link", name="Add a passkey").click()
    give_the_password_again(visit)
    visit.look(page)
    visit.fill(name="Ruth's phone")
    expect(page.get_by_label("Sign in with it alone, without the password")).to_be_checked()
    visit.press("^Add it$")
    page.wait_for_url("**/account/2fa/recovery-codes/")
    visit.look(page)
    visit.go("/account/2fa/webauthn/")
    visit.says("Ruth's phone")
    visit.says("Not used yet")
    sign_out(visit)

    page.goto("/account/login/?next=/account/2fa/webauthn/")
    visit.press("^Use a passkey$")
    page.wait_for_url("**/account/2fa/webauthn/")
    visit.says("Last used")
    page.get_by_role("link", name="Remove Ruth's phone").click()
    give_the_password_again(visit)
    visit.look(page)
    visit.press("^Remove it$")
    visit.says("You have none yet")
    sign_out(visit)
    visit.sign_in(PERSON)
    assert errors == []
    assert examine.found == []


def test_a_code_is_asked_for_after_the_password_and_a_wrong_one_is_refused(new_page: Callable[..., Page]) -> None:
    examine, page = Examiner(), new_page()
    errors, visit = listen(page), Visit(page, examine)
    visit.sign_in(PERSON)
    visit.go("/account/2fa/totp/activate/")
    give_the_password_again(visit)
    visit.look(page)
    secret = page.get_by_label("Or type these letters into the app").input_value()
    visit.fill(code=code_now(secret, wrong=True))
    visit.press("^Turn it on$")
    visit.says("incorrect code")
    visit.look(page)
    visit.fill(code=code_now(secret))
    visit.press("^Turn it on$")
    visit.look(page)
    visit.go("/account/2fa/")
    visit.says("It is on")
    sign_out(visit)

    page.goto("/account/login/")
    visit.fill(login=PERSON, password=PASSWORD)
    visit.press("^Sign in$")
    expect(page).to_have_url(re.compile("/account/2fa/authenticate/"))
    visit.look(page)
    visit.fill(code=code_now(secret, wrong=True))
    visit.press("^Sign in$")
    visit.says("incorrect code")
    visit.look(page)
    visit.fill(code=code_now(secret))
    visit.press("^Sign in$")
    expect(page).to_have_url(re.compile("/me/$"))

    visit.go("/account/2fa/")
    page.get_by_role("link", name="Turn it off").click()
    give_the_password_again(visit)
    visit.look(page)
    visit.press("^Turn it off$")
    visit.go("/account/2fa/")
    visit.says("It is off")
    sign_out(visit)
    visit.sign_in(PERSON)
    assert errors == []
    assert examine.found == []
