"""Reading the addresses that one stranger's document names: each once, within a budget of visits and of seconds."""

from time import monotonic
from typing import Protocol

from opencairn.kit.fetch import CannotFetch

from .did import Fetch

MOST_VISITS = 5  # addresses that one document may make us read
MOST_SECONDS = 3.0  # that all of them may take together: who waits for a slow address holds a thread of the site


def once(fetch: Fetch) -> Fetch:
    """Return a reader that asks for every address once, whether it answers or not."""
    known: dict[str, bytes | CannotFetch] = {}

    def read(url: str) -> bytes:
        if url not in known:
            try:
                known[url] = fetch(url)
            except CannotFetch as fault:
                known[url] = fault
        found = known[url]
        if isinstance(found, CannotFetch):
            raise CannotFetch(str(found))
        return found

    return read


class Ask(Protocol):
    """Reads one address within so many seconds, or raises CannotFetch; ``fetch`` is one."""

    def __call__(self, url: str, *, within: float) -> bytes: ...


class Reader:
    """Reads the addresses that one document names, and stops when it names too many, or they take too long.

    ``read`` returns what stands at an address, which is asked once, or raises CannotFetch.
    """

    def __init__(self, ask: Ask, *, most: int = MOST_VISITS, seconds: float = MOST_SECONDS) -> None:
        self.ask = ask
        self.visits_left = most
        self.seconds_left = seconds
        self.read = once(self._visit)

    def _visit(self, url: str) -> bytes:
        if self.visits_left <= 0:
            raise CannotFetch("The document names more addresses than are looked up.")
        if self.seconds_left <= 0:
            raise CannotFetch("The addresses that the document names took too long to answer.")
        self.visits_left -= 1
        begun = monotonic()
        try:
            return self.ask(url, within=self.seconds_left)
        finally:
            self.seconds_left -= monotonic() - begun
