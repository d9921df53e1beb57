"""Suggests the skills of a taxonomy for a text by its wording alone: no weights to download, any language.

Every name of a skill (its label and each alternative) is an entry of its own; a skill is as near to a text as its
nearest name. Nearness is a mix of five parts, each between 0 and 1: character n-grams and words of the nearest name,
the same of the label alone, and how many occupations ask for the skill. The mix was tuned by ``bench/skills.py`` on the
training folds of a benchmark; docs/reference/skills.md says how well it does, and what else was tried.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import text as words
from .postings import Postings, Scores, cosine

METHOD = "lexical-1"
COMMONEST_GRAM = 0.03  # a piece of a word that more than this share of all names hold says nothing, and costs time
COMMONEST_WORD = 0.2
ARRAYS = ("starts", "entries", "weights", "rarity")


@dataclass(frozen=True)
class Names:
    """What the index needs to know of one skill. ``occupations`` is how many occupations ask for it."""

    uri: str
    label: str
    alternatives: tuple[str, ...] = ()
    occupations: int = 0


@dataclass(frozen=True)
class Weights:
    """What each part of the mix counts."""

    grams: float = 1.0
    words: float = 1.0
    label_grams: float = 0.15
    label_words: float = 0.3
    asked_for: float = 0.15


@dataclass(frozen=True)
class Suggestion:
    """A skill that may fit, for a person to confirm. ``score`` is 0 to 1; it orders, it is not a probability.

    ``taxonomy`` is the name of the one it stands in, where several are asked.
    """

    uri: str
    label: str
    score: float
    taxonomy: str = ""


@dataclass(frozen=True)
class Index:
    """All skills of one version of a taxonomy in one language, those with the most names first.

    The entries lie as jagged diagonals: first the label of every skill, then the second name of each that has one, and
    so on. ``rounds`` says how many skills have a first, a second … name, so that the nearest name is found by slices.
    """

    uris: tuple[str, ...]
    labels: tuple[str, ...]
    rounds: npt.NDArray[np.int64]
    grams: Postings
    words: Postings
    asked_for: Scores

    def parts(self, text: str) -> tuple[Scores, ...]:
        """Return the five parts of the mix for every skill, in the order of ``Weights``."""
        folded = words.folded(text)
        grams = self.grams.scores(words.grams_of([folded])[1])
        whole = self.words.scores(words.words_of([folded])[1])
        count = len(self.uris)
        return (self._nearest(grams), self._nearest(whole), grams[:count], whole[:count], self.asked_for)

    def _nearest(self, scores: Scores) -> Scores:
        nearest, at = scores[: len(self.uris)].copy(), len(self.uris)
        for size in self.rounds[1:].tolist():
            np.maximum(nearest[:size], scores[at : at + size], out=nearest[:size])
            at += size
        return nearest

    def mixed(self, text: str, *, weights: Weights = Weights()) -> Scores:
        """Return the score of every skill, 0 to 1; 0 where it shares no word and no part of a word with the text."""
        parts = self.parts(text)
        counts = np.array(weights_in_order(weights), dtype=np.float32)
        mixed: Scores = (counts / counts.sum()) @ np.stack(parts)
        mixed[(parts[0] == 0) & (parts[1] == 0)] = 0
        return mixed

    def suggest(self, text: str, *, top: int = 10) -> list[Suggestion]:
        """Return the nearest skills, best first. None where the text shares no word and no part of a word with any."""
        return self.best(self.mixed(text), top) if self.uris else []

    def best(self, scores: Scores, top: int) -> list[Suggestion]:
        """Return the skills with the highest scores above nought, equal ones in the order of the index."""
        if top < 1:
            return []
        least = np.partition(scores, -min(top, len(scores)))[-min(top, len(scores))]
        chosen = np.flatnonzero(scores >= max(float(least), 1e-9))
        chosen = chosen[np.argsort(-scores[chosen], kind="stable")][:top]
        return [Suggestion(self.uris[at], self.labels[at], round(float(scores[at]), 4)) for at in chosen]


def weights_in_order(weights: Weights) -> tuple[float, ...]:
    """Return the weights in the order of ``Index.parts``."""
    return (weights.grams, weights.words, weights.label_grams, weights.label_words, weights.asked_for)


def build(skills: Iterable[Names]) -> Index:
    """Index skills that have a label in the language of the index."""
    named = sorted(((_distinct((each.label, *each.alternatives)), each) for each in skills), key=_most_names)
    kept = [skill for _names, skill in named]
    flat = [
        name
        for layer in itertools.zip_longest(*(names for names, _skill in named))
        for name in layer
        if name is not None
    ]
    counts = np.array([len(names) for names, _skill in named], dtype=np.int64)
    asked_for = np.log1p(np.array([skill.occupations for skill in kept], dtype=np.float32))
    return Index(
        uris=tuple(skill.uri for skill in kept),
        labels=tuple(skill.label for skill in kept),
        rounds=np.array([(counts > nth).sum() for nth in range(int(counts.max(initial=0)))], dtype=np.int64),
        grams=cosine(*words.grams_of(flat), len(flat), commonest=_share(COMMONEST_GRAM, len(flat))),
        words=cosine(*words.words_of(flat), len(flat), commonest=_share(COMMONEST_WORD, len(flat))),
        asked_for=(asked_for / max(float(asked_for.max(initial=0)), 1.0)).astype(np.float32),
    )


def _most_names(row: tuple[list[str], Names]) -> tuple[int, str]:
    names, skill = row
    return -len(names), skill.uri


def _share(commonest: float, size: int) -> float:
    """The share holds for a whole taxonomy; in a handful of names nothing is too common."""
    return commonest if size >= 1000 else 1.0


def _distinct(names: Iterable[str]) -> list[str]:
    """Fold the names, each once, the label first; a label without any letter still stands for its skill."""
    folded = list(dict.fromkeys(words.folded(name) for name in names))
    return [folded[0], *(name for name in folded[1:] if name)]


def packed(index: Index) -> dict[str, npt.NDArray[Any]]:
    """Return an index as named arrays, for ``numpy.savez``."""
    arrays: dict[str, npt.NDArray[Any]] = {"rounds": index.rounds, "asked_for": index.asked_for}
    for kind, postings in (("grams", index.grams), ("words", index.words)):
        arrays |= {f"{kind}_{name}": getattr(postings, name) for name in ARRAYS}
        arrays[f"{kind}_size"] = np.array(postings.size)
    for kind, texts in (("uris", index.uris), ("labels", index.labels)):
        arrays[kind] = np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)
    return arrays


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> Index:
    """Return the index that ``packed`` made. Raises KeyError or ValueError where the arrays are something else."""
    grams, whole = (_postings(arrays, kind) for kind in ("grams", "words"))
    uris, labels = (tuple(arrays[kind].tobytes().decode().split("\n")) for kind in ("uris", "labels"))
    if len(uris) != len(labels) or len(uris) != int(arrays["rounds"][:1].sum()):
        raise ValueError("the arrays do not belong together")
    return Index(uris, labels, arrays["rounds"], grams, whole, arrays["asked_for"])


def _postings(arrays: Mapping[str, npt.NDArray[Any]], kind: str) -> Postings:
    starts, entries, weights, rarity = (arrays[f"{kind}_{name}"] for name in ARRAYS)
    return Postings(starts, entries, weights, rarity, int(arrays[f"{kind}_size"]))
