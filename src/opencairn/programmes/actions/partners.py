"""Partners of a version, and the provider's statement of assurance."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Forbidden, Refused
from opencairn.people.access import may
from opencairn.people.models import Organisation, Person
from opencairn.programmes import rules
from opencairn.programmes.facts import ASSURANCE
from opencairn.programmes.models import Assurance, Partner, Programme, ProgrammeVersion
from opencairn.programmes.vocabulary import PARTNER_ROLES

from .checking import NotUsable, clean_address, clean_line, clean_text
from .descriptions import editable


class Unstated(Refused):
    """A statement of assurance says all three things, or is none."""

    status = 422


@transaction.atomic
def set_partners(
    version: ProgrammeVersion, *, partners: list[Mapping[str, Any]], by: Person | None, at: datetime
) -> list[Partner]:
    """Put these partners, in this order, in the place of the draft's present ones.

    Each is ``{"role", "name", "url"}``. A name that an organisation of this site bears is kept as that organisation.
    Raises NotUsable, Frozen, and Forbidden for an awarding body of this site in which the person has no role.
    """
    if len(partners) > rules.MOST_ROWS:
        raise NotUsable("partners", _("These are too many rows. Keep at most %(most)d.") % {"most": rules.MOST_ROWS})
    rows = [_partner(version, at_row, facts, by) for at_row, facts in enumerate(partners, start=1)]
    editable(version)
    Partner.objects.filter(version=version).delete()
    version.edited_at = at
    version.save(update_fields=["edited_at"])
    return Partner.objects.bulk_create(rows)


def _partner(version: ProgrammeVersion, position: int, facts: Mapping[str, Any], by: Person | None) -> Partner:
    role = facts.get("role")
    if role not in PARTNER_ROLES:
        raise NotUsable("role", _("Choose what the partner does."))
    name = clean_line("name", facts.get("name"))
    if not name:
        raise NotUsable("name", _("A partner has no name. Write it, or leave the row out."))
    there = Organisation.objects.filter(name__iexact=name, closed_at=None).first()
    if there and role == "awarding-body":
        _demand_entitled(version, there, by)
    url = clean_address("url", facts.get("url"))
    return Partner(
        version=version, position=position, role=role, organisation=there, name="" if there else name, url=url
    )


def _demand_entitled(version: ProgrammeVersion, body: Organisation, by: Person | None) -> None:
    """Nobody says of an organisation of this site that it awards something, unless they speak for it."""
    if body == version.programme.provider or (by is not None and may(by, "programme.describe", body)):
        return
    if Partner.objects.filter(version=version, organisation=body, role="awarding-body").exists():
        return  # somebody who may has named it before
    raise Forbidden(
        _("You cannot name %(name)s as an awarding body: you have no role there. Ask a manager there to add you.")
        % {"name": body.name}
    )


@transaction.atomic
def state_assurance(provider: Organisation, *, texts: Mapping[str, Any], by: Person, at: datetime) -> Assurance:
    """Keep a provider's statement of assurance of quality: three texts, in the same languages or not (D6).

    Raises NotUsable, and Unstated while one of the three says nothing.
    """
    kept = {name: clean_text(name, texts.get(name) or {}) for name in ASSURANCE}
    if not all(kept.values()):
        raise Unstated(_("Answer all three: who you are, how you assure quality, how you review and update."))
    statement, _made = Assurance.objects.update_or_create(
        provider=provider, defaults={**kept, "stated_at": at, "stated_by": by}
    )
    Programme.objects.filter(provider=provider, current__isnull=False).update(changed_at=at)
    return statement
