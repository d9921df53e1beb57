"""How often one address may knock at a door that anyone may open."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused

from .rules import client_address

WINDOW = 60  # seconds


class TooMany(Refused):
    """More requests came from one address than the door allows in a minute."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def allow(request: HttpRequest, what: str, *, per_minute: int) -> None:
    """Count one request for ``what`` from this address. Raises TooMany, with the seconds to wait, over the limit.

    A fixed window of a minute, kept in Django's cache under a hash of the address. On PostgreSQL two requests in
    the same instant may count as one; on SQLite writes are serialised.
    """
    address = client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        proxies=settings.TRUSTED_PROXIES,
    )
    seconds = int(timezone.now().timestamp())
    whose = sha256(f"{settings.SECRET_KEY}/{address}".encode()).hexdigest()[:32]
    key = f"allow:{what}:{whose}:{seconds // WINDOW}"
    with transaction.atomic():
        count = 1 if cache.add(key, 1, timeout=2 * WINDOW) else cache.incr(key)
    if count > per_minute:
        wait = WINDOW - seconds % WINDOW
        raise TooMany(
            _("That was too often from your address. Wait %(seconds)s seconds, then try again.") % {"seconds": wait},
            retry_after=wait,
        )
