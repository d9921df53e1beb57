"""Handing the changes of this site on to a higher register: parcel by parcel, each until it is acknowledged."""

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from opencairn.kit.errors import Refused
from opencairn.kit.fetch import Answer, CannotFetch, send
from opencairn.people.answers import api_address
from opencairn.programmes import feed_rules, queries, records
from opencairn.programmes.exchange import described
from opencairn.programmes.formats import FORMATS
from opencairn.programmes.models import Change, Delivery

from . import dumps
from .changes import first_revision, record_changes
from .feeds import is_address

Send = Callable[..., Answer]

BELL, CHANGES = "bell", "changes"
PUSH_FORMATS = (BELL, CHANGES, *(each.key for each in FORMATS))
A_PARCEL, PARCELS_A_ROUND = 100, 50
HELD_FOR = timedelta(minutes=10)
TRIED = ("failures", "error", "tried_at", "acknowledged_at")
log = logging.getLogger(__name__)


class Overtaken(Exception):  # noqa: N818 - it names what happened
    """Another worker has taken the delivery meanwhile: this one was too slow, and stops."""


class WrongPush(Refused):
    """A setting of what is handed on cannot be. The message names it and what to write."""


def check_push() -> None:
    """Look at the settings before anything starts. Raises WrongPush."""
    if settings.PUSH_URL and not is_address(settings.PUSH_URL):
        raise WrongPush("OPENCAIRN_PUSH_URL has to be an address that starts with https://, without a user name in it.")
    if settings.PUSH_FORMAT not in PUSH_FORMATS:
        raise WrongPush(f"OPENCAIRN_PUSH_FORMAT has to be one of {', '.join(PUSH_FORMATS)}.")


def push_due(*, at: datetime, send: Send = send) -> int:
    """Hand on what changed since the last acknowledgement; return how many parcels were acknowledged."""
    if not settings.PUSH_URL:
        return 0
    record_changes(at=at)
    began = time.monotonic()
    delivery, count = _claim(settings.PUSH_URL, at), 0
    if delivery is None:
        return 0
    try:
        while count < PARCELS_A_ROUND and _packed(delivery):
            try:
                _hand_over(delivery, send)
            except CannotFetch as error:
                delivery.failures, delivery.error, delivery.tried_at = delivery.failures + 1, str(error), at
                break
            delivery.failures, delivery.error, delivery.tried_at, delivery.acknowledged_at = 0, "", at, at
            delivery.reached = delivery.upto
            _keep(delivery, due_at=at + timedelta(seconds=time.monotonic() - began) + HELD_FOR)
            count += 1
        _keep(delivery, due_at=feed_rules.next_look(at, every=timedelta(0), failures=delivery.failures))
    except Overtaken:
        log.warning("%s was taken over by another worker", delivery)
    return count


@transaction.atomic
def _claim(target: str, at: datetime) -> Delivery | None:
    """Take the delivery for a while, None where it is not due. Another database begins again from the start."""
    series = first_revision().series
    Delivery.objects.get_or_create(target=target, defaults={"due_at": at})
    delivery = Delivery.objects.select_for_update().get(target=target)
    if delivery.due_at > at:
        return None
    if delivery.series != series:
        delivery.series, delivery.reached, delivery.upto = series, 0, 0
    delivery.due_at = at + HELD_FOR
    delivery.save()
    return delivery


def _keep(delivery: Delivery, *, due_at: datetime) -> None:
    """Write how far it is, and until when it is held, while it is still ours. Raises Overtaken.

    Whoever takes the delivery moves its ``due_at`` on: a worker that finds another one there was too slow.
    """
    facts = {name: getattr(delivery, name) for name in ("reached", "upto", *TRIED)}
    ours = Delivery.objects.filter(pk=delivery.pk, due_at=delivery.due_at, series=delivery.series)
    if not ours.filter(reached__lte=delivery.reached).update(due_at=due_at, **facts):
        raise Overtaken
    delivery.due_at = due_at


def _packed(delivery: Delivery) -> bool:
    """Decide which changes are in the next parcel, once; False where nothing is left to hand on."""
    if delivery.upto <= delivery.reached:
        numbers = Change.objects.filter(number__gt=delivery.reached).order_by("number")
        following = list(numbers.values_list("number", flat=True)[:A_PARCEL])
        if not following:
            return False
        delivery.upto = _in_the_dump(delivery) if settings.PUSH_FORMAT == BELL else following[-1]
        if delivery.upto <= delivery.reached:
            return False
        _keep(delivery, due_at=delivery.due_at)
    return True


def _in_the_dump(delivery: Delivery) -> int:
    """The last change that the newest dump has: the bell is rung when there is something to fetch."""
    newest = dumps.manifest()
    place = feed_rules.read_cursor(str(newest["cursor"])) if newest else None
    return place[1] if place and place[0] == delivery.series else 0


def _hand_over(delivery: Delivery, send: Send) -> None:
    """Send one parcel. Its key depends on its place and format alone, so that the other side knows it again."""
    kind, body = _body(delivery)
    place = f"{settings.BASE_URL} {delivery.series} {delivery.reached} {delivery.upto} {settings.PUSH_FORMAT}"
    headers = {"Content-Type": kind, "Idempotency-Key": sha256(place.encode()).hexdigest()[:40]}
    if settings.PUSH_TOKEN:
        headers["Authorization"] = f"Bearer {settings.PUSH_TOKEN}"
    send(delivery.target, body, headers=headers)


def _body(delivery: Delivery) -> tuple[str, bytes]:
    """The media type and the bytes: a bell that names where to look, or one change a line."""
    if settings.PUSH_FORMAT == BELL:
        cursor = feed_rules.cursor(delivery.series, delivery.upto)
        said = {
            "site": settings.BASE_URL,
            "cursor": cursor,
            "changes": api_address("changes"),
            "dump": api_address("dump/latest"),
        }
        return "application/json", json.dumps(said).encode()
    found = records.changes(after=delivery.reached, most=A_PARCEL, upto=delivery.upto)
    lines = [_line(row, record, delivery.series) for row, record in found]
    return "application/x-ndjson", b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def _line(row: Change, record: dict[str, Any] | None, series: str) -> dict[str, Any]:
    """One change, with the programme as this site says it, or as a document of the format that was asked for.

    What the format cannot state has no document; ``left_out`` says why.
    """
    line = records.change_record(row, record, series)
    form = next((each for each in FORMATS if each.key == settings.PUSH_FORMAT), None)
    if form is None or record is None:
        return line
    (what,) = described([queries.public_version(row.slug, record["version"])], quality={})
    lacks = form.lacks(what)
    document = None if lacks else b"".join(form.write([what])).decode()
    told = {"media_type": form.media_type, "document": document, "left_out": lacks or None}
    return {**line, "programme": None, **told}
