import io
import json
import re
import zipfile
from datetime import date, timedelta

import pikepdf
import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from opencairn.credentials import actions as credentials
from opencairn.credentials import queries, reading, verification
from opencairn.credentials.models import Credential, IssuerKey
from opencairn.credentials.verification import verify_text
from opencairn.engine import baking
from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.kit.fetch import CannotFetch
from opencairn.learning.models import Award
from opencairn.quality.models import Sanction
from opencairn.wallet import actions as wallet
from tests import make

DESK = "/verify/"
HTML = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def stranger(db) -> Client:
    return Client()


@pytest.fixture(autouse=True)
def no_limit(settings):
    settings.VERIFICATIONS_PER_MINUTE = 1000


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch, at):
    """The views read the clock; here it stands still."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def upload(client, data, name="credential.json", **extra):
    return client.post(DESK, {"file": SimpleUploadedFile(name, data)}, **HTML, **extra)


def png(size=(40, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "PNG")
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def code(text) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="l").save(out, kind="png", scale=4)
    return out.getvalue()


def test_the_desk_offers_three_ways_to_anyone(stranger):
    page = stranger.get(DESK, **HTML).content.decode()
    assert page.count("<form") >= 3
    for words in ("I have a file", "I have a link", "I have the text"):
        assert words in page


def test_a_genuine_credential_is_called_genuine(stranger, credential, cast):
    page = stranger.post(DESK, {"text": credential.document}, **HTML)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Genuine, and accredited when it was awarded." in text
    assert cast.learner.name in text
    assert "not a character has changed since" in text
    assert text.count('class="check"') == 11
    assert "of the transparency log, appended on" in text
    assert page["Cache-Control"].startswith("max-age=0")


@pytest.mark.parametrize("carrier", ["json", "png", "svg", "pdf"])
def test_every_carrier_is_read(stranger, credential, carrier):
    data = {
        "json": credential.document.encode,
        "pdf": lambda: baking.attach_pdf(pdf(), "credential.json", credential.document),
        "png": lambda: baking.bake_png(png(), credential.document),
        "svg": lambda: baking.bake_svg(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>', credential.document
        ),
    }[carrier]()
    data = data.encode() if isinstance(data, str) else data
    page = upload(stranger, data, f"credential.{carrier}")
    assert "Genuine, and accredited" in page.content.decode(), page.content.decode()


def test_a_changed_credential_is_not_genuine(stranger, credential):
    page = stranger.post(DESK, {"text": credential.document.replace("Mirren", "Martin")}, **HTML)
    text = page.content.decode()
    assert page.status_code == 422
    assert "Not genuine" in text
    assert "None of this is confirmed" in text
    assert "not a character has changed" not in text


def test_a_revoked_credential_says_the_day_but_not_the_reason(stranger, credential, cast, at):
    credentials.revoke(credential, reason="She copied from Paul.", by=cast.manager, at=at)
    text = stranger.post(DESK, {"text": credential.document}, **HTML).content.decode()
    assert "No longer valid: the issuer has revoked it." in text
    assert "Revoked on" in text
    assert "Paul" not in text


def test_a_suspension_since_is_told_and_does_not_undo_the_award(stranger, credential, version, cast, at):
    from opencairn.quality.models import Decision

    Sanction.objects.create(
        decision=Decision.objects.get(),
        kind="suspension",
        from_on=date(2026, 3, 2),
        reasons="Late report.",
        decided_at=at,
    )
    Award.objects.update(awarded_on=date(2026, 3, 1))
    text = stranger.post(DESK, {"text": credential.document}, **HTML).content.decode()
    assert "Suspended since" in text


def test_a_credential_awarded_before_the_suspension_stays_accredited_then(stranger, award_to, cast, at):
    from opencairn.quality.models import Decision

    made = credentials.issue(award_to(awarded_on=date(2026, 2, 1)), by=cast.manager, at=at)
    Sanction.objects.create(
        decision=Decision.objects.get(),
        kind="suspension",
        from_on=date(2026, 3, 1),
        reasons="Late report.",
        decided_at=at,
    )
    text = stranger.post(DESK, {"text": made.document}, **HTML).content.decode()
    assert "Genuine, and accredited when it was awarded." in text
    assert "verdict-since" in text
    assert "does not undo an earlier award" in text


def forged(credential, at):
    """A stranger signs a copy with a key of their own: same names, same course, another did."""
    key = SigningKey.generate()
    document = json.loads(credential.document.replace(credential.key.did, key.did))
    del document["proof"]
    return json.dumps(eddsa_rdfc_2022.sign(document, key, created=at))


def test_a_stranger_claiming_our_course_gets_no_trust(stranger, credential, at):
    answer = stranger.post(DESK + "?format=json", {"text": forged(credential, at)}).json()
    steps = {each["name"]: each["outcome"] for each in answer["steps"]}
    assert steps["signature"] == "pass"
    assert steps["issuer"] == "unknown"
    assert steps["accredited-on-award-date"] == "fail"
    assert steps["accredited-today"] == "fail"


def test_a_forgery_never_shows_the_registered_name_as_ours(stranger, credential, cast, at):
    text = stranger.post(DESK, {"text": forged(credential, at)}, **HTML).content.decode()
    assert "Genuine" not in text.split("Genuine is not the same")[0]
    assert 'href="/issuers/' not in text
    assert "By its own word" in text
    assert 'class="plate"' not in text


def test_another_registered_issuer_cannot_lend_itself_our_course(stranger, award, cast, at, version):
    """The quality body has a key here too; a course of the provider signed by it is not accredited by that."""
    key = credentials.ensure_key(cast.quality_body, at=at)
    signing = credentials.open_key(key)
    from opencairn.credentials.statement import Frozen, statement_of

    draft = statement_of(award, id="urn:uuid:00000000-0000-4000-8000-000000000001", key=key, frozen=Frozen(), at=at)
    signed = eddsa_rdfc_2022.sign(open_badge_3.write(draft), signing, created=at)
    answer = stranger.post(DESK + "?format=json", {"text": json.dumps(signed)}).json()
    steps = {each["name"]: (each["outcome"], each["code"]) for each in answer["steps"]}
    assert steps["issuer"] == ("fail", "no-record")
    assert steps["accredited-on-award-date"] == ("fail", "programme-of-another")


def test_programs_get_the_report_as_json(stranger, credential):
    answer = stranger.post(DESK, {"text": credential.document}, HTTP_ACCEPT="application/json")
    assert answer.status_code == 200
    report = answer.json()
    assert report["verdict"] == "valid"
    assert [each["name"] for each in report["steps"]] == [
        "format", "signature", "dates", "status", "issuer", "accredited-on-award-date", "accredited-today",
        "log-inclusion",
        "awarding-body",
        "endorsements",
        "superseded-by",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-8",
        "application/ld+json",
        "application/vc",
        "application/vc+ld+json",
        "text/plain",
    ],
)
def test_a_program_may_post_the_credential_as_the_whole_body(credential, kind):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(DESK, credential.document.encode(), content_type=kind, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["verdict"]) == (200, "valid")
    assert "Genuine" in program.post(DESK, credential.document, content_type=kind, **HTML).content.decode()


def test_a_bare_token_or_nothing_is_answered_like_a_pasted_one(stranger, settings):
    token = {"data": "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "content_type": "application/jwt"}
    assert stranger.post(DESK, **token, HTTP_ACCEPT="application/json").json()["verdict"] == "invalid"
    empty = stranger.post(DESK, b"", content_type="application/json", HTTP_ACCEPT="application/json")
    assert (empty.status_code, empty["Content-Type"]) == (422, "application/problem+json")
    broken = stranger.post(DESK, b"\xff\xfe\x00", content_type="application/vc", HTTP_ACCEPT="application/json")
    assert broken.status_code == 422
    other = stranger.post(DESK, b"{}", content_type="application/xml", HTTP_ACCEPT="application/json")
    assert other.status_code == 422


@pytest.mark.parametrize("beyond", [10, 1_000_000])
def test_a_bare_body_beyond_the_limit_is_too_large(stranger, settings, beyond):
    body = b"{" + b" " * (settings.LARGEST_UPLOAD + beyond)
    answer = stranger.post(DESK, body, content_type="application/json", HTTP_ACCEPT="application/json")
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


def test_no_session_or_token_is_needed_to_ask(credential):
    answer = Client(enforce_csrf_checks=True).post(DESK, {"text": credential.document}, HTTP_ACCEPT="application/json")
    assert answer.json()["verdict"] == "valid"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"hello", "a.txt"),
        (b"{", "a.json"),
        (b"{}", "a.json"),
        (b"[" * 100_000, "deep.json"),
        (b'{"a":' * 50_000, "deep.json"),
        (b"\x00" * 1000, "a.bin"),
        (b"\xff\xfe\x00", "a.json"),
        (png()[:40], "cut.png"),
        (png(), "plain.png"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, "wrong.png"),
        (b"%PDF-1.7\nnothing", "a.pdf"),
        (b"PK\x03\x04" + b"\x00" * 100, "a.zip"),
        (b"RIFF\x00\x00\x00\x00WEBP", "a.webp"),
        (b"\xff\xd8\xff\xe0broken", "a.jpg"),
        (b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>', "x.svg"),
        (b'<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>', "b.svg"),
        (b"eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "a.jwt"),
        (b"", "empty.json"),
    ],
)  # fmt: skip
def test_hostile_or_wrong_files_get_a_clear_message(stranger, data, name):
    page = stranger.post(DESK, {"file": SimpleUploadedFile(name, data)}, **HTML) if data else upload(stranger, b" \n")
    text = page.content.decode()
    assert page.status_code in {200, 422}
    if page.status_code == 200:
        assert "A kind we cannot read" in text or "Not valid" in text
    assert "Traceback" not in text
    assert "root:" not in text


def test_a_picture_that_would_unpack_to_gigabytes_is_refused(stranger):
    header = png((1, 1))
    width = (60_000).to_bytes(4, "big")
    import zlib

    ihdr = b"IHDR" + width + width + header[24:29]
    bomb = header[:8] + (13).to_bytes(4, "big") + ihdr + zlib.crc32(ihdr).to_bytes(4, "big") + header[33:]
    assert upload(stranger, bomb, "bomb.png").status_code == 422
    assert reading.code_in(bomb) == ""


def test_a_zip_that_claims_a_hundred_megabytes_is_refused(stranger):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("credential.json", b"0" * 100_000_000)
    assert upload(stranger, out.getvalue(), "c.zip").status_code == 422


def test_more_than_four_megabytes_are_too_large(stranger, settings):
    assert upload(stranger, b"{" + b" " * settings.LARGEST_UPLOAD, "big.json").status_code == 413
    assert stranger.post(DESK, {"text": "x" * (settings.LARGEST_UPLOAD + 10)}, **HTML).status_code == 413


def test_nothing_brought_is_said_plainly(stranger):
    page = stranger.post(DESK, {}, **HTML)
    assert page.status_code == 422
    assert "There is nothing here yet" in page.content.decode()
    answer = stranger.post(DESK, {}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_a_broken_upload_is_answered(stranger):
    page = stranger.generic("POST", DESK, b"no boundary here", content_type="multipart/form-data", **HTML)
    assert page.status_code == 422


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/credential.json",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:5432/",
        "https://metadata.internal/",
        "file:///etc/passwd",
        "gopher://x.example/",
        "javascript:alert(1)",
        "ftp://example.org/a",
        "not a link",
        "http://",
        "http://[",
    ],
)
def test_private_and_strange_addresses_are_never_fetched(stranger, link):
    page = stranger.get(DESK, {"link": link}, **HTML)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()


def test_a_link_into_this_site_is_answered_without_the_network(stranger, credential, settings):
    """The status list is the one document every visitor may fetch in this room."""
    link = credential.status_list.url
    assert link.startswith(settings.BASE_URL)
    answer = stranger.get(DESK, {"link": link, "format": "json"})
    steps = {each["name"]: each["outcome"] for each in answer.json()["steps"]}
    assert answer.status_code in {200, 422}
    assert steps.get("signature", "pass") == "pass"


def test_after_a_move_to_another_address_our_own_records_still_vouch(stranger, credential, settings):
    settings.BASE_URL = "http://localhost:8080"
    answer = stranger.post(DESK, {"text": credential.document}, HTTP_ACCEPT="application/json").json()
    assert answer["verdict"] == "valid"
    assert {each["outcome"] for each in answer["steps"] if each["name"] != "endorsements"} == {"pass"}


def test_after_a_move_nobody_but_the_records_vouches(stranger, credential, settings, cast):
    named = verification.claims_of(credential.document.encode())
    settings.BASE_URL = "http://localhost:8080"
    other = make.programme(cast.provider, slug="another")
    make.version(other)
    assert queries.version_at(named.achievement.id, record=credential)
    assert queries.version_at(named.achievement.id) is None
    elsewhere = named.achievement.id.replace(credential.programme.slug, other.slug)
    assert queries.version_at(elsewhere, record=credential) is None
    assert queries.version_at("http://[", record=credential) is None


@pytest.mark.parametrize("path", ["/verify/?link=x", "/verify/", "/issue/", "/nothing/", "/status/no/", "/find/"])
def test_own_pages_that_are_no_documents_are_not_read(stranger, settings, path):
    page = stranger.get(DESK, {"link": settings.BASE_URL + path}, **HTML)
    assert page.status_code == 422


def test_a_code_in_a_picture_leads_to_what_it_names(stranger, credential, settings):
    picture = code(credential.status_list.url)
    assert reading.code_in(picture) == credential.status_list.url
    assert stranger.post(DESK, {"file": SimpleUploadedFile("c.png", picture)}, **HTML).status_code in {200, 422}


def test_a_code_that_leads_to_a_private_address_is_refused(stranger):
    assert upload(stranger, code("http://127.0.0.1/x"), "c.png").status_code == 422


def test_too_many_questions_wait(stranger, credential, settings):
    settings.VERIFICATIONS_PER_MINUTE = 2
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limit"}}
    answers = [stranger.post(DESK, {"text": "{}"}, HTTP_ACCEPT="application/json").status_code for _ in range(3)]
    assert answers == [422, 422, 429]
    assert int(stranger.post(DESK, {"text": "{}"}, **HTML)["Retry-After"]) > 0
    assert stranger.get(DESK).status_code == 200


def test_nothing_a_visitor_brings_is_shown_as_markup(stranger, credential):
    document = json.loads(credential.document)
    document["issuer"]["name"] = "<script>alert(1)</script>"
    text = stranger.post(DESK, {"text": json.dumps(document)}, **HTML).content.decode()
    assert "<script>alert" not in text


# The status list and the issuer's keys


def test_the_status_list_is_served_to_anyone_with_an_etag(stranger, credential):
    path = reverse("credentials:status_list", args=[credential.status_list_id])
    answer = stranger.get(path)
    assert answer["Content-Type"] == "application/vc"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content)["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert stranger.get(path, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert stranger.get(path, HTTP_ACCEPT="application/json")["Content-Type"] == "application/json"
    assert stranger.get("/status/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_an_issuers_keys_are_public_with_their_days(stranger, credential, cast, at):
    credentials.rotate_key(cast.provider, at=at)
    path = reverse("credentials:issuer", args=[cast.provider.slug])
    profile = stranger.get(path, HTTP_ACCEPT="application/json").json()
    assert [key["retired"] for key in profile["keys"]] == [None, "2026-03-02T09:00:00Z"]
    assert profile["keys"][1]["id"] == credential.key.did
    page = stranger.get(path, **HTML).content.decode()
    assert credential.key.did in page
    assert stranger.get("/issuers/nobody/").status_code == 404


# The registrar's pages


def test_the_registrar_sees_what_waits_and_signs_it(signed_in, cast, award):
    client = signed_in(cast.manager)
    page = client.get("/issue/").content.decode()
    assert cast.learner.name in page
    answer = client.post(f"/issue/{award.id}/")
    made = Credential.objects.get()
    assert answer["Location"] == reverse("credentials:credential", args=[made.id])
    page = client.get(answer["Location"]).content.decode()
    assert f"urn:uuid:{made.id}" in page
    assert "11 of 11 European elements" in page
    client.post(f"/issue/{award.id}/")
    assert Credential.objects.count() == 1


def test_the_registrar_signs_everything_that_waits(signed_in, cast, award):
    client = signed_in(cast.manager)
    assert client.post(f"/issue/all/{cast.provider.slug}/").status_code == 302
    assert "One credential is signed." in client.get("/issue/").content.decode()


def test_a_missing_element_is_told_on_the_page(signed_in, cast, award, version):
    version.assessment_types = []
    version.save()
    page = signed_in(cast.manager).post(f"/issue/{award.id}/")
    assert page.status_code == 409
    assert "Type of assessment" in page.content.decode()


def test_issued_credentials_are_found_by_name_and_state(signed_in, cast, credential):
    client = signed_in(cast.manager)
    assert f"/credentials/{credential.id}/" in client.get("/issue/?q=mirren").content.decode()
    assert f"/credentials/{credential.id}/" not in client.get("/issue/?q=nobody").content.decode()
    assert f"/credentials/{credential.id}/" in client.get(f"/issue/?q={credential.id}").content.decode()
    assert f"/credentials/{credential.id}/" not in client.get("/issue/?state=revoked").content.decode()
    assert client.get("/issue/?state=other").status_code == 404


def test_an_award_withdrawn_after_signing_is_pointed_out(signed_in, cast, credential, at):
    Award.objects.update(withdrawn_at=at)
    assert "1 credential still counts" in signed_in(cast.manager).get("/issue/").content.decode()


def test_revoking_asks_for_a_reason_and_to_be_sure(signed_in, cast, credential):
    client = signed_in(cast.manager)
    path = reverse("credentials:revoke", args=[credential.id])
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": "Wrong."}).status_code == 422
    assert client.post(path, {"sure": "on"}).status_code == 422
    assert client.post(path, {"reason": "Wrong.", "sure": "on"}).status_code == 302
    credential.refresh_from_db()
    assert credential.revoked_at is not None
    assert "Wrong." in client.get(reverse("credentials:credential", args=[credential.id])).content.decode()
    assert client.post(path, {"reason": "Again.", "sure": "on"}).status_code == 409


def test_the_signed_text_is_given_out_exactly(signed_in, cast, credential):
    answer = signed_in(cast.manager).get(reverse("credentials:document", args=[credential.id]))
    assert answer.content.decode() == credential.document


def test_the_key_is_replaced_by_a_manager(signed_in, cast, credential):
    client = signed_in(cast.manager)
    assert credential.key.did in client.get(f"/issue/keys/{cast.provider.slug}/").content.decode()
    assert client.post(f"/issue/keys/{cast.provider.slug}/rotate/").status_code == 302
    assert IssuerKey.objects.count() == 2


def test_pages_of_an_erased_credential_still_answer(signed_in, cast, credential, at):
    credentials.erase_person(cast.learner, at=at)
    client = signed_in(cast.manager)
    assert client.get(reverse("credentials:credential", args=[credential.id])).status_code == 200
    assert client.get(reverse("credentials:document", args=[credential.id])).status_code == 404
    assert client.get("/issue/").status_code == 200


@pytest.mark.parametrize("who", ["author", "learner", "reviewer", "employer_person"])
def test_others_may_neither_see_nor_sign(signed_in, cast, credential, who):
    client = signed_in(getattr(cast, who))
    award = credential.award
    for path in (
        f"/credentials/{credential.id}/",
        f"/credentials/{credential.id}/credential.json",
        f"/credentials/{credential.id}/revoke/",
        f"/issue/keys/{cast.provider.slug}/",
        f"/issue/?for={cast.provider.slug}",
    ):
        assert client.get(path).status_code == 403, path
    for path in (
        f"/issue/{award.id}/",
        f"/issue/all/{cast.provider.slug}/",
        f"/issue/keys/{cast.provider.slug}/rotate/",
        f"/credentials/{credential.id}/revoke/",
    ):
        assert client.post(path, {"reason": "x", "sure": "on"}).status_code == 403, path
    assert IssuerKey.objects.count() == 1


def test_no_page_has_an_inline_script_or_style(signed_in, cast, credential):
    client = signed_in(cast.manager)
    pages = ["/issue/", f"/credentials/{credential.id}/", f"/credentials/{credential.id}/revoke/", "/verify/",
             f"/issue/keys/{cast.provider.slug}/"]  # fmt: skip
    texts = [client.get(path, **HTML).content.decode() for path in pages]
    texts.append(client.post(DESK, {"text": credential.document}, **HTML).content.decode())
    for text in texts:
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", text)
        assert text.count("<h1") == 1
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]


def test_an_expired_list_does_not_say_not_revoked(stranger, credential, at, monkeypatch):
    """An old copy of the list is not believed: the step cannot be checked."""
    monkeypatch.setattr("opencairn.credentials.actions.status_lists.VALID_FOR", timedelta(days=-1))
    answer = stranger.post(DESK + "?format=json", {"text": credential.document}).json()
    assert {e["name"]: e["outcome"] for e in answer["steps"]}["status"] == "unknown"


def test_a_signature_of_a_stolen_key_is_noticed(stranger, credential, at):
    """The key is right, but this site never issued it."""
    document = json.loads(credential.document)
    del document["proof"]
    document["id"] = "urn:uuid:00000000-0000-4000-8000-000000000002"
    stolen = eddsa_rdfc_2022.sign(document, credentials.open_key(credential.key), created=at)
    text = stranger.post(DESK, {"text": json.dumps(stolen)}, **HTML).content.decode()
    assert "Signed with the issuer&#x27;s key, but the issuer has no record of it." in text
    assert 'class="plate"' not in text


def test_a_stolen_key_under_a_recorded_identifier_is_noticed(stranger, credential, at):
    """The identifier is that of a credential we issued, but the name is another's."""
    document = json.loads(credential.document)
    del document["proof"]
    for identity in document["credentialSubject"]["identifier"]:
        if identity["identityType"] == "name":
            identity["identityHash"] = "Somebody Else"
    stolen = eddsa_rdfc_2022.sign(document, credentials.open_key(credential.key), created=at)
    answer = stranger.post(DESK, {"text": json.dumps(stolen)}, HTTP_ACCEPT="application/json").json()
    assert {each["name"]: each["code"] for each in answer["steps"]}["issuer"] == "no-record"


def test_results_in_another_order_are_the_same_credential(stranger, credential):
    document = json.loads(credential.document)
    document["credentialSubject"]["result"].reverse()
    answer = stranger.post(DESK, {"text": json.dumps(document)}, HTTP_ACCEPT="application/json").json()
    assert answer["verdict"] == "valid"
    assert {each["name"]: each["code"] for each in answer["steps"]}["issuer"] == "issuer-known"


def test_a_link_on_the_network_is_read_through_the_guarded_door_only(stranger, monkeypatch):
    asked = []
    monkeypatch.setattr("opencairn.credentials.verification.fetch", lambda url, **_: asked.append(url) or b"{}")
    assert stranger.get(DESK, {"link": "https://badges.example.org/1#part"}, **HTML).status_code == 422
    assert stranger.get(DESK, {"link": "badges.example.org/2"}, **HTML).status_code == 422
    assert stranger.post(DESK, {"text": " https://badges.example.org/3 "}, **HTML).status_code == 422
    assert asked == [f"https://badges.example.org/{n}" for n in (1, 2, 3)]


def test_a_link_with_a_zero_character_is_refused_before_it_is_looked_for(stranger, settings, monkeypatch):
    monkeypatch.setattr(reading, "read_address", None)
    assert stranger.post(DESK, {"link": f"{settings.BASE_URL}/s/\0/"}, **HTML).status_code == 422


@pytest.mark.django_db
def test_slow_addresses_hold_a_visitor_for_three_seconds_in_all(monkeypatch, at):
    clock, allowed = [100.0], []

    def slow(url, *, within):
        allowed.append(within)
        clock[0] += min(2.0, within)
        raise CannotFetch("slow")

    monkeypatch.setattr(verification, "fetch", slow)
    monkeypatch.setattr("opencairn.engine.reader.monotonic", lambda: clock[0])
    reader = verification.Reader(at)
    for number in range(5):
        with pytest.raises(CannotFetch):
            reader.read(f"https://slow-{number}.example/list")
    assert allowed == [3.0, 1.0]


def test_a_link_to_a_picture_with_a_code_is_not_followed_on(stranger, monkeypatch):
    asked = []
    picture = code("https://badges.example.org/next")
    monkeypatch.setattr("opencairn.credentials.verification.fetch", lambda url, **_: asked.append(url) or picture)
    assert stranger.get(DESK, {"link": "https://badges.example.org/1"}, **HTML).status_code == 422
    assert len(asked) == 1


def test_a_document_that_names_anothers_course_is_warned_of(stranger, credential, at):
    text = stranger.post(DESK, {"text": forged(credential, at)}, **HTML).content.decode()
    assert "Do not rely on it: it names a course of Hochschule Tarntal, who did not sign it." in text


def test_a_shared_link_and_its_code_are_checked_in_process_until_taken_back(stranger, credential, cast, at, settings):
    share = wallet.share(wallet.accept(credential, person=cast.learner, at=at), at=at)
    link = f"{settings.BASE_URL}/s/{share.token}/"
    assert "Genuine, and accredited" in stranger.get(DESK, {"link": link}, **HTML).content.decode()
    assert "Genuine, and accredited" in upload(stranger, code(link), "photo.png").content.decode()
    wallet.unshare(share, at=at)
    page = stranger.get(DESK, {"link": link}, **HTML)
    assert page.status_code == 422
    assert "It may have been taken back" in page.content.decode()


def test_a_body_in_chunks_is_asked_for_its_length(stranger):
    answer = stranger.generic("POST", DESK, b"", content_type="application/json", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411
    assert "Content-Length" in answer.content.decode()


def test_an_award_that_waits_can_be_withdrawn_and_a_signed_one_has_to_be_revoked(signed_in, cast, award, at):
    client, path = signed_in(cast.manager), reverse("credentials:withdraw_award", args=[award.id])
    assert "Withdraw the award of" in client.get(path).content.decode()
    assert client.post(path, {"reason": " "}).status_code == 422
    assert signed_in(cast.learner).post(path, {"reason": "Mine."}).status_code == 403
    assert client.post(path, {"reason": "The wrong person."}).status_code == 302
    award.refresh_from_db()
    assert award.withdrawal_reason == "The wrong person."
    assert "already withdrawn" in client.get(path).content.decode()
    assert client.post(path, {"reason": "Again."}).status_code == 409


def test_a_signed_award_is_not_withdrawn_behind_its_credential(signed_in, cast, credential):
    client, path = signed_in(cast.manager), reverse("credentials:withdraw_award", args=[credential.award_id])
    assert "Revoke the credential" in client.get(path).content.decode()
    assert client.post(path, {"reason": "A mistake."}).status_code == 409
    credential.award.refresh_from_db()
    assert credential.award.withdrawn_at is None


def test_another_layout_of_the_same_credential_is_in_the_records_and_another_content_is_not(credential, at):
    document = json.loads(credential.document)
    document["credentialSubject"]["identifier"] = [
        {**each, "hashed": [each["hashed"]]} for each in document["credentialSubject"]["identifier"]
    ]
    report = verify_text(json.dumps(document, indent=7).encode(), at=at)
    assert (report.verdict, report.step("issuer").outcome) == ("valid", "pass"), report


def test_a_text_that_is_no_credential_stays_in_its_box_and_is_marked_there(stranger):
    page = stranger.post(DESK, {"text": "hello world"}, **HTML)
    text = page.content.decode()
    assert page.status_code == 422
    assert ">\nhello world</textarea>" in text
    assert 'href="#id_text"' in text
    assert text.count("This text is not a credential. Paste all of it") == 2  # in the summary and at the field
    assert text.count("has-error") == 1
    assert ">required<" not in text


def test_a_link_that_leads_nowhere_stays_in_its_box(stranger):
    text = stranger.get(DESK, {"link": "ftp://example.org/a"}, **HTML).content.decode()
    assert 'value="ftp://example.org/a"' in text
    assert 'aria-describedby="id_link_helptext id_link_error"' in text


def test_what_is_no_credential_is_said_once(stranger):
    text = stranger.post(DESK, {"text": '{"hello": "world"}'}, **HTML).content.decode()
    assert text.count('class="check"') == 1
    assert "Check again" not in text
    assert "Genuine is not the same" not in text


def test_nothing_reassures_beside_a_bad_result(stranger, credential, cast, at):
    assert "Genuine is not the same" in stranger.post(DESK, {"text": credential.document}, **HTML).content.decode()
    changed = stranger.post(DESK, {"text": credential.document.replace("Mirren", "Martin")}, **HTML).content.decode()
    assert "Genuine is not the same" not in changed
    assert "What it claims" in changed
    credentials.revoke(credential, reason="A mistake.", by=cast.manager, at=at)
    revoked = stranger.post(DESK, {"text": credential.document}, **HTML).content.decode()
    assert "Genuine is not the same" not in revoked
    assert "What it said" in revoked
