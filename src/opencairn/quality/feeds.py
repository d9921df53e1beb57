"""What changed in the register, as an Atom feed: read from the transparency log, so that nothing is left out of it."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as __

from opencairn.transparency.wording import Line, lines

from .queries import changes


class Changes(Feed):  # type: ignore[type-arg]
    """The latest decisions, suspensions, withdrawals and liftings."""

    feed_type = Atom1Feed
    title = __("Changes of the register of accreditation")
    link = reverse_lazy("quality:register")

    def items(self) -> list[Line]:
        """The newest first."""
        return lines(changes(newest=50))

    def item_title(self, item: Line) -> str:
        """The change in one sentence."""
        return item.sentence

    def item_link(self, item: Line) -> str:
        """The decision that it is about."""
        return item.address

    def item_updateddate(self, item: Line) -> datetime:
        """When it was written into the register."""
        return item.entry.at

    def item_guid(self, item: Line) -> str:
        """The number of its entry in the log, which never changes."""
        return f"entry-{item.entry.index}"

    item_guid_is_permalink = False
