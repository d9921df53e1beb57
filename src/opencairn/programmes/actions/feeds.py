"""Registering the catalogues of others, to be looked at again and again, and what a person does with a feed."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Forbidden, Refused
from opencairn.kit.ids import token
from opencairn.people.models import Organisation
from opencairn.programmes import feed_rules
from opencairn.programmes.formats import READERS
from opencairn.programmes.models import Feed

RUNG_AT_MOST_EVERY = timedelta(minutes=1)
LONGEST_NAME, LONGEST_ADDRESS = 120, 500


class NotAFeed(Refused):
    """The address, the format or the interval of a feed cannot be used. ``field`` names it."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, details=(field,))
        self.field = field


@transaction.atomic
def register_feed(
    *,
    name: str,
    url: str,
    format: str,  # noqa: A002 - the field's name
    every: timedelta,
    provider: Organisation | None,
    at: datetime,
) -> tuple[Feed, str]:
    """Keep a feed, to be looked at from now on, and return it with the secret of its bell, which is shown only once.

    A feed of a provider lists programmes of that provider alone, whatever it says; one of the operator names its own.
    """
    name, url = " ".join(name.split()), url.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotAFeed("name", _("Give the feed a name of at most %(most)d characters.") % {"most": LONGEST_NAME})
    if not is_address(url):
        raise NotAFeed("url", _("Enter an address that starts with https://, without a user name in it."))
    if format not in {each.key for each in READERS}:
        raise NotAFeed("format", _("Choose a format from the list."))
    if not feed_rules.SHORTEST <= every <= feed_rules.LONGEST:
        raise NotAFeed("every", _("Choose an interval from fifteen minutes to thirty days."))
    if provider is not None and (not provider.is_provider or provider.closed_at is not None):
        raise NotAFeed("provider", _("%(name)s is not a provider of learning.") % {"name": provider.name})
    if Feed.objects.filter(url=url).exists():
        raise NotAFeed("url", _("This address is a feed here already."))
    secret = token()
    feed = Feed.objects.create(
        name=name, url=url, format=format, every=every, provider=provider, registered_at=at, due_at=at,
        bell=_hash(secret),
    )  # fmt: skip
    return feed, secret


def is_address(url: str) -> bool:
    """Whether this can be looked up: https, a host, no user name."""
    try:
        parts = urlsplit(url)
        usual = parts.scheme == "https" and parts.hostname and parts.username is None and len(url) <= LONGEST_ADDRESS
        return bool(usual) and url.isprintable() and not any(each in url for each in ' \\"<>')
    except ValueError:
        return False


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def pause_feed(feed: Feed, *, at: datetime) -> None:
    """Look at the feed no more until it is resumed; what it listed stays listed."""
    Feed.objects.filter(pk=feed.pk, paused_at=None).update(paused_at=at)


@transaction.atomic
def look_now(feed: Feed, *, at: datetime) -> None:
    """Look at the feed with the next round of the worker, also where it was paused or waited after failures."""
    Feed.objects.filter(pk=feed.pk).update(paused_at=None, due_at=at, failures=0)


@transaction.atomic
def new_bell(feed: Feed) -> str:
    """Give the feed another secret for its bell, and return it; the old one no longer rings."""
    secret = token()
    Feed.objects.filter(pk=feed.pk).update(bell=_hash(secret))
    return secret


@transaction.atomic
def ring(feed: Feed, *, secret: str, at: datetime) -> bool:
    """Hear that a feed changed: it is looked at soon, at the address that was registered. Raises Forbidden.

    Nothing that the caller says is believed or kept, so all that a stolen secret buys is an early look, at most once a
    minute. False where the feed is paused.
    """
    if not hmac.compare_digest(feed.bell, _hash(secret)):
        raise Forbidden(_("This is not the secret of this bell. The page of the feed gives a new one."))
    last = feed.last_run_began_at()
    soon = max(at, last + RUNG_AT_MOST_EVERY) if last else at
    if feed.paused_at is None:
        Feed.objects.filter(pk=feed.pk).update(due_at=min(soon, feed.due_at), rung_at=at)
    return feed.paused_at is None
