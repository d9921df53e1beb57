"""The verification desk's two arguments to the engine: how addresses are read, and whom the register knows.

Own addresses are answered in-process by calling the page as a stranger would; all others go through the guarded door.
"""

import logging
from dataclasses import replace
from datetime import date, datetime
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve

from opencairn.engine.baking import unwrap
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Objection
from opencairn.engine.opening import Credential, fingerprint, open_credential
from opencairn.engine.report import Report, Step
from opencairn.engine.trust import Answer
from opencairn.engine.verify import verify
from opencairn.kit.errors import Refused
from opencairn.kit.fetch import CannotFetch, fetch
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import queries as quality
from opencairn.transparency import queries as transparency
from opencairn.transparency.rules import credential_hash

from . import queries
from .actions import publish_status_list
from .models import StatusList

JSON_TYPES = {"application/json", "application/ld+json", "application/vc", "application/vc+ld+json"}
ACCEPT = "application/vc, application/vc+ld+json;q=0.9, application/ld+json;q=0.8, application/json;q=0.7"
LARGEST_ANSWER = 1024 * 1024
MOST_VISITS = 5  # addresses that one document may make us read
MOST_SECONDS = 3.0  # that all of them may take together: who waits for a slow address holds a thread of the site
log = logging.getLogger(__name__)


def verify_text(data: bytes, *, at: datetime) -> Report:
    """Verify a document as this site can: with its own addresses, its register, and the guarded network."""
    credential = opened(data)
    report = verify(data, at=at, fetch=Reader(at).read, trust=Register(credential))
    return replace(report, steps=(*report.steps, log_step(report, credential)))


def log_step(report: Report, credential: Credential | None) -> Step:
    """Say whether a credential of this site stands in its transparency log (step "log-inclusion").

    A credential that was signed before the log began is not in it. When that was is the credential's own word, so the
    answer is then unknown, never a pass.
    """
    if report.verdict == "not-a-credential":
        return Step("log-inclusion", "not-applicable", "There is no credential to check.", "no-credential")
    signature = report.step("signature")
    if credential is None or signature is None or signature.outcome != "pass":
        why = "It was not looked up, because the signature did not hold."
        return Step("log-inclusion", "unknown", why, "not-reached")
    if queries.key_of(credential.issuer) is None:
        why = "The log of this site holds what was issued here, and this was issued elsewhere."
        return Step("log-inclusion", "not-applicable", why, "log-elsewhere")
    entry = transparency.entry_of_credential(credential_hash(credential))
    if entry is not None:
        facts = _facts(number=entry.index, day=entry.at.date())
        why = f"It is entry {entry.index} of the transparency log, appended on {entry.at.date()}."
        return Step("log-inclusion", "pass", why, "log-holds", facts)
    begun = transparency.begun_at()
    said = credential.attainment.valid_from if credential.attainment else None
    if begun is None or (said is not None and said < begun):
        why = "It says that it was issued before the transparency log began, so it cannot be in it."
        return Step("log-inclusion", "unknown", why, "log-later")
    why = "The transparency log holds no such credential, although everything issued here is in it."
    return Step("log-inclusion", "fail", why, "log-lacks")


def opened(data: bytes) -> Credential | None:
    """Return a document as a credential, which nobody has checked yet; None where it cannot be read as one."""
    try:
        return open_credential(unwrap(data))
    except Objection:
        return None


def claims_of(data: bytes) -> Attainment | None:
    """Return what a document says about a learner, which nobody has checked yet; None where it is no readable badge."""
    found = opened(data)
    return found.attainment if found else None


class Reader:
    """Reads the addresses that one document names at an instant, and stops when it names too many."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.visits = 0
        self.seconds_left = MOST_SECONDS

    def read(self, url: str) -> bytes:
        """Return what stands at an address. Raises CannotFetch."""
        self.visits += 1
        if self.visits > MOST_VISITS:
            raise CannotFetch("The document names more addresses than are looked up.")
        if self.seconds_left <= 0:
            raise CannotFetch("The addresses that the document names took too long to answer.")
        begun = monotonic()
        try:
            return read_address(url, at=self.at, within=self.seconds_left)
        finally:
            self.seconds_left -= monotonic() - begun


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


def is_recorded(credential: Credential, *, did: str) -> bool:
    """Whether our records hold this credential: its identifier, and where the document was not erased, what is signed.

    Both are compared by their canonical form, as signatures are: another layout is the same credential.
    """
    record = queries.by_identifier(str(credential.document.get("id", "")), did=did)
    if record is None or not record.document:
        return record is not None
    signed = opened(record.document.encode())
    return signed is not None and fingerprint(signed) == fingerprint(credential)


class Register:
    """Trust as this site's own records give it (UV5): never the credential's word about its issuer or programme.

    A key of this site signs here and nowhere else. A badge that carries its signature but is not in the records was
    made with a stolen key, or its record was lost: either way its issuer has to be asked. So does one that takes the
    identifier of a recorded credential and says something else.
    """

    def __init__(self, credential: Credential | None) -> None:
        self.credential = credential
        self.claims = credential.attainment if credential else None

    def issuer(self, issuer_id: str, at: datetime) -> Answer:
        """Say who holds the key, by our records."""
        key = queries.key_of(issuer_id)
        if key is None:
            return Answer(
                "unknown",
                "This site does not know who holds the key that it names. "
                "The name in the credential is only its own word.",
                "issuer-unknown",
            )
        facts = _facts(name=key.organisation.name, operator=settings.OPERATOR_NAME)
        if key.organisation.verified_at is None:
            return Answer(
                "fail",
                f"{key.organisation.name} holds the key that it names, but its identity is not verified here.",
                "issuer-not-verified",
                facts,
            )
        if self.credential and not is_recorded(self.credential, did=key.did):
            why = (
                f"The key that it names belongs to {key.organisation.name}, whose records here hold no such credential."
            )
            return Answer("fail", why, "no-record", facts)
        if key.retired_at and at > key.retired_at:
            facts = (*facts, *_facts(day=key.retired_at.date()))
            return Answer(
                "pass",
                f"The key that it names belonged to {key.organisation.name} until {key.retired_at.date()}.",
                "issuer-known-retired",
                facts,
            )
        return Answer("pass", f"The key that it names belongs to {key.organisation.name}.", "issuer-known", facts)

    def accredited(
        self, issuer_id: str, achievement_id: str, *, eqf_level: int | None, field_of_study: str, day: date
    ) -> Answer:
        """Say whether the programme was accredited on a day. Level and field are those of our record of it."""
        record = queries.by_identifier(self.claims.id, did=issuer_id) if self.claims else None
        version = queries.version_at(achievement_id, record=record)
        if version is None:
            return Answer(
                "unknown",
                "This site keeps no accreditation record of what was achieved here.",
                "not-in-register",
            )
        signer, key = queries.issuer_of(version), queries.key_of(issuer_id)
        if key is None or key.organisation != signer:
            return Answer(
                "fail",
                f"The credential names a programme of {signer.name}, but {signer.name} did not sign it.",
                "programme-of-another",
                _facts(name=signer.name),
            )
        return _standing(version, day)


def _standing(version: ProgrammeVersion, day: date) -> Answer:
    found = quality.standing_as_described(version, day)
    facts = _facts(day=day)
    if found.decision:
        facts = (*facts, *_facts(number=found.decision.number, body=found.decision.quality_body.name))
    if found.since:
        facts = (*facts, *_facts(since=found.since))
    if found.until:
        facts = (*facts, *_facts(until=found.until))
    if found.accredited:
        why = f"On {day} decision {found.decision and found.decision.number} covered this programme."
        return Answer("pass", why, "accredited", facts)
    if found.state == "none":
        why = f"No quality body registered here has decided about this programme by {day}."
        return Answer("fail", why, "accredited-none", facts)
    return Answer(
        "fail", f"On {day} the programme was not accredited: {found.state}.", f"accredited-{found.state}", facts
    )


def _facts(**facts: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in facts.items())
