import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.engine import baking
from opencairn.people.models import Person
from opencairn.wallet import actions as wallet
from opencairn.wallet import queries
from opencairn.wallet.models import Holding, Share
from opencairn.web.demo.cast import Cast
from tests import make

from .conftest import issued
from .reading import text_of

SignedIn = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def link(holding: Holding, at: datetime) -> Share:
    return wallet.share(holding, at=at)


def shared(link: Share) -> str:
    return reverse("wallet:shared", args=[link.token])


# ── the portfolio ───────────────────────────────────────────────────────────────────────────────────


def test_an_empty_cairn_explains_how_it_grows(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.learner).get(reverse("wallet:portfolio"))
    assert page.status_code == 200
    assert "There is nothing here yet" in page.content.decode()


def test_a_waiting_credential_is_accepted_with_a_button(
    cast: Cast, credential: Credential, signed_in: SignedIn
) -> None:
    browser = signed_in(cast.learner)
    accept = reverse("wallet:accept", args=[credential.id])
    assert accept in browser.get(reverse("wallet:portfolio")).content.decode()
    after = browser.post(accept, follow=True)
    assert after.status_code == 200
    assert "Water quality monitoring" in after.content.decode()
    listed = browser.get(reverse("wallet:portfolio")).content.decode()
    assert accept not in listed
    assert "One micro-credential in force." in listed
    assert ">In force<" not in listed  # a state is named where it is not so
    assert 'class="cairn"' in listed


def test_accepting_by_following_a_link_is_not_possible(cast: Cast, credential: Credential, signed_in: SignedIn) -> None:
    assert signed_in(cast.learner).get(reverse("wallet:accept", args=[credential.id])).status_code == 405
    assert not Holding.objects.exists()


def test_a_revoked_credential_is_listed_as_revoked_and_not_drawn(
    cast: Cast, holding: Holding, signed_in: SignedIn, at: datetime
) -> None:
    credentials.revoke(holding.credential, reason="Issued by mistake.", by=cast.manager, at=at)
    page = signed_in(cast.learner).get(reverse("wallet:portfolio")).content.decode()
    assert "Revoked on 2 March 2026. It stays in the list and no longer counts." in page
    assert "in force." not in page
    assert "Issued by mistake." in page
    assert 'class="cairn"' not in page
    own = signed_in(cast.learner).get(reverse("wallet:holding", args=[holding.id])).content.decode()
    assert "Revoked on 2 March 2026" in own


# ── one credential ──────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_a_credential_says_what_it_says_and_what_a_check_finds(
    cast: Cast, holding: Holding, link: Share, signed_in: SignedIn
) -> None:
    page = signed_in(cast.learner).get(reverse("wallet:holding", args=[holding.id])).content.decode()
    assert "Hochschule Tarntal awarded this to Mirren Okafor on 2 March 2026." in page
    assert "5 ECTS, 140 hours" in page
    assert "Accredited when awarded" in page
    assert f'value="{queries.address_of(link)}" readonly' in page
    assert "March 2026" in page


def test_a_link_is_made_with_a_note_and_taken_back(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    browser = signed_in(cast.learner)
    page = browser.post(reverse("wallet:share", args=[holding.id]), {"note": "For Ruth"}, follow=True)
    assert "For Ruth" in page.content.decode()
    made = Share.objects.get()
    page = browser.post(reverse("wallet:unshare", args=[holding.id, made.id]), follow=True)
    assert "For Ruth" not in page.content.decode()
    assert Client().get(shared(made)).status_code == 410


def test_a_note_that_is_too_long_is_refused_and_makes_no_link(
    cast: Cast, holding: Holding, signed_in: SignedIn
) -> None:
    page = signed_in(cast.learner).post(reverse("wallet:share", args=[holding.id]), {"note": "x" * 121})
    assert page.status_code == 422
    assert not Share.objects.exists()


def test_a_copy_is_deleted_only_after_asking(cast: Cast, holding: Holding, link: Share, signed_in: SignedIn) -> None:
    browser, address = signed_in(cast.learner), reverse("wallet:discard", args=[holding.id])
    assert browser.get(address).status_code == 200
    assert browser.post(address).status_code == 422
    assert Holding.objects.exists()
    assert browser.post(address, {"sure": "on"}, follow=True).status_code == 200
    assert not Holding.objects.exists()
    assert Client().get(shared(link)).status_code == 404


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_page_is_there_in_every_language(
    cast: Cast, holding: Holding, link: Share, signed_in: SignedIn, language: str
) -> None:
    browser = signed_in(cast.learner)
    browser.cookies["django_language"] = language
    for name in ("holding", "certificate", "discard"):
        page = browser.get(reverse(f"wallet:{name}", args=[holding.id]))
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.content.decode()
    assert "Gewässerüberwachung" in browser.get(shared(link)).content.decode()


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_json_is_exactly_what_was_signed(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    answer = signed_in(cast.learner).get(reverse("wallet:download", args=[holding.id, "json"]))
    assert answer.content == holding.credential.document.encode()
    assert answer["Content-Type"] == "application/vc+ld+json"
    assert 'filename="water-quality-monitoring-with-field-sensors.json"' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"


def test_the_picture_is_a_stone_with_the_credential_inside(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    answer = signed_in(cast.learner).get(reverse("wallet:download", args=[holding.id, "png"]))
    assert answer["Content-Type"] == "image/png"
    with Image.open(BytesIO(answer.content)) as picture:
        picture.load()
        assert picture.size == (1200, 490)
        assert picture.getchannel("A").getextrema() == (0, 255)
    assert baking.unwrap(answer.content) == holding.credential.document


def test_the_pdf_carries_name_code_and_credential(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    answer = signed_in(cast.learner).get(reverse("wallet:download", args=[holding.id, "pdf"]))
    assert answer["Content-Type"] == "application/pdf"
    words = text_of(answer.content)
    assert "Mirren Okafor" in words
    assert "has met all three learning outcomes of" in words
    assert "Gewässerüberwachung mit Feldsensoren" in words
    made = Share.objects.get(purpose="certificate")
    assert made.token in words.replace(" ", "")
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        attached = pdf.attachments["credential.json"].get_file().read_bytes()
    assert attached == holding.credential.document.encode()
    assert baking.unwrap(answer.content) == holding.credential.document


def test_the_pdf_makes_one_link_only_and_it_is_listed(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    browser = signed_in(cast.learner)
    for _ in range(2):
        browser.get(reverse("wallet:download", args=[holding.id, "pdf"]))
    assert Share.objects.count() == 1
    page = browser.get(reverse("wallet:holding", args=[holding.id])).content.decode()
    assert "Printed on the certificate" in page


def test_looking_without_downloading_makes_no_link(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    browser, address = signed_in(cast.learner), reverse("wallet:certificate", args=[holding.id])
    assert "Add a QR code" in browser.get(address).content.decode()
    assert not Share.objects.exists()
    browser.post(reverse("wallet:share", args=[holding.id]), {"purpose": "certificate"})
    assert "QR code of the address" in browser.get(address).content.decode()


def test_the_pdf_speaks_the_readers_language(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    browser = signed_in(cast.learner)
    browser.cookies["django_language"] = "de"
    answer = browser.get(reverse("wallet:download", args=[holding.id, "pdf"]))
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert str(pdf.Root.Lang) == "de"
    assert "Gewässerüberwachung mit Feldsensoren" in text_of(answer.content)


def test_a_head_request_makes_no_link(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    assert signed_in(cast.learner).head(reverse("wallet:download", args=[holding.id, "pdf"])).status_code == 405
    assert not Share.objects.exists()


def test_the_certificate_of_a_revoked_credential_says_so_first(
    cast: Cast, holding: Holding, signed_in: SignedIn, at: datetime
) -> None:
    credentials.revoke(holding.credential, reason="Issued by mistake.", by=cast.manager, at=at)
    browser = signed_in(cast.learner)
    page = browser.get(reverse("wallet:certificate", args=[holding.id])).content.decode()
    paper = text_of(browser.get(reverse("wallet:download", args=[holding.id, "pdf"])).content)
    for words in (page, paper):
        assert "Revoked on 2 March 2026. Do not rely on this paper." in words


# ── what a stranger sees ────────────────────────────────────────────────────────────────────────────


def test_anyone_with_the_link_sees_and_checks_it(link: Share) -> None:
    page = Client().get(shared(link))
    words = page.content.decode()
    assert page.status_code == 200
    assert "Mirren Okafor" in words
    assert "Genuine, and accredited when it was awarded." in words
    assert words.count("Passed") >= 7
    assert reverse("wallet:shared_json", args=[link.token]) in words


def test_a_revoked_credential_is_shown_as_not_valid(cast: Cast, link: Share, at: datetime) -> None:
    credentials.revoke(link.holding.credential, reason="A private reason.", by=cast.manager, at=at)
    words = Client().get(shared(link)).content.decode()
    assert "Not valid" in words
    assert "Revoked on 2 March 2026" in words
    assert "What it said" in words
    assert " can do<" not in words
    assert "Genuine" not in words
    assert "A private reason." not in words


@pytest.mark.parametrize(
    "accept",
    ["application/vc+ld+json", "application/vc", "application/json", "application/vc, application/json;q=0.7"],
)
def test_a_program_that_asks_for_json_gets_the_credential(link: Share, accept: str) -> None:
    answer = Client().get(shared(link), headers={"accept": accept})
    assert answer["Content-Type"] == "application/vc+ld+json"
    assert answer.content == link.holding.credential.document.encode()


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_a_browser_gets_a_page(link: Share, accept: str) -> None:
    assert Client().get(shared(link), headers={"accept": accept})["Content-Type"].startswith("text/html")


def test_the_shared_file_is_exactly_what_was_signed(link: Share) -> None:
    answer = Client().get(reverse("wallet:shared_json", args=[link.token]))
    assert answer.content == link.holding.credential.document.encode()
    assert answer["Content-Type"] == "application/vc+ld+json"
    assert json.loads(answer.content)["proof"]


def test_a_shared_page_keeps_out_of_search_engines_caches_and_other_sites_logs(link: Share) -> None:
    for address in (shared(link), reverse("wallet:shared_json", args=[link.token])):
        answer = Client().get(address)
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
    page = Client().get(shared(link)).content.decode()
    assert '<meta name="robots" content="noindex' in page
    assert 'src="http' not in page


def test_a_shared_page_names_no_person_but_the_one_on_the_credential(cast: Cast, link: Share) -> None:
    page = Client().get(shared(link)).content.decode()
    assert str(cast.learner.id) not in page
    assert cast.learner.email not in page
    assert str(link.holding_id) not in page


def test_a_link_taken_back_says_so_to_people_and_programs(link: Share, at: datetime) -> None:
    wallet.unshare(link, at=at)
    page = Client().get(shared(link))
    assert page.status_code == 410
    assert "taken back" in page.content.decode()
    assert "Mirren" not in page.content.decode()
    for address, accept in (
        (shared(link), "application/json"),
        (reverse("wallet:shared_json", args=[link.token]), "*/*"),
    ):
        answer = Client().get(address, headers={"accept": accept})
        assert answer.status_code == 410
        assert answer["Content-Type"] == "application/problem+json"
        assert b"Mirren" not in answer.content


# ── attacks ─────────────────────────────────────────────────────────────────────────────────────────


def test_someone_elses_credential_does_not_exist(
    cast: Cast, holding: Holding, link: Share, signed_in: SignedIn
) -> None:
    stranger = signed_in(cast.employer_person)
    for name in ("holding", "certificate", "discard"):
        assert stranger.get(reverse(f"wallet:{name}", args=[holding.id])).status_code == 404
    for kind in ("json", "png", "pdf"):
        assert stranger.get(reverse("wallet:download", args=[holding.id, kind])).status_code == 404
    for name, more in (("share", []), ("unshare", [link.id]), ("discard", [])):
        address = reverse(f"wallet:{name}", args=[holding.id, *more])
        assert stranger.post(address, {"sure": "on"}).status_code == 404
    assert stranger.post(reverse("wallet:accept", args=[holding.credential_id])).status_code == 404
    assert Share.objects.filter(ended_at=None).count() == 1


def test_the_provider_cannot_look_into_a_learners_cairn(cast: Cast, holding: Holding, signed_in: SignedIn) -> None:
    assert signed_in(cast.manager).get(reverse("wallet:holding", args=[holding.id])).status_code == 404


def test_a_link_of_another_credential_cannot_be_ended_through_ones_own(
    cast: Cast, holding: Holding, link: Share, signed_in: SignedIn, at: datetime
) -> None:
    theirs = wallet.accept(issued(cast, cast.employer_person, "other"), person=cast.employer_person, at=at)
    address = reverse("wallet:unshare", args=[theirs.id, link.id])
    assert signed_in(cast.employer_person).post(address).status_code == 404


def test_nobody_gets_in_without_signing_in(holding: Holding, link: Share) -> None:
    browser = Client()
    for name in ("holding", "certificate", "discard"):
        answer = browser.get(reverse(f"wallet:{name}", args=[holding.id]))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")
    assert browser.post(reverse("wallet:unshare", args=[holding.id, link.id])).status_code == 302
    assert Share.objects.get().ended_at is None


def test_writes_from_other_sites_are_refused(cast: Cast, holding: Holding) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.learner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(reverse("wallet:share", args=[holding.id])).status_code == 403
    assert not Share.objects.exists()


def test_guessed_tokens_lead_nowhere(link: Share) -> None:
    guesses = ["", "0", link.token[:-1], link.token + "A", link.token.swapcase(), "%00", "'", str(uuid4()), "x" * 5000]
    for guess in guesses:
        assert Client().get(f"/s/{guess}/").status_code in {301, 404}


@pytest.mark.parametrize(
    "kind", ["exe", "JSON", "json%00", "json.png", "..", "%2e%2e%2fjson", "pdf;x", "%0d%0aX-Evil:1", "{}"]
)
def test_no_trick_with_the_ending_gets_anything(cast: Cast, holding: Holding, signed_in: SignedIn, kind: str) -> None:
    answer = signed_in(cast.learner).get(f"/cairn/{holding.id}/credential.{kind}")
    assert answer.status_code == 404
    assert "X-Evil" not in answer


def test_a_name_full_of_markup_is_shown_as_letters(cast: Cast, at: datetime) -> None:
    evil = '<script>alert("1")</script>'
    held = wallet.accept(issued(cast, cast.learner, name=evil), person=cast.learner, at=at)
    page = Client().get(shared(wallet.share(held, at=at))).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_checking_too_often_is_slowed_down(link: Share, settings: Any) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 2
    codes = [Client().get(shared(link)).status_code for _ in range(5)]
    assert 429 in codes


# --- after issuing ---


@pytest.fixture
def corrected(cast, credential, holding, at):
    facts = {"name_on_credential": "Mirren Lind", "grade": "1.0", "awarded_on": make.TODAY, "reason": "Her new name."}
    return credentials.correct(credential, **facts, by=cast.manager, at=at)


def test_a_corrected_credential_waits_and_then_lies_folded_under_the_new_one(signed_in, cast, corrected, holding, at):
    client = signed_in(cast.learner)
    page = client.get("/cairn/").content.decode()
    assert "It corrects an earlier one. What was wrong: Her new name." in page
    assert "A corrected one took its place" in client.get(f"/cairn/{holding.id}/").content.decode()
    client.post(f"/cairn/accept/{corrected.id}/")
    held = queries.portfolio(cast.learner, at=at)
    assert [entry.holding.credential for entry in held.entries] == [corrected]
    assert [entry.holding for entry in held.entries[0].earlier] == [holding]
    assert (held.in_force, held.lapsed) == (1, [])
    assert "1 earlier one that it took the place of" in client.get("/cairn/").content.decode()
    assert "Open the new one" in client.get(f"/cairn/{holding.id}/").content.decode()


def test_an_old_link_goes_on_working_and_says_so(  # noqa: PLR0917
    signed_in, client, cast, credential, holding, at
):
    link = wallet.share(holding, at=at)
    facts = {"name_on_credential": "Mirren Lind", "grade": "1.0", "awarded_on": make.TODAY, "reason": "Her new name."}
    credentials.correct(credential, **facts, by=cast.manager, at=at)
    page = client.get(f"/s/{link.token}/", headers={"accept": "text/html"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "A corrected credential took its place. Ask the holder for that one." in text
    assert "Her new name" not in text
    assert "Lind" not in text
    paper = signed_in(cast.learner).get(f"/cairn/{holding.id}/certificate/").content.decode()
    assert "another took its place. Do not rely on this paper." in paper


def test_a_renewed_credential_counts_once(signed_in, cast, at):
    programme = make.programme(cast.provider)
    made = make.version(programme)
    make.decision(programme, cast.quality_body)
    credentials.set_validity(programme, months=24, at=at)
    award = make.award(make.enrolment(cast.learner, make.offering(programme)), cast.author)
    first = credentials.issue(award, by=cast.manager, at=at)
    old = wallet.accept(first, person=cast.learner, at=at)
    new = credentials.renew(first, checked="A test.", by=cast.manager, at=at)
    third = credentials.renew(new, checked="Another.", by=cast.manager, at=at)
    for each in (new, third):
        wallet.accept(each, person=cast.learner, at=at)
    held = queries.portfolio(cast.learner, at=at)
    assert (len(held.entries), held.ects, len(held.entries[0].earlier)) == (1, made.ects, 2)
    assert queries.state_of(first, at=at).in_force
    expired = queries.state_of(first, at=first.valid_until)
    assert expired.text == "The document ran out on 2 March 2028"
    assert "A renewed one goes on" in signed_in(cast.learner).get(f"/cairn/{old.id}/").content.decode()
