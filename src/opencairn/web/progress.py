"""Tells a person at a terminal what takes time, and how long it took. Programs reading the output see plain lines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def telling(words: str, *, quiet: bool = False) -> Iterator[None]:
    """Say what begins; when it is done, say so with the seconds it took. Failures are told by whoever catches them."""
    if not quiet:
        sys.stdout.write(f"{words} … ")
        sys.stdout.flush()
    began = time.monotonic()
    try:
        yield
    except BaseException:
        if not quiet:
            sys.stdout.write("\n")
        raise
    if not quiet:
        sys.stdout.write(f"done ({time.monotonic() - began:.1f} s)\n")
        sys.stdout.flush()
