"""Reads about people and organisations. ``access_organisation`` loads and checks a permission in one call."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404

from opencairn.kit.dates import iso

from .access import PERMISSIONS, ROLES, demand
from .models import Membership, Organisation, Person


@dataclass(frozen=True)
class Belonging:
    """One person's roles in one organisation, in the order of the permission table."""

    organisation: Organisation
    roles: tuple[str, ...]

    def allows(self, permission: str) -> bool:
        """Whether one of the roles carries the permission."""
        return any(role in PERMISSIONS[permission] for role in self.roles)


def public_organisation(slug: str) -> Organisation:
    """Return an organisation that anyone may look at. Raises Http404."""
    return get_object_or_404(Organisation, slug=slug)


def access_organisation(person: Person | AnonymousUser, slug: str, *, to: str) -> Organisation:
    """Return the organisation if the person may do this with it. Raises Http404, or Forbidden in words."""
    organisation = get_object_or_404(Organisation, slug=slug)
    demand(person, to, organisation)
    return organisation


def access_membership(person: Person | AnonymousUser, slug: str, membership_id: int, *, to: str) -> Membership:
    """Return a membership of the organisation if the person may do this there. Raises Http404 or Forbidden."""
    organisation = access_organisation(person, slug, to=to)
    return get_object_or_404(Membership.objects.select_related("person", "organisation"), pk=membership_id,
                             organisation=organisation)  # fmt: skip


def organisations_by_need() -> QuerySet[Organisation]:
    """Return all organisations for the operator: unverified first, then by name; closed ones last."""
    return Organisation.objects.order_by(
        F("closed_at").asc(nulls_first=True), F("verified_at").asc(nulls_first=True), "name"
    )


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Return who holds which role in the organisation, by name."""
    return (
        Membership.objects.filter(organisation=organisation)
        .select_related("person")
        .order_by("person__name", "person__email", "since")
    )


def roles_of(person: Person) -> list[Belonging]:
    """Return the person's roles, one entry for each organisation, by its name."""
    held: dict[UUID, tuple[Organisation, set[str]]] = {}
    rows = Membership.objects.filter(person=person).select_related("organisation").order_by("organisation__name")
    for row in rows:
        held.setdefault(row.organisation_id, (row.organisation, set()))[1].add(row.role)
    return [Belonging(place, tuple(role for role in ROLES if role in roles)) for place, roles in held.values()]


def organisations_of(person: Person, *, to: str = "") -> list[Organisation]:
    """Return the organisations in which the person holds a role; with ``to``, a role that carries this permission."""
    return [held.organisation for held in roles_of(person) if not to or held.allows(to)]


def person_with_email(email: str) -> Person | None:
    """Return the active person who has proved that this e-mail is theirs, or None."""
    row = (
        EmailAddress.objects.filter(email__iexact=email.strip(), verified=True, user__is_active=True)
        .select_related("user")
        .first()
    )
    return row.user if row else None


def only_manager_of(person: Person) -> list[Organisation]:
    """Return the open organisations that would be left without a manager if this person went."""
    managed = Organisation.objects.filter(membership__person=person, membership__role="manager", closed_at=None)
    others = Membership.objects.filter(role="manager").exclude(person=person).values("organisation")
    return list(managed.exclude(pk__in=others))


def export_person(person: Person) -> dict[str, Any]:
    """Return what this room holds about a person: name, e-mails, passkeys, roles. No password, no secret of a key."""
    emails = EmailAddress.objects.filter(user=person).order_by("-primary", "email")
    roles = Membership.objects.filter(person=person).select_related("organisation").order_by("since")
    return {
        "id": str(person.pk),
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "joined_at": iso(person.joined_at),
        "last_signed_in_at": iso(person.last_login) if person.last_login else None,
        "emails": [{"email": row.email, "verified": row.verified, "primary": row.primary} for row in emails],
        "is_operator": person.is_operator,
        "second_factors": [
            {
                "kind": row.type,
                "name": str(row.data.get("name", "")) if row.type == Authenticator.Type.WEBAUTHN else "",
                "added_at": iso(row.created_at),
                "last_used_at": iso(row.last_used_at) if row.last_used_at else None,
            }
            for row in Authenticator.objects.filter(user=person).order_by("created_at")
        ],
        "roles": [{"organisation": row.organisation.name, "role": row.role, "since": iso(row.since)} for row in roles],
    }
