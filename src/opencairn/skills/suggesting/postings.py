"""An inverted index over numbered features: which entries hold a feature, and how much it weighs there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .text import BUCKETS, Features

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """For each bucket (``starts[b]`` to ``starts[b + 1]``) the entries that hold it and its weight in each.

    ``rarity`` is the weight of the bucket itself in a question, 0 for one that no entry holds or nearly all do.
    """

    starts: npt.NDArray[np.int32]
    entries: npt.NDArray[np.int32]
    weights: Scores
    rarity: Scores
    size: int

    def scores(self, features: Features) -> Scores:
        """Return the cosine between a question and every entry (TF-IDF, sublinear counts)."""
        buckets, counts = np.unique(features, return_counts=True)
        asked = (1 + np.log(counts)) * self.rarity[buckets]
        norm = float(np.linalg.norm(asked))
        known = asked > 0
        return self._sums(buckets[known], asked[known] / norm if norm else asked[known])

    def _sums(self, buckets: Features, asked: npt.NDArray[np.floating]) -> Scores:
        if not len(buckets):
            return np.zeros(self.size, dtype=np.float32)
        spans = [slice(self.starts[bucket], self.starts[bucket + 1]) for bucket in buckets.tolist()]
        lengths = [span.stop - span.start for span in spans]
        entries = np.concatenate([self.entries[span] for span in spans])
        weights = np.concatenate([self.weights[span] for span in spans])
        return np.bincount(entries, weights * np.repeat(asked, lengths), minlength=self.size).astype(np.float32)


def counted(owners: npt.NDArray[np.int64], features: Features) -> tuple[npt.NDArray[np.int64], Features, Scores]:
    """Return each (entry, feature) once with how often it occurs, ordered by feature, then by entry."""
    size = np.uint64(int(owners.max(initial=0)) + 1)
    keys, counts = np.unique(features * size + owners.astype(np.uint64), return_counts=True)
    return (keys % size).astype(np.int64), keys // size, counts.astype(np.float32)


def cosine(owners: npt.NDArray[np.int64], features: Features, size: int, *, commonest: float) -> Postings:
    """Index entries so that ``scores`` is a cosine. A feature that more than this share of entries hold is left out."""
    entries, buckets, counts = counted(owners, features)
    held = np.bincount(buckets.astype(np.int64), minlength=BUCKETS)
    rarity = np.log((1 + size) / (1 + held)) + 1
    weights = (1 + np.log(counts)) * rarity[buckets]
    norms = np.sqrt(np.bincount(entries, weights**2, minlength=size))
    weights /= norms[entries]
    rarity[(held == 0) | (held > commonest * size)] = 0
    return _packed(entries, buckets, weights, rarity, size)


def _packed(
    entries: npt.NDArray[np.int64], buckets: Features, weights: npt.NDArray[np.floating],
    rarity: npt.NDArray[np.floating], size: int,
) -> Postings:  # fmt: skip
    kept = rarity[buckets] > 0
    per_bucket = np.bincount(buckets[kept].astype(np.int64), minlength=BUCKETS)
    starts = np.concatenate(([0], np.cumsum(per_bucket)))
    return Postings(
        starts.astype(np.int32), entries[kept].astype(np.int32), weights[kept].astype(np.float32),
        rarity.astype(np.float32), size,
    )  # fmt: skip
