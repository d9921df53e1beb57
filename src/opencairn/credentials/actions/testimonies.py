"""Accreditations and endorsements as signed documents: made by the body's own key, and kept true by their status bits.

Their lists hold testimonies alone. They count as full from the start (``used``), so that no learner's credential is put
beside them; what they are about is public, so their places follow each other.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse

from opencairn.credentials.models import IssuerKey, StatusList, Testimony
from opencairn.credentials.testimony import Ready, of_decision, of_endorsement
from opencairn.engine.formats import open_badge_3_endorsement
from opencairn.engine.model import Status
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.kit.errors import Refused
from opencairn.people.models import Organisation
from opencairn.quality.models import Amendment, Decision, Endorsement, Sanction
from opencairn.quality.queries import amendments_in_force, sanctions_of, standing_of
from opencairn.transparency import actions as log
from opencairn.transparency.rules import credential_hash

from .signing_keys import can_sign, ensure_key, open_key
from .status_lists import LENGTH, set_bit

A_ROUND = 500  # testimonies signed in one round of the sweep


@transaction.atomic
def testify_decision(decision: Decision, *, at: datetime) -> Testimony:
    """Sign an accreditation by the quality body's key, once: asking again returns the one there is.

    Once a change of its scope counts, or its key may be in other hands, a new one is signed, which names the one
    before; that is revoked. Raises NotVerified where the body's identity was never checked, or it closed.
    """
    amendment = amendments_in_force(at.date(), [decision]).get(decision.pk)
    if there := _in_force(decision, None, amendment):
        return there
    key = ensure_key(decision.quality_body, at=at)
    return _sign(key, of_decision(decision, amendment), at=at, decision=decision, amendment=amendment)


def _in_force(
    decision: Decision | None, endorsement: Endorsement | None, amendment: Amendment | None
) -> Testimony | None:
    """Return the testimony that says how things stand, with the scope as it was changed last, by a key without doubt.

    Who can sign no more keeps what there is: the log tells what a key in doubt still vouches for.
    """
    all_of_it = Testimony.objects.filter(decision=decision, endorsement=endorsement, superseded_at=None)
    found = all_of_it.filter(amendment=amendment).select_related("key__organisation").first()
    in_doubt = found is not None and found.key.compromised_from is not None and can_sign(found.key.organisation)
    return None if in_doubt else found


@transaction.atomic
def testify_endorsement(endorsement: Endorsement, *, at: datetime) -> Testimony:
    """Sign an endorsement by the endorser's key, once; anew once that may be in other hands. Raises NotVerified."""
    if there := _in_force(None, endorsement, None):
        return there
    key = ensure_key(endorsement.endorser, at=at)
    return _sign(key, of_endorsement(endorsement), at=at, endorsement=endorsement)


def _sign(
    key: IssuerKey,
    ready: Ready,
    *,
    at: datetime,
    decision: Decision | None = None,
    amendment: Amendment | None = None,
    endorsement: Endorsement | None = None,
) -> Testimony:
    Organisation.objects.select_for_update().get(pk=key.organisation_id)  # one place for each, one testimony of each
    if there := _in_force(decision, endorsement, amendment):
        return there
    all_of_it = Testimony.objects.filter(decision=decision, endorsement=endorsement)
    earlier = all_of_it.exclude(pk__in=all_of_it.filter(replaces__isnull=False).values("replaces")).first()
    if earlier is not None:
        ready = replace(ready, replaces=f"urn:uuid:{earlier.pk}")
        _supersede(earlier, at)
    lists, place = _place(key, suspends=decision is not None, at=at)
    vouching = ready.by(
        key,
        statuses=[Status(list_url=each.url, index=place, purpose=each.purpose) for each in lists],
        at=at,
    )
    unsigned = open_badge_3_endorsement.write(vouching)
    document = eddsa_rdfc_2022.sign(unsigned, open_key(key), created=at)
    made = Testimony.objects.create(
        id=uuid.UUID(ready.id),
        decision=decision,
        amendment=amendment,
        replaces=earlier,
        endorsement=endorsement,
        key=key,
        document=json.dumps(document, ensure_ascii=False, indent=1),
        revoked_list=lists[0],
        suspended_list=lists[1] if len(lists) > 1 else None,
        place=place,
        issued_at=at,
        logged_at=at,
    )
    held = sanctions_of([decision]).get(decision.pk, []) if decision else []
    for list_id in _lists_that_say_so(made, held, at):
        set_bit(list_id, place, at=at)
    log.append_all([_news(made)], at=at)
    return made


def _news(testimony: Testimony) -> log.News:
    """Return what the log says of a testimony: what it says of a learner's credential, so that one look-up finds both.

    It carries no e-mail address, so its own random identifier is the salt.
    """
    mark = credential_hash(open_credential(testimony.document))
    return log.News("credential", mark, {"sha256": mark})


def _supersede(testimony: Testimony, at: datetime) -> None:
    """Revoke what says a scope that no longer counts, or was signed with a key that may be in other hands."""
    if testimony.superseded_at is None:
        testimony.superseded_at = at
        testimony.save(update_fields=["superseded_at"])
    set_bit(testimony.revoked_list_id, testimony.place, at=at)


def _place(key: IssuerKey, *, suspends: bool, at: datetime) -> tuple[list[StatusList], int]:
    """Return the lists and the next free place: one list for what ends, and for accreditations one for what pauses."""
    mine = Testimony.objects.filter(key=key, suspended_list__isnull=not suspends)
    last = mine.values("revoked_list", "suspended_list").annotate(place=Max("place")).order_by("-place")
    for row in last:
        if row["place"] + 1 < LENGTH:
            pks = [pk for pk in (row["revoked_list"], row["suspended_list"]) if pk]
            rows = StatusList.objects.in_bulk(pks)
            return [rows[pk] for pk in pks], row["place"] + 1
    purposes = ("revocation", "suspension") if suspends else ("revocation",)
    return [_new_list(key, purpose, at) for purpose in purposes], 0


def _new_list(key: IssuerKey, purpose: str, at: datetime) -> StatusList:
    made = StatusList(key=key, purpose=purpose, length=LENGTH, used=LENGTH, bits=bytes(LENGTH // 8), changed_at=at)
    made.url = f"{settings.BASE_URL}{reverse('credentials:status_list', args=[made.id])}"
    made.save(force_insert=True)
    return made


def keep_testimonies(*, at: datetime) -> int:
    """Sign what was decided or endorsed since, set the bits to how things stand today, and return how many changed."""
    return _say_anew(at) + _leave_doubtful_keys(at) + _sign_new(at) + _put_into_the_log(at) + _set_bits(at)


def _say_anew(at: datetime) -> int:
    """Sign anew what says another scope than counts today; where its body can no longer sign, only revoke it."""
    changed, done = amendments_in_force(at.date()), 0
    rows = Testimony.objects.filter(superseded_at=None, decision__in=list(changed)).select_related("decision")
    for each in rows.exclude(amendment__in=[one.pk for one in changed.values()])[:A_ROUND]:
        assert each.decision
        if not _tried(testify_decision, each.decision, at):
            with transaction.atomic():
                _supersede(each, at)
        done += 1
    return done


def _leave_doubtful_keys(at: datetime) -> int:
    """Sign anew what was signed with a key that may be in other hands, where its body can still sign."""
    holders = Organisation.objects.filter(verified_at__isnull=False, closed_at=None)
    rows = Testimony.objects.filter(superseded_at=None, key__compromised_from__isnull=False)
    done = 0
    for each in rows.filter(key__organisation__in=holders).select_related("decision", "endorsement")[:A_ROUND]:
        if each.decision:
            done += _tried(testify_decision, each.decision, at)
        else:
            done += _tried(testify_endorsement, each.endorsement, at)
    return done


def _sign_new(at: datetime) -> int:
    said = Testimony.objects.filter(decision=OuterRef("pk"), superseded_at=None)
    endorsed = Testimony.objects.filter(endorsement=OuterRef("pk"), superseded_at=None)
    decisions = Decision.objects.filter(~Exists(said), verdict="accredited", quality_body__verified_at__isnull=False)
    endorsements = Endorsement.objects.in_force().filter(~Exists(endorsed), endorser__verified_at__isnull=False)
    done = 0
    for decision in decisions.filter(quality_body__closed_at=None).order_by("pk")[:A_ROUND]:
        done += _tried(testify_decision, decision, at)
    for endorsement in endorsements.order_by("answered_at")[:A_ROUND]:
        done += _tried(testify_endorsement, endorsement, at)
    return done


@transaction.atomic
def _put_into_the_log(at: datetime) -> int:
    """Let the log take in what was signed before it took testimonies. From then on it shows when that was there.

    What a key in doubt had signed stays out: taken in only now, it would look as if a thief had signed it.
    """
    found = Testimony.objects.select_for_update(of=("self",)).filter(logged_at=None, key__compromised_from=None)
    rows = list(found.order_by("issued_at", "pk")[:A_ROUND])
    Testimony.objects.filter(pk__in=[each.pk for each in rows]).update(logged_at=at)
    if rows:
        log.append_all([_news(each) for each in rows], at=at)
    return len(rows)


def _tried(act: Callable[..., Testimony], row: Decision | Endorsement | None, at: datetime) -> int:
    try:
        act(row, at=at)
    except Refused:
        return 0
    return 1


def _set_bits(at: datetime) -> int:
    """Bring the lists of testimonies up to the day: what suspends or ends by its date alone needs nobody to say so."""
    rows = list(Testimony.objects.select_related("decision", "endorsement"))
    sanctions = sanctions_of([each.decision for each in rows if each.decision])
    wanted: dict[uuid.UUID, set[int]] = defaultdict(set)
    for each in rows:
        for list_id in filter(None, (each.revoked_list_id, each.suspended_list_id)):
            wanted[list_id] |= set()
        for list_id in _lists_that_say_so(each, sanctions.get(each.decision_id or 0, []), at):
            wanted[list_id].add(each.place)
    return sum(_set(pk, places, at) for pk, places in wanted.items())


def _lists_that_say_so(testimony: Testimony, sanctions: Iterable[Sanction], at: datetime) -> list[uuid.UUID]:
    """Return the lists in which the bit of a testimony has to be set, as things stand on the day."""
    if testimony.superseded_at is not None:
        return [testimony.revoked_list_id]
    if testimony.endorsement:
        state = "withdrawn" if testimony.endorsement.revoked_at else ""
    else:
        assert testimony.decision
        state = standing_of(testimony.decision, sanctions, at.date()).state
    lists = {"withdrawn": testimony.revoked_list_id, "suspended": testimony.suspended_list_id}
    return [pk for name, pk in lists.items() if name == state and pk]


@transaction.atomic
def _set(pk: uuid.UUID, places: Iterable[int], at: datetime) -> int:
    locked = StatusList.objects.select_for_update().get(pk=pk)
    bits = bytearray(locked.length // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    if bytes(bits) == bytes(locked.bits):
        return 0
    locked.bits, locked.changed_at, locked.signed, locked.signed_at = bytes(bits), at, "", None
    locked.version += 1
    locked.save(update_fields=["bits", "changed_at", "version", "signed", "signed_at"])
    return 1
