"""What becomes of one row of a feed: a new listing, a changed one, or one that is known under the same address already.

The same address in two feeds is one programme (P9). The feed that named it first leads it, and others are kept beside;
a feed on the host of the address itself is the provider's own word and takes over. Where the leading feed stops listing
it, another that still does takes over, and only where there is none it is withdrawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people import actions as people
from opencairn.people.models import Organisation
from opencairn.programmes import feed_rules
from opencairn.programmes.formats import Row
from opencairn.programmes.models import Feed, FeedItem, Programme
from opencairn.programmes.queries import newest_version

from .descriptions import withdraw
from .listings import import_listing

Told = tuple[str, str, str]  # status, why, slug
NO_LONGER = "The catalogue that listed it no longer does."


class NotTheirs(Refused):
    """A row speaks for an organisation that describes its own programmes here."""


def address_of(row: Row) -> str:
    """The address by which a row is compared with those of other feeds; "" where it has none."""
    for each in (row.source_id, str(row.facts.get("homepage") or "")):
        if found := feed_rules.comparable(each):
            return found
    return ""


@dataclass
class Taking:
    """One feed being taken: ``addresses`` are those that stand in it once and so identify a programme."""

    feed: Feed
    addresses: frozenset[str]
    at: datetime
    providers: dict[tuple[str, str], Organisation] = field(default_factory=dict)

    def take(self, row: Row) -> Told:
        """Take one row, or refuse it; whatever cannot be kept of it leaves no trace, and the other rows go on."""
        if row.refused or not row.source_id:
            self._seen(row)
            return "refused", row.refused or _("The row has no identifier."), ""
        address = address_of(row)
        if address.startswith(feed_rules.comparable(f"{settings.BASE_URL}/programmes") + "/"):
            return "ours", _("This site is where it comes from."), ""
        try:
            with transaction.atomic():
                return self._list(row, address)
        except Refused as error:
            self._seen(row)
            return "refused", " ".join((error.message, *(f"({detail})" for detail in error.details))), ""
        except IntegrityError:
            self._seen(row)
            return "refused", _("Another import is writing the same row."), ""

    def _seen(self, row: Row) -> None:
        """A row that cannot be kept still stands in the feed: what it described before is not withdrawn."""
        FeedItem.objects.filter(feed=self.feed, identifier=row.source_id[:200]).update(run=self.feed.attempt)
        if row.provider is not None:  # one made for this row went back with it
            self.providers.pop((row.provider.name, row.provider.country), None)

    def _list(self, row: Row, address: str) -> Told:
        item = FeedItem.objects.select_related("programme").filter(feed=self.feed, identifier=row.source_id).first()
        if item and item.run == self.feed.attempt:
            return "refused", _("Another row has the same identifier."), item.programme.slug
        known = item.programme if item else self._same(address)
        if known and not self._leads(known, address):
            self._keep(row, address, known)
            return "same", _("It is listed already: %(whose)s") % {"whose": self._whose(known)}, known.slug
        back = bool(known and item and item.gone_at and known.withdrawn_at == item.gone_at)
        if known and back:
            Programme.objects.filter(pk=known.pk).update(withdrawn_at=None, withdrawal_reason="", changed_at=self.at)
        if known:
            Programme.objects.filter(pk=known.pk).update(source=self.feed.source, source_id=row.source_id)
        programme, status = self._import(row)
        self._keep(row, address, programme)
        return ("updated" if back else status), "", programme.slug

    def _same(self, address: str) -> Programme | None:
        """The public programme that another feed, or somebody here, has under this address."""
        if address not in self.addresses:
            return None
        others = FeedItem.objects.filter(uri=address, gone_at=None).exclude(feed=self.feed).select_related("programme")
        found = list(others[:2])
        if found and len({one.programme_id for one in found}) == 1:
            return found[0].programme
        spelt = [f"{scheme}://{address}{end}" for scheme in ("https", "http") for end in ("", "/")]
        here = list(Programme.objects.public().filter(current__homepage__in=spelt)[:2])
        return here[0] if len(here) == 1 else None

    def _leads(self, known: Programme, address: str) -> bool:
        """Whether this feed may say what the programme is: it did before, nobody does, or it stands on its host."""
        if known.source == self.feed.source:
            return True
        others = FeedItem.objects.filter(programme=known, gone_at=None).exclude(feed=self.feed).select_related("feed")
        leading = next((one.feed for one in others if one.feed.source == known.source), None)
        if leading is None:
            return known.source.startswith("feed-")
        ours, theirs = (feed_rules.speaks_for(each.url, f"https://{address}") for each in (self.feed, leading))
        return ours and not theirs

    def _whose(self, known: Programme) -> str:
        lead = Feed.objects.filter(pk=known.source[5:]).first() if known.source.startswith("feed-") else None
        return lead.name if lead else known.source or known.provider.name

    def _keep(self, row: Row, address: str, programme: Programme) -> None:
        facts = {"programme": programme, "uri": address, "run": self.feed.attempt, "gone_at": None}
        FeedItem.objects.update_or_create(feed=self.feed, identifier=row.source_id, defaults=facts)

    def _import(self, row: Row) -> tuple[Programme, str]:
        return import_listing(
            provider=self._provider(row), source=self.feed.source, source_id=row.source_id, facts=row.facts,
            outcomes=row.outcomes, offering=row.offerings[0] if row.offerings else None, at=self.at,
        )  # fmt: skip

    def _provider(self, row: Row) -> Organisation:
        """The provider whose feed it is, else the one the row names, unless that one speaks for itself here."""
        if self.feed.provider is not None:
            return self.feed.provider
        if row.provider is None:
            raise NotTheirs(_("The row does not say who provides the course."))
        key = (row.provider.name, row.provider.country)
        if key not in self.providers:
            found = people.ensure_organisation(name=key[0], country=key[1], is_provider=True, at=self.at)
            if found.verified_at is not None or not found.is_provider:
                raise NotTheirs(
                    _("“%(name)s” is an organisation of this site and describes its own programmes.")
                    % {"name": found.name}
                )
            self.providers[key] = found
        return self.providers[key]

    def drop(self, missing: Iterable[FeedItem]) -> int:
        """Hand over or withdraw what the feed no longer lists; return how many were withdrawn."""
        count = 0
        for item in list(missing):
            count += self._drop(item)
        return count

    def _drop(self, item: FeedItem) -> bool:
        programme = Programme.objects.select_for_update().get(pk=item.programme_id)
        item.gone_at = self.at
        item.save(update_fields=["gone_at"])
        if programme.source != self.feed.source or programme.withdrawn_at is not None:
            return False
        other = FeedItem.objects.filter(programme=programme, gone_at=None).select_related("feed").first()
        if other is not None and other.feed_id == self.feed.pk:
            return False  # it goes on here under another identifier
        if other is not None:
            programme.source, programme.source_id, programme.changed_at = other.feed.source, other.identifier, self.at
            programme.save(update_fields=["source", "source_id", "changed_at"])
            Feed.objects.filter(pk=other.feed_id).update(
                etag="", modified="", sha256=""
            )  # read it again, for its words
            return False
        if newest_version(programme).published_as != "listing":
            return False  # somebody here describes it by now
        withdraw(programme, reason=NO_LONGER, by=None, at=self.at)
        return True
