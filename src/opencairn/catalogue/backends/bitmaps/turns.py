"""Taking turns: threads that calculate go one after the other instead of getting in each other's way."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """Lets one thread in at a time, in the order in which they came; the others sleep. Not to be entered twice.

    A plain lock may be taken again and again by the thread that just let go of it. Without any, Python's threads swap
    every few milliseconds and at each question to a database, and all of them take longer than one after the other.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        """Wait for the turn."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
