"""Taking one row of a file over as a listing: the provider it names, what it says, and what it leaves out."""

from collections.abc import Collection, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people import actions as people
from opencairn.people.models import Organisation
from opencairn.programmes import feed_rules
from opencairn.programmes.formats import Row, losses, reader_named
from opencairn.programmes.letters import is_disguised
from opencairn.programmes.models import FeedItem, Programme
from opencairn.programmes.queries import feed_leading, newest_version
from opencairn.skills.queries import skills_named

from .listings import import_listing

MOST_COMPARED = 10  # programmes with one address
Providers = MutableMapping[tuple[str, str], Organisation]


class SpeaksForItself(Refused):
    """An organisation that is verified here describes its own programmes: no file may do so in its name."""


class LooksLikeAnother(Refused):
    """The name of an organisation is spelled with letters that only look like those of another name."""


@dataclass(frozen=True)
class Taken:
    """What became of a row, why, and its programme's slug.

    ``status`` is "created", "updated", "unchanged", "same" (another source lists it), "ours" or "refused".
    """

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


def written_here(programme: Programme) -> bool:
    """Whether somebody here described it, from the start or by taking a listing over."""
    newest = newest_version(programme)
    return not programme.source or newest.published_as != "listing" or bool(newest.published_in)


def whose(known: Programme) -> str:
    """Who lists a programme: the feed that leads it, the source of a file, or its provider."""
    lead = feed_leading(known)
    return lead.name if lead else known.provider.name if written_here(known) else known.source


def under_page(addresses: Collection[str]) -> set[UUID]:
    """The public programmes with one of these pages, as addresses are compared; a few at most."""
    spelt = [f"{scheme}://{one}{end}" for one in addresses for scheme in ("https", "http") for end in ("", "/")]
    return set(
        Programme.objects.public().filter(current__homepage__in=spelt).values_list("pk", flat=True)[:MOST_COMPARED]
    )


def only(listed: Sequence[Programme]) -> Programme | None:
    """The one that is listed, None where none is, or several are."""
    return listed[0] if len(listed) == 1 else None


def _known(row: Row, source: str) -> Programme | None:
    """The programme that has the address which is the row's identifier, and that this source does not call just so."""
    uri = feed_rules.uri_of(row.source_id)
    if not uri or Programme.objects.filter(source=source, source_id=row.source_id).exists():
        return None
    programmes = Programme.objects.select_related("provider")
    named = list(programmes.filter(source_uri=uri).order_by("created_at", "pk")[:MOST_COMPARED])
    if named:
        return next((each for each in named if each.source == source), named[0])
    items = FeedItem.objects.filter(Q(uri=uri) | Q(also=uri), gone_at=None)
    found = set(items.values_list("programme", flat=True).distinct()[:MOST_COMPARED]) | under_page([uri])
    return only(list(programmes.filter(pk__in=found)))


def take_row(*, row: Row, form: str, source: str, providers: Providers, at: datetime) -> Taken:
    """List one row of a file as ``keep_row`` does, unless another source lists the address that identifies it."""
    known = None if row.refused or from_here(row) else _known(row, source)
    if known is None:
        return keep_row(row=row, form=form, source=source, providers=providers, at=at)
    if known.source == source:  # only spelled otherwise
        return keep_row(
            row=replace(row, source_id=known.source_id), form=form, source=source, providers=providers, at=at
        )
    if known.withdrawn_at is not None:
        why = _("It was withdrawn here.")
    elif written_here(known) or feed_leading(known):
        why = _("It is listed already: %(whose)s") % {"whose": whose(known)}
    else:
        why = _("“%(source)s” lists it already. --source %(source)s continues that one.") % {"source": known.source}
    return Taken("same", why, known.slug)


def keep_row(*, row: Row, form: str, source: str, providers: Providers, at: datetime) -> Taken:
    """List one row, or say why it is refused; nothing of a refused row is kept, and the other rows go on.

    ``form`` is the key of the format it stands in: what that can state and the row does not is stated no more.
    ``source`` names where the file comes from: with the row's identifier it makes a second reading change nothing.
    ``providers`` is filled as they are met, so that each is looked up once.
    """
    if row.refused or row.provider is None:
        return Taken("refused", row.refused)
    if ours := from_here(row):
        return ours
    key, carried = (row.provider.name, row.provider.country), _carried(form)
    try:
        with transaction.atomic():
            provider = providers.get(key) or _provider(*key, at)
            programme, status = import_listing(
                provider=provider,
                source=source,
                source_id=row.source_id,
                facts=row.facts | _awarding_body(row, provider, carried),
                outcomes=row.outcomes,
                offerings=row.offerings,
                partners=_partners(row, provider),
                carries=carried,
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


def _awarding_body(row: Row, provider: Organisation, carried: Collection[str]) -> dict[str, Organisation | None]:
    """The provider, where the row says that it awards; any other body is only named."""
    if not row.awarding_bodies and "awarding_bodies" not in carried:
        return {}
    named = row.provider is not None and any(each.name == row.provider.name for each in row.awarding_bodies)
    return {"awarding_body": provider if named else None}


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
