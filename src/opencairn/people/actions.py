"""Every write of the people room."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.ids import slug
from opencairn.kit.text import plain

from .models import Membership, Organisation, Person
from .queries import only_manager_of, person_with_email
from .rules import roles_for

EDITABLE = ("description", "country", "locality", "website", "email")
RESERVED_SLUGS = ("new",)  # an address of its own: /organisations/new/


@transaction.atomic
def ensure_person(*, email: str, name: str, password: str | None, is_operator: bool = False) -> Person:
    """Return the person with this e-mail, made (verified, able to sign in) where there is none yet."""
    email = email.strip().lower()
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.create_user(email, password, name=name, is_operator=is_operator)
    EmailAddress.objects.get_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    return person


@transaction.atomic
def ensure_organisation(*, name: str, at: datetime, verified: bool = False, **facts: Any) -> Organisation:
    """Return the organisation of this whole name, registered now where there is none yet."""
    name = " ".join(name.split())
    if found := namesake(name):
        return found
    verified_at = at if verified else None
    return Organisation.objects.create(
        slug=free_address(name), name=name, registered_at=at, verified_at=verified_at, **facts
    )


def namesake(name: str) -> Organisation | None:
    """Return the organisation that has this name, whatever its accents, capitals, spaces and marks."""
    wanted = _letters(name)
    return next((one for one in Organisation.objects.only("slug", "name") if _letters(one.name) == wanted), None)


def _letters(name: str) -> str:
    return "".join(each for each in plain(name) if each.isalnum()) or name


def free_address(name: str) -> str:
    """Return a free slug for an organisation: of its name, with six characters drawn from the whole name where that
    is taken, reserved or cut short, or where the name has no Latin letter.
    """
    drawn = hashlib.sha256(plain(name).encode()).hexdigest()
    letters = any(each.isascii() and each.isalnum() for each in plain(name))
    readable = slug(name) if letters else "organisation"
    wanted = [readable] if letters else []
    wanted += [f"{readable}-{drawn[start : start + 6]}" for start in range(len(drawn) - 6)]
    taken = {*RESERVED_SLUGS, *Organisation.objects.filter(slug__startswith=readable).values_list("slug", flat=True)}
    return next(one for one in wanted if one not in taken)


@transaction.atomic
def ensure_membership(person: Person, organisation: Organisation, *, role: str, at: datetime) -> Membership:
    """Give the person a role in the organisation, once."""
    return Membership.objects.get_or_create(
        person=person, organisation=organisation, role=role, defaults={"since": at}
    )[0]


@transaction.atomic
def rename(person: Person, *, name: str) -> Person:
    """Change a person's name. Signed credentials keep the name they were signed with."""
    person.name = " ".join(name.split())
    person.save(update_fields=["name"])
    return person


class NameTaken(Refused):
    """An organisation of this name, or one that is written alike, is registered already."""


@transaction.atomic
def register_organisation(*, name: str, at: datetime, **facts: Any) -> Organisation:
    """Register an organisation. It is not verified by this: nobody has checked yet that it is who it says."""
    name = " ".join(name.split())
    if namesake(name):
        raise NameTaken(
            _("“%(name)s” is registered already, or its name is too close to another. Add the place to the name.")
            % {"name": name}
        )
    return Organisation.objects.create(slug=free_address(name), name=name, registered_at=at, **facts)


@transaction.atomic
def edit_organisation(organisation: Organisation, *, changes: Mapping[str, Any]) -> Organisation:
    """Change what an organisation says about itself. The name is part of what was verified and stays."""
    for field in EDITABLE:
        if field in changes:
            setattr(organisation, field, changes[field])
    organisation.save(update_fields=[field for field in EDITABLE if field in changes])
    return organisation


class AlreadyClosed(Refused):
    """The organisation has been closed and cannot be verified or closed again."""


@transaction.atomic
def verify_organisation(organisation: Organisation, *, at: datetime) -> Organisation:
    """Record that the operator has checked who this is: only a verified organisation can sign (V1). Once."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.closed_at:
        raise AlreadyClosed(_("%(name)s is closed. Register it anew if it has opened again.")
                            % {"name": organisation.name})  # fmt: skip
    if organisation.verified_at is None:
        organisation.verified_at = at
        organisation.save(update_fields=["verified_at"])
    return organisation


@transaction.atomic
def close_organisation(organisation: Organisation, *, at: datetime) -> Organisation:
    """Close an organisation: its past stays readable and checkable, its people can do nothing more for it."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.closed_at:
        raise AlreadyClosed(_("%(name)s is closed already.") % {"name": organisation.name})
    organisation.closed_at = at
    organisation.save(update_fields=["closed_at"])
    Membership.objects.filter(organisation=organisation).delete()
    return organisation


class NobodyWithThisEmail(Refused):
    """No active person has proved that this e-mail is theirs."""

    status = 404


class RoleNotOffered(Refused):
    """The organisation is not of the kind that has this role."""


@transaction.atomic
def add_member(organisation: Organisation, *, email: str, role: str, at: datetime) -> Membership:
    """Give a person, known by a verified e-mail, one role in the organisation. Doing it twice changes nothing."""
    if role not in roles_for(is_provider=organisation.is_provider, is_quality_body=organisation.is_quality_body):
        raise RoleNotOffered(_("%(name)s has no such role. Choose another.") % {"name": organisation.name})
    person = person_with_email(email)
    if person is None:
        raise NobodyWithThisEmail(
            _("Nobody here has confirmed the e-mail %(email)s. Ask them to create an account first, then add them.")
            % {"email": email.strip()}
        )
    return ensure_membership(person, organisation, role=role, at=at)


class LastManager(Refused):
    """An organisation always keeps one manager, or nobody could let anybody in."""


@transaction.atomic
def remove_member(membership: Membership) -> None:
    """Take a role away; refused for the last manager."""
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    managers = Membership.objects.filter(organisation=organisation, role="manager")
    if membership.role == "manager" and managers.count() == 1:
        raise LastManager(
            _("%(person)s is the last manager of %(name)s. Make someone else a manager first.")
            % {"person": membership.person, "name": organisation.name}
        )
    membership.delete()


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Erase the person with e-mails, roles, passkeys and codes. Called last, after the rooms further along."""
    if left_alone := only_manager_of(person):
        raise LastManager(
            _("You are the last manager of these organisations. Make someone else a manager first, then erase."),
            details=tuple(organisation.name for organisation in left_alone),
        )
    person.delete()
