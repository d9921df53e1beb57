"""Partners of a version, and the provider's statement of assurance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Forbidden, Refused
from opencairn.people.access import may
from opencairn.people.models import Organisation, Person
from opencairn.programmes.facts import ASSURANCE
from opencairn.programmes.models import Assurance, Partner, Programme, ProgrammeVersion

from .checking import clean_partners, clean_text
from .descriptions import editable


class Unstated(Refused):
    """A statement of assurance says all three things, or is none."""

    status = 422


@transaction.atomic
def set_partners(
    version: ProgrammeVersion, *, partners: Sequence[Mapping[str, Any]], by: Person | None, at: datetime
) -> list[Partner]:
    """Put these partners, in this order, in the place of the draft's present ones.

    Each is ``{"role", "name", "url"}``. A name that an organisation of this site bears is kept as that organisation.
    Raises NotUsable, Frozen, and Forbidden for an awarding body of this site in which the person has no role.
    """
    rows = checked_partners(version, partners=partners, by=by)
    editable(version)
    Partner.objects.filter(version=version).delete()
    version.edited_at = at
    version.save(update_fields=["edited_at"])
    return Partner.objects.bulk_create(rows)


def checked_partners(
    version: ProgrammeVersion, *, partners: Sequence[Mapping[str, Any]], by: Person | None
) -> list[Partner]:
    """The rows that ``set_partners`` would write; nothing is written. Raises as it does."""
    kept = clean_partners(partners)
    return [_partner(version, position, facts, by) for position, facts in enumerate(kept, start=1)]


def _partner(version: ProgrammeVersion, position: int, facts: Mapping[str, str], by: Person | None) -> Partner:
    there = Organisation.objects.filter(name__iexact=facts["name"], closed_at=None).first()
    if there and facts["role"] == "awarding-body":
        _demand_entitled(version, there, by)
    return Partner(
        version=version, position=position, role=facts["role"], organisation=there, url=facts["url"],
        name="" if there else facts["name"],
    )  # fmt: skip


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
