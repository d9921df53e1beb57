"""The indexes of suggestions: projections of the tables, kept as files in the data folder, and built again at any time.

A file is named after the version, the language, the way of indexing and the moment rows were last added, so an old one
is never taken for a new one; deleting the folder loses nothing.
"""

import contextlib
import logging
import os
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from .models import Skill, Taxonomy
from .suggesting import embedding, languages, lexical
from .suggesting.embedding import Model
from .suggesting.languages import Languages
from .suggesting.lexical import Index, Names
from .suggesting.safetensors import BadModel, Tensor

MOST_LOADED = 12  # indexes kept in memory: one of ESCO in one language takes about 60 MB
_LOCK = threading.Lock()
_LOADED: dict[Path, Any] = {}
Arrays = Mapping[str, npt.NDArray[Any]]


def folder() -> Path:
    """Return the folder of the index files."""
    return Path(settings.VAR) / "skills"


def index_of(taxonomy: Taxonomy, language: str) -> Index:
    """Return the index of one version in one language: from memory, else from its file, else built now."""
    found: Index = _kept(
        taxonomy, language, read=lexical.unpacked, build=lambda: lexical.build(_names(taxonomy, language)),
        pack=lexical.packed,
    )  # fmt: skip
    return found


def languages_of(taxonomy: Taxonomy) -> Languages:
    """Return what tells the languages of one version from each other, from memory, its file or the tables."""
    found: Languages = _kept(
        taxonomy, "languages", read=languages.unpacked, build=lambda: languages.build(_by_language(taxonomy)),
        pack=languages.packed,
    )  # fmt: skip
    return found


@cache
def model_in(folder: str) -> Model:
    """Return the model of an operator's folder, loaded once. Raises BadModel or OSError."""
    return embedding.load(Path(folder))


def model_or_none() -> Model | None:
    """Return the operator's model, None where there is none, or where it cannot be used, which the log then says."""
    if not settings.SKILL_MODEL:
        return None
    try:
        return model_in(settings.SKILL_MODEL)
    except (OSError, BadModel):
        logging.getLogger(__name__).exception("The model in %s cannot be used.", settings.SKILL_MODEL)
        return None


def vectors_of(taxonomy: Taxonomy, language: str, model: Model) -> Tensor:
    """Return one row for each skill of ``index_of``, in its order: what the model makes of its label. Slow to build."""
    labels = index_of(taxonomy, language).labels
    found: Tensor = _kept(
        taxonomy, f"{language}-{model.fingerprint}", read=lambda arrays: arrays["vectors"],
        build=lambda: model.embed(labels), pack=lambda vectors: {"vectors": vectors},
    )  # fmt: skip
    return found


def _kept(
    taxonomy: Taxonomy, what: str, *, read: Callable[[Arrays], Any], build: Callable[[], Any],
    pack: Callable[[Any], Arrays],
) -> Any:  # fmt: skip
    moment = f"{taxonomy.added_to_at:%Y%m%dT%H%M%S%f}"
    prefix = f"{taxonomy.key}-{taxonomy.version}-{what}-"
    path = folder() / f"{prefix}{moment}-{lexical.METHOD}.npz"
    with _LOCK:
        if path not in _LOADED:
            found = _read(path, read)
            if found is None:
                found = build()
                _write(path, pack(found), prefix)
            while len(_LOADED) >= MOST_LOADED:
                del _LOADED[next(iter(_LOADED))]
            _LOADED[path] = found
        return _LOADED[path]


def _read(path: Path, unpacked: Callable[[Arrays], Any]) -> Any:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return unpacked(arrays)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, arrays: Arrays, prefix: str) -> None:
    """Write a new file beside the old one and put it in its place, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # its stubs take them for a switch
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    for old in path.parent.glob(f"{prefix}*.npz"):
        if old != path:
            with contextlib.suppress(OSError):
                old.unlink()


def _skills(taxonomy: Taxonomy) -> Iterator[Skill]:
    rows = Skill.objects.filter(taxonomy=taxonomy, is_group=False).exclude(status="obsolete").order_by("uri")
    return rows.only("uri", "labels", "alternatives", "occupations").iterator(chunk_size=2000)


def _names(taxonomy: Taxonomy, language: str) -> Iterator[Names]:
    for skill in _skills(taxonomy):
        if label := skill.labels.get(language):
            yield Names(skill.uri, label, tuple(skill.alternatives.get(language, ())), skill.occupations)


def _by_language(taxonomy: Taxonomy) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {tag: [] for tag in taxonomy.languages}
    for skill in _skills(taxonomy):
        for tag, label in skill.labels.items():
            names[tag] += [label, *skill.alternatives.get(tag, ())]
    return names
