"""Issuing: awards become signed documents, once each; many at once share what is alike (engine.batch)."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.credentials.models import Credential, IssuerKey, Validity
from opencairn.credentials.queries import issuer_of, waiting_awards
from opencairn.credentials.statement import Frozen, statement_of
from opencairn.credentials.words import element_name
from opencairn.engine.annex_one import annex_one_gaps
from opencairn.engine.batch import Batch
from opencairn.engine.canonical import canonical
from opencairn.engine.model import Attainment, Replaced, Status
from opencairn.jobs import actions as jobs
from opencairn.kit.dates import midnight
from opencairn.kit.errors import Refused
from opencairn.learning.models import Award
from opencairn.people.models import Organisation, Person
from opencairn.quality.queries import GateClosed, must_be_open
from opencairn.quality.rules import add_months
from opencairn.transparency import actions as log
from opencairn.transparency.rules import salted_hash

from .signing_keys import ensure_key, open_key
from .status_lists import places_for

AT_ONCE = 100  # credentials signed while the registrar waits; more goes to the background
_FACTS = ("person", "version__programme__provider", "version__awarding_body", "enrolment")


class AwardWithdrawn(Refused):
    """The award was taken back, so there is nothing to certify."""


class ElementsMissing(Refused):
    """The credential would lack mandatory elements (Council Recommendation 2022/C 243/02, Annex I)."""


@dataclass(frozen=True)
class Issued:
    """What became of many awards: credentials signed now, awards left to the background, and refusals by learner."""

    credentials: tuple[Credential, ...] = ()
    queued: int = 0
    refused: tuple[tuple[Award, Refused], ...] = ()


@dataclass(frozen=True)
class Draft:
    """What is about to be signed: the award, the key, and the statement without its place in a status list."""

    award: Award
    key: IssuerKey
    says: Attainment


@transaction.atomic
def issue(award: Award, *, by: Person | None, at: datetime) -> Credential:
    """Sign a credential for an award that stands, once: asking again returns the one there is.

    Refused unless the issuer is verified, all eleven mandatory EU elements are stated, and the gates that the operator
    named are open (Q2). The award is locked, so two clicks issue once.
    """
    done = issue_many([award], by=by, at=at)
    if done.refused:
        raise done.refused[0][1]
    return done.credentials[0]


@transaction.atomic
def issue_many(awards: Sequence[Award], *, by: Person | None, at: datetime) -> Issued:
    """Sign credentials for many awards in one transaction, with one round to the log. A refusal stops its award alone.

    Each document is the same, byte for byte, as when it is issued on its own.
    """
    held = locked([each.pk for each in awards])
    found = {each.award_id: each for each in Credential.objects.current().filter(award__in=held)}
    frozen, drafts, refused = Frozen(), [], []
    for award in awards:
        if award.pk in found:
            continue
        try:
            drafts.append(drafted(held[award.pk], frozen=frozen, at=at))
        except Refused as refusal:
            refused.append((award, refusal))
    found |= {each.award_id: each for each in sign(drafts, by=by, at=at)}
    return Issued(tuple(found[each.pk] for each in awards if each.pk in found), 0, tuple(refused))


def locked(pks: Iterable[uuid.UUID]) -> dict[uuid.UUID, Award]:
    """Return awards with their facts, locked in the order of their keys, so that two rounds never wait in a circle."""
    rows = Award.objects.select_for_update(of=("self",)).select_related(*_FACTS).filter(pk__in=list(pks))
    return {each.pk: each for each in rows.order_by("pk")}


def drafted(
    award: Award,
    *,
    frozen: Frozen,
    at: datetime,
    replaces: Replaced | None = None,
    begins: datetime | None = None,
) -> Draft:
    """Return what is to be signed for an award. ``begins`` is from when its months of validity count: now, or later."""
    if award.withdrawn_at:
        raise AwardWithdrawn(
            _("The award to %(name)s was withdrawn, so no credential can be issued. Decide a new award first.")
            % {"name": award.name_on_credential}
        )
    correction = replaces is not None and replaces.kind == "correction"
    _must_be_open(award, (award.awarded_on, (begins or at).date()) if correction else (), at)
    key = ensure_key(issuer_of(award.version), at=at)
    until = valid_until(award, begins or at)
    says = statement_of(
        award, id=f"urn:uuid:{uuid.uuid4()}", key=key, frozen=frozen, at=at, valid_until=until, replaces=replaces
    )
    if gaps := annex_one_gaps(says):
        raise ElementsMissing(
            _("%(title)s cannot be issued, because mandatory elements are missing. Add them in the next version.")
            % {"title": award.version.programme.slug},
            details=tuple(element_name(each) for each in gaps),
        )
    return Draft(award, key, says)


def _must_be_open(award: Award, earlier: Iterable[date], at: datetime) -> None:
    """Refuse what is new while a gate is shut. A correction is not: one of the ``earlier`` days is enough for it."""
    for day in earlier:
        with suppress(GateClosed):
            return must_be_open("issue", award.version, day)
    return must_be_open("issue", award.version, at.date())


def valid_until(award: Award, begins: datetime) -> datetime | None:
    """Return when the document expires: so many months after it begins, as was set for the course, or never."""
    months = Validity.objects.filter(programme=award.version.programme_id).values_list("months", flat=True).first()
    return midnight(add_months(begins.date(), months)) if months else None


def sign(
    drafts: Sequence[Draft], *, by: Person | None, at: datetime, old: Credential | None = None, note: str = ""
) -> list[Credential]:
    """Sign drafts, key by key, record them, and put their salted hashes into the log last of all.

    ``old`` is the one credential that the one draft takes the place of.
    """
    by_key: dict[IssuerKey, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_key[draft.key].append(draft)
    made, news = [], []
    for key, alike in by_key.items():
        places = places_for(key, len(alike), at=at)
        whole = [
            replace(draft.says, status=Status(list_url=found.url, index=index, purpose=found.purpose))
            for draft, (found, index) in zip(alike, places, strict=True)
        ]
        signed = Batch(open_key(key), created=at).issue_all(whole)
        for draft, (found, index), says, data in zip(alike, places, whole, signed, strict=True):
            document = json.loads(data)
            made.append(
                Credential(
                    id=uuid.UUID(says.id),
                    award=draft.award,
                    programme=draft.award.version.programme,
                    key=key,
                    document=json.dumps(document, ensure_ascii=False, indent=1),
                    status_list=found,
                    status_index=index,
                    issued_by=by,
                    issued_at=at,
                    valid_until=says.valid_until,
                    replaces=old,
                    replaced_as=says.replaces.kind if says.replaces else "",
                    replacement_note=note,
                )
            )
            unsigned = {name: value for name, value in document.items() if name != "proof"}
            mark = salted_hash(says, says.id, canonical(unsigned))
            news.append(log.News("credential", mark, {"sha256": mark}))
    Credential.objects.bulk_create(made)
    if news:
        log.append_all(news, at=at)
    return made


def issue_all(organisation: Organisation, *, by: Person, at: datetime) -> Issued:
    """Issue for every award that waits: the hundred oldest at once, the others in the background.

    One refusal does not stop the others. Asking again queues nothing twice, and tries again what had failed.
    """
    awards = list(waiting_awards(organisation))
    done = issue_many(awards[:AT_ONCE], by=by, at=at)
    for award in awards[AT_ONCE:]:
        job = jobs.enqueue("issue", key=str(award.pk), payload={"award": str(award.pk), "by": str(by.pk)}, due_at=at)
        if job.state == "failed":
            jobs.try_again(job, at=at)
    return replace(done, queued=len(awards[AT_ONCE:]))
