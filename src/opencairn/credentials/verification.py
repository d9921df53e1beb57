"""The verification desk: the engine with this site's register, and how it reads addresses.

Own addresses are answered in-process by calling the page as a stranger would; all others go through the guarded door.
"""

import logging
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve

from opencairn.engine import reader
from opencairn.engine.further import further
from opencairn.engine.model import Attainment
from opencairn.engine.opening import Credential
from opencairn.engine.reader import MOST_SECONDS
from opencairn.engine.report import Report
from opencairn.engine.verify import opened, verify_opened
from opencairn.kit.errors import Refused
from opencairn.kit.fetch import CannotFetch, fetch
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality.queries import Asked

from . import queries
from .actions import publish_status_list
from .models import StatusList
from .register import Register

JSON_TYPES = {"application/json", "application/ld+json", "application/vc", "application/vc+ld+json"}
ACCEPT = "application/vc, application/vc+ld+json;q=0.9, application/ld+json;q=0.8, application/json;q=0.7"
LARGEST_ANSWER = 1024 * 1024
log = logging.getLogger(__name__)


class Examined(NamedTuple):
    """The whole report of the desk, the document as it was opened, and the registers elsewhere asked for it.

    The document is None where nothing in it can be read.
    """

    report: Report
    brought: Credential | None
    asked: tuple[Asked, ...]


def verify_text(data: bytes, *, at: datetime) -> Report:
    """Verify a document as this site can: with its own addresses, its register, and the guarded network."""
    return examined(data, at=at).report


def examined(data: bytes, *, at: datetime) -> Examined:
    """Verify a document in the same way, opening it once, and return all that the desk shows of it."""
    look_up = Reader(at).read
    found = opened(data, fetch=look_up, anchors=settings.SEAL_ANCHORS)
    credential = found if isinstance(found, Credential) else None
    register = Register(credential, at=at)
    report = verify_opened(found, at=at, fetch=look_up, trust=register)
    whole = further(report, credential, at=at, fetch=look_up, told=register.told(report))
    return Examined(whole, credential, register.elsewhere.asked)


def claims_of(data: bytes) -> Attainment | None:
    """Return what a document says about a learner, which nobody has checked yet; None where it is no readable badge."""
    found = opened(data)
    return found.attainment if isinstance(found, Credential) else None


class Reader(reader.Reader):
    """Reads the addresses that one document names at an instant, as this site can."""

    def __init__(self, at: datetime) -> None:
        super().__init__(partial(read_address, at=at))


def read_address(url: str, *, at: datetime, within: float = MOST_SECONDS) -> bytes:
    """Return what stands at an address: in-process for our own, else over the network. Raises CannotFetch.

    A status list of ours is known by its whole address, which may lie under an earlier address of this site.
    """
    if found := StatusList.objects.filter(url=url).first():
        return publish_status_list(found, at=at).encode()
    return _answer(urlsplit(url).path) if is_own(url) else fetch(url, within=within)


def is_own(url: str) -> bool:
    """Whether an address lies under this site's own."""
    base, asked = urlsplit(settings.BASE_URL), urlsplit(url)
    same = (asked.scheme, asked.netloc.lower()) == (base.scheme, base.netloc.lower())
    return same and (asked.path or "/").startswith(f"{base.path}/")


def _answer(path: str) -> bytes:
    """Ask the page at a path as a stranger would, without a query, and return its JSON. Nothing else is passed on."""
    path = path.removeprefix(urlsplit(settings.BASE_URL).path) or "/"
    try:
        found = resolve(path)
        response = found.func(_bare_request(path), *found.args, **found.kwargs)
    except (Resolver404, Http404, Refused) as error:
        raise CannotFetch(f"There is nothing to read at {path} of this site.") from error
    except Exception as error:
        log.exception("The page at %s failed when it was asked for a document", path)
        raise CannotFetch(f"The page at {path} of this site did not answer.") from error
    return _json_of(response, path)


def _bare_request(path: str) -> HttpRequest:
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.GET = QueryDict("")
    host = urlsplit(settings.BASE_URL).netloc
    request.META = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "HTTP_HOST": host,
        "SERVER_NAME": host.split(":")[0],
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_ACCEPT": ACCEPT,
    }
    request.user = AnonymousUser()
    return request


def _json_of(response: HttpResponseBase, path: str) -> bytes:
    kind = response.headers.get("Content-Type", "").split(";")[0].strip()
    if response.status_code != 200 or response.streaming or kind not in JSON_TYPES:
        raise CannotFetch(f"There is no credential to read at {path} of this site.")
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    content: bytes = getattr(response, "content", b"")
    if len(content) > LARGEST_ANSWER:
        raise CannotFetch(f"The document at {path} of this site is too large.")
    return content


def achieved(claims: Attainment) -> ProgrammeVersion | None:
    """Return the programme version a credential is about, when its key belongs to the one who may award it."""
    did = claims.issuer.id
    key = queries.key_of(did)
    if key is None:
        return None
    version = queries.version_at(claims.achievement.id, record=queries.by_identifier(claims.id, did=did))
    return version if version and queries.issuer_of(version) == key.organisation else None
