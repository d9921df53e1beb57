"""Status lists: where a credential's bit stands, and the signed list that everyone can fetch."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from opencairn.credentials.models import Credential, IssuerKey, StatusList, Testimony
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.status import bitstring
from opencairn.transparency import actions as log

from .signing_keys import open_key

LENGTH = 131_072  # bits: the smallest list Bitstring Status List v1.0 allows, so that an index hides among many
FULL_AT = 0.8  # of the length: beyond it a random free index takes too long to find
FRESH_FOR = timedelta(days=1)
VALID_FOR = timedelta(days=7)
TTL = 60_000  # milliseconds that a verifier may keep its copy


def _open_list(key: IssuerKey, *, at: datetime) -> StatusList:
    """Return a list of the key with room, locked; a new one where all are full."""
    for found in StatusList.objects.select_for_update().filter(key=key, purpose="revocation").order_by("used"):
        if found.used < found.length * FULL_AT:
            return found
    made = StatusList(key=key, length=LENGTH, bits=bytes(LENGTH // 8), changed_at=at)
    made.url = f"{settings.BASE_URL}{reverse('credentials:status_list', args=[made.id])}"
    made.save(force_insert=True)
    return made


@transaction.atomic
def places_for(key: IssuerKey, many: int, *, at: datetime) -> list[tuple[StatusList, int]]:
    """Return so many places that no credential ever had: each a list of the key and an index in it.

    The index is random, so that it tells nothing about when or for whom (UA4). Erased credentials keep theirs.
    """
    given: list[tuple[StatusList, int]] = []
    while len(given) < many:
        found = _open_list(key, at=at)
        room = ceil(found.length * FULL_AT) - found.used
        fresh = _free_places(found, min(many - len(given), room))
        found.used += len(fresh)
        found.save(update_fields=["used"])
        given += [(found, index) for index in fresh]
    return given


def _free_places(within: StatusList, many: int) -> list[int]:
    """Draw indexes, leaving out those that are taken, until there are enough."""
    free: dict[int, None] = {}
    while len(free) < many:
        drawn = dict.fromkeys(secrets.randbelow(within.length) for _ in range(many - len(free)))
        rows = Credential.objects.filter(status_list=within, status_index__in=list(drawn))
        taken = set(rows.values_list("status_index", flat=True))
        free.update({index: None for index in drawn if index not in taken})
    return list(free)


@transaction.atomic
def set_bit(list_id: UUID, index: int, *, at: datetime) -> None:
    """Set one bit of a list, with the list locked, so that two revocations never undo each other."""
    locked = StatusList.objects.select_for_update().get(pk=list_id)
    bits = bytearray(bytes(locked.bits))
    bits[index // 8] |= 0x80 >> index % 8
    locked.bits = bytes(bits)
    locked.save(update_fields=["bits"])
    say_anew(list_id, at=at)


@transaction.atomic
def say_anew(list_id: UUID, *, at: datetime) -> None:
    """Have a list signed again before it is shown next: something that it says has changed."""
    news = {"changed_at": at, "signed": "", "signed_at": None, "version": F("version") + 1}
    StatusList.objects.filter(pk=list_id).update(**news)


def is_fresh(status_list: StatusList, *, at: datetime) -> bool:
    """Whether the signed text still says what the bits say, and was signed less than a day ago."""
    signed_at = status_list.signed_at
    return bool(status_list.signed and signed_at and signed_at <= at < signed_at + FRESH_FOR)


@transaction.atomic
def publish_status_list(status_list: StatusList, *, at: datetime) -> str:
    """Return the signed list as text, signed again where a bit changed or the signature is a day old.

    The list is valid for seven days, so that a verifier can tell an old copy from a current one (UV2).
    """
    if is_fresh(status_list, at=at):
        return status_list.signed
    locked = _locked([status_list])[0]
    if is_fresh(locked, at=at):
        return locked.signed
    log.append_all([_sign(locked, at=at)], at=at)
    return locked.signed


@transaction.atomic
def publish_status_lists(*, at: datetime) -> int:
    """Sign every status list whose signature is missing or a day old, and return how many were signed.

    All are signed before the first is put into the log: who holds the log waits for no list.
    """
    stale = StatusList.objects.filter(Q(signed_at=None) | Q(signed_at__lte=at - FRESH_FOR)).order_by("pk")
    news = [_sign(locked, at=at) for locked in _locked(stale) if not is_fresh(locked, at=at)]
    if news:
        log.append_all(news, at=at)
    return len(news)


def _locked(lists: Iterable[StatusList]) -> list[StatusList]:
    pks = [each.pk for each in lists]
    found = StatusList.objects.select_for_update(of=("self",)).select_related("key").filter(pk__in=pks)
    return list(found.order_by("pk"))


def _sign(locked: StatusList, *, at: datetime) -> log.News:
    """Sign a list as it stands, and return what the log says of it: which text was shown to everyone."""
    newer = Credential.objects.filter(replaces__status_list=locked).order_by("replaces__status_index")
    rows = list(newer.values_list("replaces__status_index", "pk", "replaced_as"))
    said_anew = Testimony.objects.filter(replaces__revoked_list=locked).order_by("replaces__place")
    rows += [(place, pk, "correction") for place, pk in said_anew.values_list("replaces__place", "pk")]
    unsigned = bitstring.credential(
        locked.url,
        locked.key.did,
        bytes(locked.bits),
        purpose=locked.purpose,
        at=at,
        valid_until=at + VALID_FOR,
        replaced=[(place, f"urn:uuid:{pk}", kind) for place, pk, kind in rows],
    )
    unsigned["credentialSubject"]["ttl"] = TTL
    signed = eddsa_rdfc_2022.sign(unsigned, open_key(locked.key), created=at)
    locked.signed, locked.signed_at = json.dumps(signed, ensure_ascii=False, indent=1), at
    locked.save(update_fields=["signed", "signed_at"])
    shown = {"list": locked.url, "version": locked.version, "sha256": sha256(locked.signed.encode()).hexdigest()}
    return log.News("status-list", locked.url, shown)
