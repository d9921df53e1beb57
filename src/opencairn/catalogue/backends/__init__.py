"""Where searching is done: one protocol, and the engine in use. Another engine is another file here.

A backend keeps an index of the public programmes that can be thrown away and rebuilt at any time.
"""

from .protocol import SORTS, Criteria, Found, SearchBackend
from .sql import SqlBackend

BACKEND: SearchBackend = SqlBackend()

__all__ = ["BACKEND", "SORTS", "Criteria", "Found", "SearchBackend"]
