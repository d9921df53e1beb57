"""What becomes of one row of a feed: a new listing, a changed one, or one that is known under the same address already.

The same address in two feeds is one programme (P9). The feed that named it first leads it, and others are kept beside;
a feed on the host of the address itself is the provider's own word and takes over. Where the leading feed stops listing
it, another that still does takes over, and only where there is none it is withdrawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Organisation
from opencairn.programmes import feed_rules
from opencairn.programmes.formats import ProviderFacts, Row
from opencairn.programmes.models import Feed, FeedItem, Programme
from opencairn.programmes.queries import feed_leading, newest_version

from .descriptions import withdraw
from .rows import Taken, addresses_of, from_here, take_row

NO_LONGER = "The catalogue that listed it no longer does."


class NotTaken(Refused):
    """A row cannot be listed; whatever was changed for it is taken back."""


@dataclass
class Taking:
    """One feed being taken: ``addresses`` are those that stand in it once and so identify a programme."""

    feed: Feed
    addresses: frozenset[str]
    at: datetime
    providers: dict[tuple[str, str], Organisation] = field(default_factory=dict)

    def take(self, row: Row) -> Taken:
        """Take one row, or refuse it; whatever cannot be kept of it leaves no trace, and the other rows go on."""
        addresses = addresses_of(row)
        if not row.refused and (ours := from_here(row)):
            return ours
        try:
            if row.refused or not row.source_id:
                raise NotTaken(row.refused or _("The row has no identifier."))  # noqa: TRY301
            with transaction.atomic():
                return self._list(row, addresses)
        except NotTaken as error:
            why = error.message
        except IntegrityError:
            why = _("Another import is writing the same row.")
        if not row.refused:  # it still stands in the feed: what it described before is not withdrawn
            FeedItem.objects.filter(feed=self.feed, identifier=row.source_id).update(run=self.feed.attempt)
        return Taken("refused", why)

    def _list(self, row: Row, addresses: tuple[str, ...]) -> Taken:
        item = FeedItem.objects.select_related("programme").filter(feed=self.feed, identifier=row.source_id).first()
        if item and item.run == self.feed.attempt:
            return Taken("refused", _("Another row has the same identifier."), item.programme.slug)
        known = item.programme if item else self._same(addresses)
        if known and not self._leads(known, addresses):
            self._keep(row, addresses, known)
            return Taken("same", _("It is listed already: %(whose)s") % {"whose": self._whose(known)}, known.slug)
        back = bool(known and item and item.gone_at and known.withdrawn_at == item.gone_at)
        if known and back:
            Programme.objects.filter(pk=known.pk).update(withdrawn_at=None, withdrawal_reason="", changed_at=self.at)
        if known:
            Programme.objects.filter(pk=known.pk).update(source=self.feed.source, source_id=row.source_id)
        taken = self._import(row)
        self._keep(row, addresses, Programme.objects.get(slug=taken.slug))
        return replace(taken, status="updated") if back else taken

    def _same(self, addresses: tuple[str, ...]) -> Programme | None:
        """The public programme that another feed, or somebody here, has under one of these addresses."""
        telling = [each for each in addresses if each in self.addresses]
        if not telling:
            return None
        others = FeedItem.objects.filter(Q(uri__in=telling) | Q(also__in=telling), gone_at=None)
        found = set(others.exclude(feed=self.feed).values_list("programme", flat=True)[:2])
        spelt = [f"{scheme}://{one}{end}" for one in telling for scheme in ("https", "http") for end in ("", "/")]
        found |= set(Programme.objects.public().filter(current__homepage__in=spelt).values_list("pk", flat=True)[:2])
        if len(found) != 1:
            return None
        known = Programme.objects.select_related("provider").get(pk=found.pop())
        own = self.feed.provider
        is_anothers = own is not None and known.provider != own and known.provider.verified_at is not None
        return None if is_anothers else known  # two providers that were both checked speak for themselves

    def _leads(self, known: Programme, addresses: tuple[str, ...]) -> bool:
        """Whether this feed may say what the programme is: it did before, nobody does, or it stands on its host.

        The host counts of an address that both have: a further address of the row proves nothing about this one.
        """
        if known.source == self.feed.source:
            return True
        others = FeedItem.objects.filter(programme=known, gone_at=None).exclude(feed=self.feed).select_related("feed")
        leading = next((one.feed for one in others if one.feed.source == known.source), None)
        if leading is None:
            return known.source.startswith("feed-")
        homepage = known.current.homepage if known.current else ""
        theirs = {feed_rules.comparable(homepage), *(each for one in others for each in (one.uri, one.also))}
        shared = [f"https://{each}" for each in addresses if each in theirs]
        ours, led = (any(feed_rules.speaks_for(each.url, one) for one in shared) for each in (self.feed, leading))
        return ours and not led

    def _whose(self, known: Programme) -> str:
        lead = feed_leading(known)
        return lead.name if lead else known.source or known.provider.name

    def _keep(self, row: Row, addresses: tuple[str, ...], programme: Programme) -> None:
        uri, also = (*addresses, "", "")[:2]
        facts = {"programme": programme, "uri": uri, "also": also, "run": self.feed.attempt, "gone_at": None}
        FeedItem.objects.update_or_create(feed=self.feed, identifier=row.source_id, defaults=facts)

    def _import(self, row: Row) -> Taken:
        """List the row as the provider's whose feed it is, else as that of the one it names. Raises NotTaken."""
        own = self.feed.provider
        if own is not None:
            row = replace(row, provider=ProviderFacts(own.name, own.country))
            self.providers[own.name, own.country] = own
        if row.provider is None:
            raise NotTaken(_("The row does not say who provides the course."))
        taken = take_row(row=row, form=self.feed.format, source=self.feed.source, providers=self.providers, at=self.at)
        if taken.status == "refused":
            raise NotTaken(taken.reason)
        return taken

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
