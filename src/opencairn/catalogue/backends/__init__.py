"""Where searching is done: one protocol, and the engines. OPENCAIRN_SEARCH says which is in use.

A backend keeps an index of the public programmes that can be thrown away and rebuilt at any time.
"""

from django.conf import settings

from .bitmaps import BitmapBackend
from .protocol import SORTS, Criteria, Found, SearchBackend, Suggestion
from .sql import SqlBackend

BACKEND: SearchBackend = SqlBackend() if settings.SEARCH == "sql" else BitmapBackend(settings.INDEX_ROOT)

__all__ = ["BACKEND", "SORTS", "BitmapBackend", "Criteria", "Found", "SearchBackend", "SqlBackend", "Suggestion"]
