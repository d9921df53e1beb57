"""Following registers kept elsewhere: added by the operator, read again and again, and never trusted without a look.

A copy that cannot be read, was changed, was cut or is older than the one at hand leaves the last good copy where it is.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from opencairn.engine.keys import from_multikey
from opencairn.kit.errors import Refused
from opencairn.kit.fetch import CannotFetch, fetch
from opencairn.people.models import Person
from opencairn.quality import rules
from opencairn.quality.models import ForeignIssuer, ForeignRegister
from opencairn.quality.rules.copies import LARGEST
from opencairn.quality.wording import problem_said

Read = Callable[[str], bytes]
READ_EVERY = timedelta(hours=6)
SECONDS = 20.0  # for the copy of one register
A_BATCH = 1000
log = logging.getLogger(__name__)


class CannotFollow(Refused):
    """A register needs a name, and an address that starts with https:// or a file."""

    status = 422


class CopyNotTaken(Refused):
    """The copy that was brought is not one; the last good one stays."""

    status = 422


def over_the_network(address: str) -> bytes:
    """Read the copy of a register through the guarded door. Raises CannotFetch."""
    return fetch(address, largest=LARGEST, within=SECONDS)


@transaction.atomic
def follow_register(*, name: str, address: str = "", key: str = "", by: Person | None, at: datetime) -> ForeignRegister:
    """Begin to follow a register. It is read with the next round, or at once by ``read_register``."""
    name, address, key = name.strip(), address.strip(), key.strip()
    if not name:
        raise CannotFollow(_("Give the register a name, as your visitors will read it."))
    if address and not address.startswith("https://"):
        raise CannotFollow(_("Only addresses that start with https:// are read."))
    if key and not _is_key(key):
        raise CannotFollow(_("The key has to be a did:key, such as the register itself publishes it."))
    if address and ForeignRegister.objects.followed().filter(address=address).exists():
        raise CannotFollow(_("A register of this address is followed already."))
    return ForeignRegister.objects.create(name=name[:200], address=address[:400], key=key, added_by=by, added_at=at)


def _is_key(did: str) -> bool:
    try:
        from_multikey(did.removeprefix("did:key:"))
    except ValueError:
        return False
    return did.startswith("did:key:")


@transaction.atomic
def follow_file(
    data: bytes, *, name: str, address: str = "", key: str = "", by: Person | None, at: datetime
) -> ForeignRegister:
    """Follow a register from its file, or not at all where the file does not hold. Raises CopyNotTaken."""
    return take_copy(follow_register(name=name, address=address, key=key, by=by, at=at), data, at=at)


def is_trust_list(data: bytes) -> bool:
    """Whether a file lists registers, rather than being the copy of one."""
    try:
        return bool(rules.trust_list(data))
    except rules.WrongCopy:
        return False


@transaction.atomic
def drop_register(register: ForeignRegister, *, at: datetime) -> ForeignRegister:
    """Stop following a register and forget its copy; that it was followed stays on record."""
    locked = ForeignRegister.objects.select_for_update().get(pk=register.pk)
    locked.dropped_at = locked.dropped_at or at
    locked.save(update_fields=["dropped_at"])
    ForeignIssuer.objects.filter(register=locked).delete()
    return locked


def read_register(register: ForeignRegister, *, at: datetime, read: Read = over_the_network) -> ForeignRegister:
    """Read a register's address and take the copy where it holds. What went wrong is written down, not raised."""
    try:
        data = read(register.address)
    except CannotFetch as fault:
        return _did_not_work(register, "offline", str(fault), at=at)
    try:
        return take_copy(register, data, at=at)
    except CopyNotTaken:
        return ForeignRegister.objects.get(pk=register.pk)


def take_copy(register: ForeignRegister, data: bytes, *, at: datetime) -> ForeignRegister:
    """Put a new copy in the place of the last one. Raises CopyNotTaken, and writes down why, where it does not hold.

    Where no key was agreed, the first that signed a copy has to sign each later one.
    """
    register = ForeignRegister.objects.get(pk=register.pk)
    try:
        copy = rules.newer(rules.read_copy(data, key=register.key), than=register.made_at, at=at)
    except rules.WrongCopy as fault:
        _did_not_work(register, fault.code, str(fault), at=at)
        raise CopyNotTaken(_("This copy was not taken; the last good one stays."), details=_why(fault)) from fault
    return _take(register, copy, at)


def _why(fault: rules.WrongCopy) -> tuple[str, ...]:
    line = _("Accreditation %(place)d of its list cannot be read.") % {"place": fault.place}
    return (problem_said(fault.code), line) if fault.place else (problem_said(fault.code),)


@transaction.atomic
def _take(register: ForeignRegister, copy: rules.Copy, at: datetime) -> ForeignRegister:
    locked = ForeignRegister.objects.select_for_update().get(pk=register.pk)
    ForeignIssuer.objects.filter(register=locked).delete()
    rows = (
        ForeignIssuer(
            register=locked,
            did=each.did,
            name=each.name,
            country=each.country,
            accreditations=list(each.accreditations),
        )
        for each in copy.issuers
    )
    ForeignIssuer.objects.bulk_create(rows, batch_size=A_BATCH)
    locked.form, locked.signed, locked.key = copy.form, bool(copy.key), locked.key or copy.key
    locked.asked_at = locked.read_at = at
    locked.made_at, locked.fresh_until = copy.made_at, copy.fresh_until
    locked.problem = locked.problem_told = ""
    locked.save()
    return locked


@transaction.atomic
def _did_not_work(register: ForeignRegister, problem: str, told: str, *, at: datetime) -> ForeignRegister:
    locked = ForeignRegister.objects.select_for_update().get(pk=register.pk)
    locked.asked_at, locked.problem, locked.problem_told = at, problem, told[:300]
    locked.save(update_fields=["asked_at", "problem", "problem_told"])
    return locked


def read_registers(*, at: datetime, read: Read = over_the_network) -> int:
    """Read every register that was not asked for six hours, and return how many were asked."""
    due = ForeignRegister.objects.followed().filter(Q(asked_at=None) | Q(asked_at__lte=at - READ_EVERY))
    found = list(due.exclude(address=""))
    for each in found:
        read_register(each, at=at, read=read)
    return len(found)


def follow_list(data: bytes, *, by: Person | None, at: datetime) -> tuple[list[ForeignRegister], int]:
    """Follow every register that a trust list names, and return them with how many lines could not be followed.

    Read are our own form, ``{"registers": [{"name", "address", "key"}]}``, and the list of known registries of the
    Digital Credentials Consortium, ``[{"name", "type", "url"}]``. A register that is followed already is passed over;
    so is one without an address, which nobody could ever read.
    """
    lines = rules.trust_list(data)
    added, left = [], 0
    for each in lines:
        if not each["address"]:
            left += 1
            continue
        try:
            made = follow_register(name=each["name"], address=each["address"], key=each["key"], by=by, at=at)
        except CannotFollow:
            left += 1
        else:
            added.append(made)
    return added, left
