"""The formats this engine can write and read, each a module with ``TYPES``, ``write`` and ``read``."""

from . import open_badge_3

FORMATS = (open_badge_3,)
