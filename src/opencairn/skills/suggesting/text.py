"""Turns words into numbers: hashed character n-grams and hashed words, in any language and any script.

No dictionary, no stemmer and no list of stop words: n-grams inside words see through endings, compounds and spelling
mistakes, whole words tell "Java" from "JavaScript", and how rare a feature is decides what it weighs.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Features = npt.NDArray[np.uint64]

BUCKETS = 1 << 20
GRAMS = (3, 4, 5)
LONGEST = 2000  # characters of a text that are read; a learning outcome has some hundred
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPACE = np.uint32(ord(" "))
_WORD = re.compile(r"[^\W_]+[+#]*")


def folded(text: str) -> str:
    """Return a text in one spelling: compatibility forms and capitals folded, words parted by one space."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text[:LONGEST]).casefold()))


def words_of(texts: Iterable[str]) -> tuple[npt.NDArray[np.int64], Features]:
    """Return, for many folded texts, the number of the text and the bucket of every word; a plural's s is taken off."""
    split = [[_singular(word) for word in text.split()] for text in texts]
    owners = np.repeat(np.arange(len(split)), [len(words) for words in split])
    hashed = (zlib.crc32(word.encode()) % BUCKETS for words in split for word in words)
    return owners, np.fromiter(hashed, dtype=np.uint64, count=len(owners))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def grams_of(texts: Iterable[str]) -> tuple[npt.NDArray[np.int64], Features]:
    """Return, for many folded texts at once, the number of the text and the bucket of every n-gram."""
    padded = [f" {text} " for text in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owners = np.repeat(np.arange(len(padded)), [len(text) for text in padded])
    spaces = np.concatenate(([0], np.cumsum(codes == _SPACE)))
    found_owners, found = [], []
    for length in GRAMS:
        starts = np.arange(max(0, len(codes) - length + 1))
        inside = spaces[starts + length - 1] - spaces[starts + 1] == 0  # no space but at the two ends
        starts = starts[inside & (owners[starts] == owners[starts + length - 1])]
        found_owners.append(owners[starts])
        found.append(_hashed(codes, starts, length))
    return np.concatenate(found_owners), np.concatenate(found)


def _hashed(codes: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], length: int) -> Features:
    value = np.full(len(starts), length, dtype=np.uint64)
    for offset in range(length):
        value = (value ^ codes[starts + offset].astype(np.uint64)) * _MULTIPLIER
        value ^= value >> np.uint64(29)
    return value % np.uint64(BUCKETS)
