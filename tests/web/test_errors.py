import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from opencairn.kit.errors import Refused
from opencairn.people.limits import TooMany
from opencairn.people.models import Person
from opencairn.web import errors
from opencairn.web.demo.cast import Cast
from tests import make

JSON = {"Accept": "application/json"}


def answer(error: Exception, **headers: str) -> object:
    """What the middleware makes of an error raised by a page."""
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/somewhere/", headers=headers)
    request.user = AnonymousUser()
    return errors.ErrorsToPages(lambda _request: None).process_exception(request, error)  # type: ignore[arg-type,return-value]


def test_a_refusal_becomes_a_page_with_its_reasons() -> None:
    page = answer(Refused("The course is full.", details=("Choose another date.", "<b>bold</b>")))
    assert page.status_code == 409
    text = page.content.decode()
    assert "<h1>This was not done</h1>" in text
    assert "The course is full." in text
    assert "Choose another date." in text
    assert "<b>bold</b>" not in text


def test_a_refusal_becomes_problem_json_for_programs() -> None:
    page = answer(Refused("The course is full.", details=("Choose another date.",)), Accept="application/json")
    assert page["Content-Type"] == "application/problem+json"
    assert b'"errors": ["Choose another date."]' in page.content


def test_waiting_time_is_said_in_the_header() -> None:
    page = answer(TooMany("Wait.", retry_after=17))
    assert (page.status_code, page["Retry-After"]) == (429, "17")


def test_other_errors_are_left_to_the_server() -> None:
    assert answer(ValueError("a fault of ours")) is None


def test_the_way_back_leads_only_to_this_site() -> None:
    assert "evil.example" not in answer(Refused("No."), Referer="https://evil.example/").content.decode()
    assert (
        'href="http://testserver/before/"'
        in answer(Refused("No."), Referer="http://testserver/before/").content.decode()
    )


@pytest.mark.parametrize(("name", "status"), [("bad_request", 400), ("forbidden", 403), ("not_found", 404)])
def test_every_error_page_is_a_page_or_json(db: None, name: str, status: int) -> None:
    request = RequestFactory().get("/")
    page = getattr(errors, name)(request, Exception("x"))
    assert page.status_code == status
    assert 'class="masthead"' in page.content.decode()
    page = getattr(errors, name)(RequestFactory().get("/", headers=JSON), Exception("x"))
    assert (page.status_code, page["Content-Type"]) == (status, "application/problem+json")


def test_a_missing_page_is_said_kindly(client: Client, db: None) -> None:
    page = client.get("/nothing/at/all/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_a_fault_of_ours_answers_without_database_or_session() -> None:
    page = errors.broken(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "Something broke here" in page.content.decode()
    assert errors.broken(RequestFactory().get("/api/x")).status_code == 500


def test_what_is_too_large_is_refused_before_it_is_read(client: Client, db: None) -> None:
    page = client.post("/account/login/", {"login": "x" * (settings.LARGEST_UPLOAD + 70_000)})
    assert page.status_code == 413
    assert "up to 4 MB" in page.content.decode()
    page = client.post("/account/login/", {"login": "x" * (settings.LARGEST_UPLOAD + 1000)})
    assert page.status_code in {200, 413}


FIELDS = "&".join(f"field{n}=1" for n in range(1200))
TYPED = "application/x-www-form-urlencoded"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the log of the site says."""
    words = io.StringIO()
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", words)
    return words


@pytest.mark.parametrize("address", ["/find/", "/register/", "/account/login/", "/api/v1/search", "/api/v1/changes"])
def test_too_many_fields_are_refused_in_words_and_one_line_of_the_log(
    client: Client, db: None, log: io.StringIO, address: str
) -> None:
    page = client.get(f"{address}?{FIELDS}")
    assert page.status_code == 400
    is_json = address.startswith("/api/")
    assert page["Content-Type"] == ("application/problem+json" if is_json else "text/html; charset=utf-8")
    assert "more than 1000 fields in the address or the form. Leave some out." in page.content.decode()
    assert is_json or 'class="masthead"' in page.content.decode()
    assert log.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": FIELDS, "content_type": TYPED}, 400),
        ({"data": "x=" + "x" * (settings.LARGEST_UPLOAD + 1000), "content_type": TYPED}, 413),
        ({"data": {f"f{n}": io.BytesIO(b"x") for n in range(150)}}, 400),
        ({"data": b"nonsense", "content_type": "multipart/form-data"}, 400),
        ({"HTTP_HOST": "evil.example"}, 400),
    ],
    ids=["fields", "large", "files", "multipart", "host"],
)
def test_a_request_that_cannot_be_understood_leaves_no_traceback(
    client: Client, db: None, log: io.StringIO, sent: dict[str, Any], status: int
) -> None:
    page = client.post("/account/login/", **sent)
    assert page.status_code == status
    assert 'class="masthead"' in page.content.decode()
    assert log.getvalue().count("\n") == 1


def test_a_fault_of_ours_keeps_its_traceback(log: io.StringIO) -> None:
    logging.getLogger("django.request").error("Internal Server Error", exc_info=ValueError("ours"))
    assert "ValueError: ours" in log.getvalue()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/s/%00/", 404),
        ("/compare/?p=%00", 200),
        ("/register/?q=%00", 422),
        ("/verify/?link=https://x.example/%00", 422),
    ],
)
def test_an_address_with_a_zero_character_leads_nowhere(client: Client, db: None, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", ["/issue/?q=%00", "/assess/dates/{}/?q=%00"])
def test_a_search_for_a_zero_character_is_answered(
    cast: Cast, signed_in: Callable[[Person | None], Client], address: str
) -> None:
    run = make.offering(make.version(make.programme(cast.provider)).programme)
    assert signed_in(cast.manager).get(address.format(run.pk)).status_code == 200


def test_an_issuer_named_by_a_zero_character_is_not_found(
    cast: Cast, signed_in: Callable[[Person | None], Client]
) -> None:
    assert signed_in(cast.manager).get("/issue/?for=%00").status_code == 404


def test_a_form_without_its_secret_is_refused_in_words(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/account/login/", {"login": "a@example.org"})
    assert page.status_code == 403
    assert "open for too long" in page.content.decode()


def test_a_forbidden_page_names_the_role_to_ask_for(cast: Cast, signed_in: Callable[[Person | None], Client]) -> None:
    address = reverse("people:organisation_edit", args=[cast.provider.slug])
    client = signed_in(cast.author)
    assert "Ask a manager there for one of: Manager." in client.get(address).content.decode()
    assert client.get(address, headers=JSON).json()["status"] == 403


def test_htmx_is_told_to_show_error_pages(client: Client, db: None) -> None:
    text = client.get("/").content.decode()
    assert '"allowEval":false' in text
    assert '"selfRequestsOnly":true' in text
    assert '"code":"[45].."' in text


def test_no_shared_cache_keeps_a_page_that_may_be_personal(
    cast: Cast, signed_in: Callable[[Person | None], Client]
) -> None:
    client = signed_in(cast.learner)
    for path in ("/", "/me/", "/cairn/", "/learning/", "/me/data/", "/nothing/"):
        assert "private" in client.get(path).headers["Cache-Control"], path


@pytest.mark.parametrize("path", ["/", "/account/login/", "/nothing/", "/healthz"])
def test_every_answer_carries_the_strict_policy(client: Client, db: None, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
