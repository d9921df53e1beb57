"""The background work of the quality room that has to do with the register; the schedule lists it."""

from datetime import datetime

from . import actions, queries


def read_registers(*, at: datetime) -> int:
    """Read the registers kept elsewhere that are due, and return how many were asked."""
    return actions.read_registers(at=at)


def count_coverage(*, at: datetime) -> int:
    """Count how much is quality-assured, and return of how many courses."""
    return queries.count_coverage(at=at).total
