"""Who vouches for a provider or a programme, who was asked, and who may answer."""

from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField
from django.shortcuts import get_object_or_404

from opencairn.people.access import PERMISSIONS, demand
from opencairn.people.models import Membership, Organisation, Person
from opencairn.programmes.models import Programme
from opencairn.quality.models import Endorsement

RELATED = ("endorser", "provider", "programme__current")
# Plain SQL, as in stops.py: every check of a credential asks it.
_ENDORSERS = """
SELECT endorser.name FROM quality_endorsement said JOIN people_organisation endorser ON endorser.id = said.endorser_id
WHERE said.provider_id = %s AND (said.programme_id = %s OR said.programme_id IS NULL) AND said.verdict = 'granted'
AND said.revoked_at IS NULL AND endorser.closed_at IS NULL
ORDER BY CASE WHEN said.programme_id IS NULL THEN 1 ELSE 0 END, said.answered_at
"""


def endorsements_of(provider: Organisation, programme: Programme | None = None) -> QuerySet[Endorsement]:
    """Return the endorsements in force of a provider as a whole, or of one of its programmes, the oldest first."""
    found = Endorsement.objects.filter(provider=provider, programme=programme, verdict="granted", revoked_at=None)
    return found.filter(endorser__closed_at=None).select_related(*RELATED).order_by("answered_at")


def endorsements_of_courses(provider: Organisation) -> QuerySet[Endorsement]:
    """Return the endorsements in force of single programmes of a provider, whichever these are."""
    found = Endorsement.objects.filter(provider=provider, programme__isnull=False, verdict="granted", revoked_at=None)
    return found.filter(endorser__closed_at=None)


def endorsers_of(programme: Programme) -> list[str]:
    """Return who vouches for a programme, then for its provider: each once, the oldest first."""
    keys = [UUIDField().get_db_prep_value(each, connection) for each in (programme.provider_id, programme.pk)]
    with connection.cursor() as cursor:
        cursor.execute(_ENDORSERS, keys)
        return list(dict.fromkeys(name for (name,) in cursor.fetchall()))


def withdrawn_endorsements(provider: Organisation) -> QuerySet[Endorsement]:
    """Return the endorsements of a provider and its programmes that were taken back, the latest first."""
    found = Endorsement.objects.filter(provider=provider, verdict="granted", revoked_at__isnull=False)
    return found.select_related(*RELATED).order_by("-revoked_at")


def endorsers_to_ask(provider: Organisation) -> QuerySet[Organisation]:
    """Return whom a provider may ask: employers, and bodies of professions or quality; verified, open, not itself."""
    asked = Organisation.objects.filter(Q(is_employer=True) | Q(is_quality_body=True) | Q(is_funder=True))
    return asked.filter(verified_at__isnull=False, closed_at=None).exclude(pk=provider.pk)


def programmes_to_endorse(provider: Organisation) -> QuerySet[Programme]:
    """Return the courses of a provider that somebody could vouch for: its micro-credentials in force."""
    return Programme.objects.micro_credentials().filter(provider=provider).select_related("current").order_by("slug")


def asked_by(provider: Organisation) -> QuerySet[Endorsement]:
    """Return every request of a provider, the newest first."""
    return Endorsement.objects.filter(provider=provider).select_related(*RELATED)


def asked_of_person(person: Person) -> QuerySet[Endorsement]:
    """Return every request to the organisations for which the person may answer: those that wait first."""
    mine = Membership.objects.filter(person=person, role__in=PERMISSIONS["endorsement.answer"]).values("organisation")
    waiting = Exists(Endorsement.objects.waiting().filter(pk=OuterRef("pk")))
    found = Endorsement.objects.filter(endorser__in=mine).annotate(waits=waiting)
    return found.select_related(*RELATED).order_by("-waits", "-requested_at")


def access_endorsement(person: Person, endorsement_id: UUID, *, to: str) -> Endorsement:
    """Load a request for someone who may do this for the organisation asked. Raises Http404 or Forbidden."""
    found = get_object_or_404(Endorsement.objects.select_related(*RELATED), pk=endorsement_id)
    demand(person, to, found.endorser)
    return found


def access_provider(person: Person, slug: str, *, to: str) -> Organisation:
    """Load a provider for someone who may do this for it. Raises Http404 or Forbidden."""
    found = get_object_or_404(Organisation, slug=slug, is_provider=True)
    demand(person, to, found)
    return found
