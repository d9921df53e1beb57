"""What registers kept elsewhere say about issuers: read from the last good copies, never over the network."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from opencairn.quality.models import ForeignIssuer, ForeignRegister
from opencairn.quality.rules import told_on

_FOLLOWED = "SELECT * FROM quality_foreignregister WHERE dropped_at IS NULL ORDER BY name, id"  # asked by every check


@dataclass(frozen=True)
class Said:
    """What one register says about one issuer on the day asked.

    ``state`` is accredited, suspended, not-yet, withdrawn, expired or refused; "listed" where the register knows who
    the issuer is and says nothing about its quality, "compromised" where its key may be in other hands. ``programme``
    is the address of the course that an accreditation is about, "" where it is about none; ``object`` is then
    provider, or scheme. ``scope`` is what it is narrowed to. ``since`` and ``until`` count.
    """

    register: str
    issuer: str
    name: str
    state: str
    number: str = ""
    body: str = ""
    programme: str = ""
    object: str = "provider"
    since: date | None = None
    until: date | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A register that was asked. ``state`` is current, stale, or never where no copy of it could be read so far.

    ``copied_on`` is the day of the copy; ``problem`` says why the last try brought no newer one: offline, truncated,
    forged, another-key, unsigned, older, ahead, no-register, or "". ``signed`` is whether a key stands behind the copy.
    """

    register: str
    address: str
    state: str
    copied_on: date | None
    problem: str
    signed: bool

    @property
    def reached(self) -> bool:
        """Whether it answered the last time it was asked."""
        return self.state != "never" and not self.problem


@dataclass(frozen=True)
class External:
    """What all registers elsewhere say together. A register that could not be reached is told, never passed over."""

    said: tuple[Said, ...]
    asked: tuple[Asked, ...]

    @property
    def not_reached(self) -> tuple[Asked, ...]:
        """The registers that could not be reached, so that silence is not taken for an answer."""
        return tuple(each for each in self.asked if not each.reached)


def followed_registers() -> QuerySet[ForeignRegister]:
    """Return the registers that the operator follows, by name."""
    return ForeignRegister.objects.followed()


def asked_of(register: ForeignRegister, *, at: datetime) -> Asked:
    """Return how a register stands that is asked at an instant."""
    made = register.made_at or register.read_at
    state = "never" if register.read_at is None else "current"
    if state == "current" and register.fresh_until is not None and register.fresh_until < at:
        state = "stale"
    return Asked(
        register.name,
        register.address,
        state,
        made.astimezone(UTC).date() if made else None,
        register.problem,
        register.signed,
    )


def external_standing(issuer_ids: Collection[str], day: date, *, at: datetime) -> External:
    """Return what the registers followed here say about issuers, by the dids they sign with, on a day."""
    registers = {each.pk: each for each in ForeignRegister.objects.raw(_FOLLOWED)}
    if not registers:
        return External((), ())
    rows = ForeignIssuer.objects.filter(register__in=registers, did__in=list(issuer_ids)).order_by("register_id", "did")
    said = []
    for row in rows:
        register = registers[row.register_id].name
        told = [
            Said(
                register=register,
                issuer=row.did,
                name=row.name,
                state=each.state,
                number=each.number,
                body=each.body,
                programme=each.programme,
                object=each.object,
                since=each.since,
                until=each.until,
                scope=each.scope,
            )
            for each in told_on(day, row.accreditations)
        ]
        said += told or [Said(register, row.did, row.name, "listed")]
    return External(tuple(said), tuple(asked_of(each, at=at) for each in registers.values()))
