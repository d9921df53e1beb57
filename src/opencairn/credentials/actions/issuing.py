"""Issuing: an award becomes one signed document, once."""

import json
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.credentials.models import Credential
from opencairn.credentials.queries import credential_of, issuer_of, waiting_awards
from opencairn.credentials.statement import issuer_from, statement_of
from opencairn.credentials.words import element_name
from opencairn.engine.annex_one import annex_one_gaps
from opencairn.engine.canonical import canonical
from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Status
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.jobs import actions as jobs
from opencairn.kit.errors import Refused
from opencairn.learning.models import Award
from opencairn.people.models import Organisation, Person
from opencairn.quality.queries import must_be_open
from opencairn.transparency import actions as log
from opencairn.transparency.rules import salted_hash

from .signing_keys import ensure_key, open_key
from .status_lists import place_for

AT_ONCE = 20  # credentials signed while the registrar waits; more goes to the background


class AwardWithdrawn(Refused):
    """The award was taken back, so there is nothing to certify."""


class ElementsMissing(Refused):
    """The credential would lack mandatory elements (Council Recommendation 2022/C 243/02, Annex I)."""


@transaction.atomic
def issue(award: Award, *, by: Person | None, at: datetime) -> Credential:
    """Sign a credential for an award that stands, once: asking again returns the one there is.

    Refused unless the issuer is verified, all eleven mandatory EU elements are stated, and the gates that the operator
    named are open (Q2). The award is locked, so two clicks issue once.
    """
    related = ("person", "version__programme__provider", "version__awarding_body", "enrolment")
    award = Award.objects.select_for_update(of=("self",)).select_related(*related).get(pk=award.pk)
    if there := credential_of(award):
        return there
    if award.withdrawn_at:
        raise AwardWithdrawn(
            _("The award to %(name)s was withdrawn, so no credential can be issued. Decide a new award first.")
            % {"name": award.name_on_credential}
        )
    must_be_open("issue", award.version, at.date())
    key = ensure_key(issuer_of(award.version), at=at)
    id_ = uuid.uuid4()
    draft = statement_of(
        award, id=f"urn:uuid:{id_}", issuer=issuer_from(key.organisation, did=key.did), status=None, at=at
    )
    if gaps := annex_one_gaps(draft):
        raise ElementsMissing(
            _("%(title)s cannot be issued, because mandatory elements are missing. Add them in the next version.")
            % {"title": award.version.programme.slug},
            details=tuple(element_name(each) for each in gaps),
        )
    status_list, index = place_for(key, at=at)
    whole = replace(draft, status=Status(list_url=status_list.url, index=index, purpose=status_list.purpose))
    unsigned = open_badge_3.write(whole)
    document = eddsa_rdfc_2022.sign(unsigned, open_key(key), created=at)
    issued = Credential.objects.create(
        id=id_,
        award=award,
        programme=award.version.programme,
        key=key,
        document=json.dumps(document, ensure_ascii=False, indent=1),
        status_list=status_list,
        status_index=index,
        issued_by=by,
        issued_at=at,
    )
    mark = salted_hash(open_badge_3.read(unsigned), whole.id, canonical(unsigned))
    log.append("credential", about=mark, facts={"sha256": mark}, at=at)
    return issued


@dataclass(frozen=True)
class Issued:
    """What became of many awards: credentials signed now, awards left to the background, and refusals by learner."""

    credentials: tuple[Credential, ...] = ()
    queued: int = 0
    refused: tuple[tuple[Award, Refused], ...] = ()


def issue_all(organisation: Organisation, *, by: Person, at: datetime) -> Issued:
    """Issue for every award that waits: the oldest twenty at once, the others in the background.

    One refusal does not stop the others. Asking again queues nothing twice, and tries again what had failed.
    """
    awards = list(waiting_awards(organisation))
    credentials, refused = [], []
    for award in awards[:AT_ONCE]:
        try:
            credentials.append(issue(award, by=by, at=at))
        except Refused as refusal:
            refused.append((award, refusal))
    for award in awards[AT_ONCE:]:
        job = jobs.enqueue("issue", key=str(award.pk), payload={"award": str(award.pk), "by": str(by.pk)}, due_at=at)
        if job.state == "failed":
            jobs.try_again(job, at=at)
    return Issued(tuple(credentials), len(awards[AT_ONCE:]), tuple(refused))
