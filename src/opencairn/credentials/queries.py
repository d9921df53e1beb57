"""Reads of the credentials room: what waits, what was issued, whose key it was."""

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from opencairn.kit.dates import iso
from opencairn.kit.text import spellings
from opencairn.learning.models import Award
from opencairn.people.access import PERMISSIONS, demand, may
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme, ProgrammeVersion

from .models import Credential, IssuerKey, Policy, StatusList, Testimony, Validity

#: What the operator may do for an organisation that closed, whose people are gone.
WINDING_UP = ("credential.see", "credential.revoke", "key.rotate")
WITH_FACTS = (
    "award__version__programme__provider",
    "award__version__awarding_body",
    "key__organisation",
    "status_list",
    "programme__current",
    "issued_by",
    "replaces",
)


def issuer_of(version: ProgrammeVersion) -> Organisation:
    """Return who signs for a programme version: its awarding body, or the provider where none is named."""
    return version.awarding_body or version.programme.provider


def _awards_of(organisation: Organisation) -> QuerySet[Award]:
    signer = Coalesce(F("version__awarding_body"), F("version__programme__provider"))
    return Award.objects.annotate(signer=signer).filter(signer=organisation.pk)


def waiting_awards(organisation: Organisation) -> QuerySet[Award]:
    """Return the awards that stand and have no credential yet, oldest first."""
    return (
        _awards_of(organisation)
        .filter(withdrawn_at=None, credential=None)
        .select_related("version__programme__provider", "version__awarding_body", "person")
        .order_by("decided_at", "id")
    )


def issued(organisation: Organisation, *, state: str = "", q: str = "") -> QuerySet[Credential]:
    """Return the credentials an organisation signed, newest first.

    ``state`` is in-force, revoked, withdrawn, replaced, expiring (within sixty days, or already) or doubtful. Work to
    do is "withdrawn" (the award was withdrawn after issuing, and the credential still counts) and "doubtful" (signed
    since the key may be in other hands). ``q`` looks in the learner's name, the programme's address name and the
    credential's identifier.
    """
    found = Credential.objects.filter(key__organisation=organisation).select_related(*WITH_FACTS)
    if state == "in-force":
        found = found.filter(revoked_at=None)
    elif state == "revoked":
        found = found.filter(revoked_at__isnull=False)
    elif state == "withdrawn":
        found = found.filter(revoked_at=None, award__withdrawn_at__isnull=False)
    elif state == "replaced":
        found = found.filter(replaced_at__isnull=False)
    elif state == "expiring":
        found = found.current().filter(revoked_at=None, valid_until__lte=timezone.now() + timedelta(days=60))
    elif state == "doubtful":
        found = found.current().filter(revoked_at=None, issued_at__gte=F("key__compromised_from"))
    for word in q.split()[:8]:
        found = found.filter(
            reduce(or_, (Q(award__name_on_credential__icontains=each) for each in spellings(word)))
            | Q(programme__slug__icontains=word)
            | Q(id__in=_ids_like(word))
        )
    return found.order_by("-issued_at", "id")


def _ids_like(word: str) -> list[UUID]:
    try:
        return [UUID(word.removeprefix("urn:uuid:"))]
    except ValueError:
        return []


@dataclass(frozen=True)
class Counts:
    """How much there is of each at a registrar's desk."""

    waiting: int
    in_force: int
    revoked: int
    withdrawn: int
    doubtful: int
    expiring: int


def counts(organisation: Organisation) -> Counts:
    """Count what waits, what is in force, what was revoked, and what should be revoked."""
    return Counts(
        waiting=waiting_awards(organisation).count(),
        in_force=issued(organisation, state="in-force").count(),
        revoked=issued(organisation, state="revoked").count(),
        withdrawn=issued(organisation, state="withdrawn").count(),
        doubtful=issued(organisation, state="doubtful").count(),
        expiring=issued(organisation, state="expiring").count(),
    )


def issuers_of(person: Person) -> QuerySet[Organisation]:
    """Return the organisations whose credentials the person may see."""
    return Organisation.objects.filter(
        membership__person=person, membership__role__in=PERMISSIONS["credential.see"]
    ).distinct()


def may_for(person: Person, permission: str, organisation: Organisation) -> bool:
    """Whether somebody may do this for an organisation, by a role in it, or as the operator who winds it up."""
    winds_up = organisation.closed_at is not None and permission in WINDING_UP and may(person, "organisation.wind_up")
    return winds_up or may(person, permission, organisation)


def _demand(person: Person, permission: str, organisation: Organisation) -> None:
    """Raise Forbidden, unless somebody may do this for an organisation."""
    if not may_for(person, permission, organisation):
        demand(person, permission, organisation)


def access_issuer(person: Person, slug: str, *, to: str) -> Organisation:
    """Load an organisation for someone who may do this with its credentials or keys. Raises Http404, Forbidden."""
    organisation = get_object_or_404(Organisation, slug=slug)
    _demand(person, to, organisation)
    return organisation


def access_award(person: Person, id: UUID, *, to: str) -> Award:  # noqa: A002 - the address calls it id
    """Load an award for someone who may do this for the organisation that signs it. Raises Http404, Forbidden."""
    related = ("version__programme__provider", "version__awarding_body", "person")
    award = get_object_or_404(Award.objects.select_related(*related), id=id)
    demand(person, to, issuer_of(award.version))
    return award


def access_credential(person: Person, id: UUID, *, to: str) -> Credential:  # noqa: A002 - the address calls it id
    """Load a credential for someone who may do this for its issuer. Raises Http404, Forbidden."""
    credential = get_object_or_404(Credential.objects.select_related(*WITH_FACTS), id=id)
    _demand(person, to, credential.key.organisation)
    return credential


def credential_of(award: Award) -> Credential | None:
    """Return the credential made from an award, the newest where it was renewed, None while it waits."""
    return Credential.objects.current().select_related(*WITH_FACTS).filter(award=award).first()


def newer_than(credential: Credential) -> Credential | None:
    """Return the credential that took the place of this one, None where it is the newest."""
    return Credential.objects.select_related(*WITH_FACTS).filter(replaces=credential).first()


def validities(organisation: Organisation) -> list[tuple[Programme, int | None]]:
    """Return the courses that an organisation signs for, with the months that their credentials are valid."""
    signs = Q(current__awarding_body=organisation) | Q(current__awarding_body=None, provider=organisation)
    months = dict(Validity.objects.values_list("programme", "months"))
    found = Programme.objects.public().filter(signs).select_related("current").order_by("slug")
    return [(each, months.get(each.pk)) for each in found]


def access_programme(person: Person, slug: str, *, to: str) -> Programme:
    """Load a course for someone who may do this for the one who signs its credentials. Raises Http404, Forbidden."""
    found = Programme.objects.public().select_related("current__awarding_body", "current__programme__provider")
    programme = get_object_or_404(found, slug=slug)
    assert programme.current is not None
    demand(person, to, issuer_of(programme.current))
    return programme


def access_key(person: Person, did: str, *, to: str) -> IssuerKey:
    """Load a signing key for someone who may do this for its organisation. Raises Http404, Forbidden."""
    key = get_object_or_404(IssuerKey.objects.select_related("organisation"), did=did)
    _demand(person, to, key.organisation)
    return key


def employers_of(person: Person) -> QuerySet[Organisation]:
    """Return the employers in which a person has a role."""
    return Organisation.objects.filter(is_employer=True, closed_at=None, membership__person=person).distinct()


def policies_of(person: Person) -> QuerySet[Policy]:
    """Return the open policies of the employers in which a person has a role."""
    return Policy.objects.open().filter(organisation__in=employers_of(person)).select_related("organisation")


def access_policy(person: Person, id: UUID, *, to: str) -> Policy:  # noqa: A002 - the address calls it id
    """Load an open policy for someone who may do this for its employer. Raises Http404, Forbidden."""
    policy = get_object_or_404(Policy.objects.open().select_related("organisation"), id=id)
    demand(person, to, policy.organisation)
    return policy


def policy_of_link(token: str) -> Policy | None:
    """Return the open policy of a link, None where it was ended or never was."""
    open_here = Policy.objects.open().filter(organisation__closed_at=None)
    return open_here.select_related("organisation").filter(token=token).first() if token else None


def public_issuer(slug: str) -> Organisation:
    """Load an organisation that signs, or may sign: its keys are public. Raises Http404."""
    signs = Q(issuer_key__isnull=False) | Q(is_provider=True)
    return get_object_or_404(Organisation.objects.filter(signs).distinct(), slug=slug)


def keys_of(organisation: Organisation) -> QuerySet[IssuerKey]:
    """Return the keys of an organisation, the one in use first, then the retired ones, latest first."""
    found = IssuerKey.objects.filter(organisation=organisation).select_related("organisation")
    return found.order_by(F("retired_at").desc(nulls_first=True))


def key_of(did: str) -> IssuerKey | None:
    """Return the key of this did with its organisation, None where nobody registered here signs with it."""
    return IssuerKey.objects.select_related("organisation").filter(did=did).first()


def status_list(id: UUID) -> StatusList:  # noqa: A002 - the address calls it id
    """Load a status list: every one is public. Raises Http404."""
    return get_object_or_404(StatusList.objects.select_related("key"), id=id)


def address_of_version(version: ProgrammeVersion) -> str:
    """Return the identifier of what there is to achieve: the public address of one programme version."""
    path = reverse("programmes:version", args=[version.programme.slug, version.number])
    return f"{settings.BASE_URL}{path}"


def version_at(address: str, *, record: Credential | None = None) -> ProgrammeVersion | None:
    """Return the published programme version an identifier names, None where it names none of this site.

    A site may have moved: what it signed before names its earlier address. There our own record of the credential
    vouches, and the path has to lead to the programme of that record.
    """
    moved = not address.startswith(f"{settings.BASE_URL}/")
    if moved and record is None:
        return None
    try:
        found = resolve(urlsplit(address).path if moved else address.removeprefix(settings.BASE_URL))
    except (Resolver404, ValueError):
        return None
    if found.view_name != "programmes:version":
        return None
    if moved and record and record.programme.slug != found.kwargs["slug"]:
        return None
    return (
        ProgrammeVersion.objects.filter(
            programme__slug=found.kwargs["slug"], number=found.kwargs["number"], published_at__isnull=False
        )
        .select_related("programme__provider", "awarding_body")
        .first()
    )


def by_identifier(identifier: str, *, did: str) -> Credential | None:
    """Return our record of a credential by the id it carries, when the same key signed it; None for any other."""
    ids = _ids_like(identifier)
    return Credential.objects.select_related(*WITH_FACTS).filter(id__in=ids, key__did=did).first()


def testimony(identifier: str, *, did: str) -> Testimony | None:
    """Return our record of an accreditation or endorsement by the id it carries, when the same key signed it."""
    found = Testimony.objects.select_related("key__organisation", "decision__quality_body", "endorsement")
    return found.filter(id__in=_ids_like(identifier), key__did=did).first()


def export_person(person: Person) -> dict[str, Any]:
    """Return everything this room holds about a person, for their own copy: their credentials, and what they signed."""
    mine = Credential.objects.filter(award__person=person).order_by("issued_at")
    return {
        "credentials": [
            {
                "id": f"urn:uuid:{each.id}",
                "issued_at": iso(each.issued_at),
                "status_list": each.status_list.url,
                "status_index": each.status_index,
                "revoked_at": iso(each.revoked_at) if each.revoked_at else None,
                "revocation_reason": each.revocation_reason,
                "valid_until": iso(each.valid_until) if each.valid_until else None,
                "replaces": f"urn:uuid:{each.replaces_id}" if each.replaces_id else None,
                "replacement_note": each.replacement_note,
                "document": each.document,
            }
            for each in mine.select_related("status_list")
        ],
        "issued_for_others": [
            f"urn:uuid:{pk}" for pk in Credential.objects.filter(issued_by=person).values_list("pk", flat=True)
        ],
    }
