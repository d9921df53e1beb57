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
from opencairn.programmes.queries import newest_version

from .descriptions import withdraw
from .rows import MOST_COMPARED, Taken, addresses_of, from_here, keep_row, only, under_page, whose, written_here

NO_LONGER = "The catalogue that listed it no longer does."


class NotTaken(Refused):
    """A row cannot be listed; whatever was changed for it is taken back."""


def _listed_already(known: Programme) -> Taken:
    return Taken("same", _("It is listed already: %(whose)s") % {"whose": whose(known)}, known.slug)


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
        known = item.programme if item else self._same(row, addresses)
        if known and not self._leads(known, row, addresses):
            self._keep(row, addresses, known)
            return _listed_already(known)
        if not known and (other := self._shared(row, addresses)):
            return _listed_already(other)
        back = bool(known and item and item.gone_at and known.withdrawn_at == item.gone_at)
        if known and back:
            Programme.objects.filter(pk=known.pk).update(withdrawn_at=None, withdrawal_reason="", changed_at=self.at)
        if known:
            uri = feed_rules.uri_of(row.source_id)
            called = {"source": self.feed.source, "source_id": row.source_id, "source_uri": uri}
            Programme.objects.filter(pk=known.pk).update(**called)
        taken = self._import(row)
        self._keep(row, addresses, Programme.objects.get(slug=taken.slug))
        return replace(taken, status="updated") if back else taken

    def _same(self, row: Row, addresses: tuple[str, ...]) -> Programme | None:
        """The public programme that another source, or somebody here, has under one of these addresses."""
        telling = [each for each in addresses if each in self.addresses]
        return self._under(telling, uri=feed_rules.uri_of(row.source_id))

    def _shared(self, row: Row, addresses: tuple[str, ...]) -> Programme | None:
        """The programme of somebody else under an address that several rows of the feed share, if it is one.

        Such an address identifies none of the rows, and whoever does not lead it may not list it again by repeating it.
        """
        shared = [each for each in addresses if each not in self.addresses]
        other = self._under(shared)
        return None if other is None or self._leads(other, row, addresses) else other

    def _under(self, telling: list[str], *, uri: str = "") -> Programme | None:
        """The public programme with this identifier, or the only one that is known under one of the addresses.

        One that the feed leads itself counts only where nobody else has one.
        """
        public = Programme.objects.public().select_related("provider")
        known = public.filter(source_uri=uri).order_by("created_at", "pk").first() if uri else None
        if known is None and telling:
            items = FeedItem.objects.filter(Q(uri__in=telling) | Q(also__in=telling), gone_at=None)
            found = set(items.exclude(feed=self.feed).values_list("programme", flat=True).distinct()[:MOST_COMPARED])
            found |= under_page(telling)
            found |= set(public.filter(source_uri__in=telling).values_list("pk", flat=True)[:MOST_COMPARED])
            listed = list(Programme.objects.select_related("provider").filter(pk__in=found))
            known = only([each for each in listed if each.source != self.feed.source] or listed)
        if known is None:
            return None
        own = self.feed.provider
        is_anothers = own is not None and known.provider != own and known.provider.verified_at is not None
        return None if is_anothers else known  # two providers that were both checked speak for themselves

    def _leads(self, known: Programme, row: Row, addresses: tuple[str, ...]) -> bool:
        """Whether this feed may say what the programme is: it did before, no feed does, or it stands on its host.

        The host counts of an address that both have: a further address of the row, or one that yet another feed names,
        proves nothing about this one. What a file brought is led by the host alone, what somebody wrote here by nobody.
        """
        if known.source == self.feed.source:
            return True
        if written_here(known):
            return False
        others = FeedItem.objects.filter(programme=known, gone_at=None).exclude(feed=self.feed).select_related("feed")
        leading = next((one.feed for one in others if one.feed.source == known.source), None)
        if leading is None and known.source.startswith("feed-"):
            return True
        homepage = known.current.homepage if known.current else ""
        theirs = {feed_rules.comparable(homepage), known.source_uri}
        theirs |= {each for one in others if one.feed == leading for each in (one.uri, one.also)}
        ours = {*addresses, feed_rules.uri_of(row.source_id)} - {""}
        both = [f"https://{each}" for each in ours & theirs]
        feeds = [self.feed] if leading is None else [self.feed, leading]
        speaks = [any(feed_rules.speaks_for(each.url, one) for one in both) for each in feeds]
        return speaks == [True, False][: len(feeds)]

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
        taken = keep_row(row=row, form=self.feed.format, source=self.feed.source, providers=self.providers, at=self.at)
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
            programme.source_uri = feed_rules.uri_of(other.identifier)
            programme.save(update_fields=["source", "source_id", "source_uri", "changed_at"])
            Feed.objects.filter(pk=other.feed_id).update(
                etag="", modified="", sha256=""
            )  # read it again, for its words
            return False
        if newest_version(programme).published_as != "listing":
            return False  # somebody here describes it by now
        withdraw(programme, reason=NO_LONGER, by=None, at=self.at)
        return True
