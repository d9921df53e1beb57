"""Guesses the language of a short text by whose words it holds, among the languages a taxonomy is here in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .text import BUCKETS, folded, words_of

MOST_LANGUAGES = 64


@dataclass(frozen=True)
class Languages:
    """For each hashed word a bit for every language that uses it in a name; ``tags`` are the languages, bit by bit."""

    tags: tuple[str, ...]
    users: npt.NDArray[np.uint64]

    def guess(self, text: str) -> str:
        """Return the language that knows most of the words; the first of them where several do."""
        _owners, buckets = words_of([folded(text)])
        held = self.users[buckets]
        known = [int(((held >> np.uint64(bit)) & np.uint64(1)).sum()) for bit in range(len(self.tags))]
        return self.tags[int(np.argmax(known))] if self.tags else ""


def build(names: Mapping[str, Iterable[str]]) -> Languages:
    """Learn the words of each language from the names of skills in it; the first language wins a tie."""
    tags = tuple(names)[:MOST_LANGUAGES]
    users = np.zeros(BUCKETS, dtype=np.uint64)
    for bit, tag in enumerate(tags):
        _owners, buckets = words_of([folded(name) for name in names[tag]])
        users[np.unique(buckets)] |= np.uint64(1 << bit)
    return Languages(tags, users)


def packed(languages: Languages) -> dict[str, npt.NDArray[Any]]:
    """Return it as named arrays, for ``numpy.savez``."""
    return {"tags": np.frombuffer("\n".join(languages.tags).encode(), dtype=np.uint8), "users": languages.users}


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> Languages:
    """Return what ``packed`` made. Raises KeyError where the arrays are something else."""
    return Languages(tuple(arrays["tags"].tobytes().decode().split("\n")), arrays["users"])
