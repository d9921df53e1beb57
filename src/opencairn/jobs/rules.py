"""When failed work is tried again, and when it is given up."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

Handler = Callable[[Mapping[str, Any], datetime], None]

MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)
SWEEP = "sweep:"


class Sweep(NamedTuple):
    """Work that comes round: ``function(at=...)`` looks for due rows and returns how many it dealt with.

    It is finished in one transaction with what it wrote. Work that waits for the network or writes for minutes stands
    ``apart``: it makes transactions of its own, one for each step, is idempotent, and holds nothing locked meanwhile.
    """

    name: str
    function: Callable[..., int]
    every: timedelta
    apart: bool = False

    @property
    def kind(self) -> str:
        """The kind of its one row in the jobs table."""
        return SWEEP + self.name


def delay_after(attempt: int) -> timedelta:
    """How long to wait after this many attempts: 10 seconds, then four times as long each time, an hour at most."""
    tries = (max(1, attempt) - 1) % MOST_ATTEMPTS
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << 2 * min(tries, 8)))


def gives_up(attempt: int) -> bool:
    """Whether this was the last attempt: the eighth, and again the eighth after each time a person asks for more.

    The number itself never goes back, because it is also the fence against a worker that wakes too late.
    """
    return attempt > 0 and attempt % MOST_ATTEMPTS == 0
