"""The formats this engine follows, each a module with ``NAME``, ``CODE``, ``recognises``, ``read`` and ``write``."""

from typing import Any

from . import elm, open_badge_3

FORMATS: tuple[Any, ...] = (open_badge_3, elm)
