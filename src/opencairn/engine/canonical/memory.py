"""Answers about parts of documents that come again and again, such as the achievement of a cohort."""

from collections.abc import Callable
from typing import Any, TypeVar

import orjson

MOST = 128  # answers kept for one function; a full store is emptied
LARGEST = 16_384  # bytes of the part

Answer = TypeVar("Answer")


def remembered(work_out: Callable[..., Answer]) -> Callable[..., Answer]:
    """Keep what a function answers about JSON values, as long as the same ones come again. Objections are not kept."""
    kept: dict[bytes, Answer] = {}

    def answer(*parts: Any, **more: Any) -> Answer:
        try:
            key = orjson.dumps((parts, more))
        except TypeError:  # not made of JSON values
            return work_out(*parts, **more)
        found = kept.get(key)
        if found is None:
            found = work_out(*parts, **more)
            if len(key) <= LARGEST:
                if len(kept) >= MOST:
                    kept.clear()
                kept[key] = found
        return found

    return answer
