"""Taking one row of a file over as a listing: the provider it names, what it says, and what it leaves out."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people import actions as people
from opencairn.people.models import Organisation
from opencairn.programmes import feed_rules
from opencairn.programmes.formats import Row, losses, reader_named
from opencairn.programmes.letters import is_disguised
from opencairn.skills.queries import skills_named

from .listings import import_listing

Providers = MutableMapping[tuple[str, str], Organisation]


class SpeaksForItself(Refused):
    """An organisation that is verified here describes its own programmes: no file may do so in its name."""


class LooksLikeAnother(Refused):
    """The name of an organisation is spelled with letters that only look like those of another name."""


@dataclass(frozen=True)
class Taken:
    """What became of a row, "created", "updated", "unchanged", "ours" or "refused", why, and its programme's slug."""

    status: str
    reason: str = ""
    slug: str = ""
    notes: tuple[str, ...] = ()


def addresses_of(row: Row) -> tuple[str, ...]:
    """The addresses by which a row is compared with those of other sources: its page, and its identifier if one."""
    both = (feed_rules.comparable(each) for each in (str(row.facts.get("homepage") or ""), row.source_id))
    return tuple(dict.fromkeys(each for each in both if each))


def from_here(row: Row) -> Taken | None:
    """Return what becomes of a row that describes what this site publishes itself: it would come back as another."""
    ours = feed_rules.comparable(f"{settings.BASE_URL}/programmes") + "/"
    if any(each.startswith(ours) for each in addresses_of(row)):
        return Taken("ours", _("This site is where it comes from."))
    return None


def take_row(*, row: Row, form: str, source: str, providers: Providers, at: datetime) -> Taken:
    """List one row, or say why it is refused; nothing of a refused row is kept, and the other rows go on.

    ``form`` is the key of the format it stands in: what that can state and the row does not is stated no more.
    ``source`` names where the file comes from: with the row's identifier it makes a second reading change nothing.
    ``providers`` is filled as they are met, so that each is looked up once.
    """
    if row.refused or row.provider is None:
        return Taken("refused", row.refused)
    if ours := from_here(row):
        return ours
    key = (row.provider.name, row.provider.country)
    try:
        with transaction.atomic():
            provider = providers.get(key) or _provider(*key, at)
            programme, status = import_listing(
                provider=provider,
                source=source,
                source_id=row.source_id,
                facts=row.facts | {"awarding_body": _awarding_body(row, provider)},
                outcomes=row.outcomes,
                offerings=row.offerings,
                partners=_partners(row, provider),
                carries=_carried(form),
                at=at,
            )
    except Refused as error:
        return Taken("refused", " ".join((error.message, *(f"({detail})" for detail in error.details))))
    except IntegrityError:
        return Taken("refused", _("Another import is writing the same row. Run this one again."))
    providers[key] = provider  # only now: a refused row takes a provider made for it back again
    return Taken(status, "", programme.slug, row.notes + _unknown_skills(row.outcomes))


@cache
def _carried(form: str) -> frozenset[str]:
    return losses.carried(reader_named(form))


def _provider(name: str, country: str, at: datetime) -> Organisation:
    """Return the organisation of a row. One that is verified here speaks for itself: an import may not."""
    if is_disguised(name):
        raise LooksLikeAnother(
            _("“%(name)s” has letters that only look like others. Write each word in plain letters of one script.")
            % {"name": name}
        )
    found = people.ensure_organisation(name=name, country=country, is_provider=True, at=at)
    if found.verified_at is not None or not found.is_provider:
        raise SpeaksForItself(
            _(
                "“%(name)s” is an organisation of this site and describes its own programmes. "
                "Leave the row out, or ask its manager."
            )
            % {"name": found.name}
        )
    return found


def _awarding_body(row: Row, provider: Organisation) -> Organisation | None:
    """The provider, where the row says that it awards; any other body is only named."""
    named = row.provider is not None and any(each.name == row.provider.name for each in row.awarding_bodies)
    return provider if named else None


def _partners(row: Row, provider: Organisation) -> list[dict[str, str]]:
    others = [each for each in row.awarding_bodies if row.provider and each.name != row.provider.name]
    return [{"role": "awarding-body", "name": each.name, "url": each.url} for each in others] + list(row.partners)


def _unknown_skills(outcomes: list[dict[str, Any]]) -> tuple[str, ...]:
    """A note of the skills that no taxonomy of this site knows; they stay as the file states them."""
    named = {skill["uri"]: skill["label"] for outcome in outcomes for skill in outcome.get("skills") or ()}
    unknown = set(named) - set(skills_named(named)) if named else set()
    if not unknown:
        return ()
    listed = ", ".join(sorted(named[uri] for uri in unknown))[:300]
    return (
        _("These skills are not in a taxonomy of this site and were kept as stated: %(skills)s.") % {"skills": listed},
    )
