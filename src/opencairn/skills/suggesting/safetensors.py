"""Reads the safetensors format: eight bytes of length, a JSON header, then plain numbers. No code can hide in it.

Format: https://github.com/huggingface/safetensors, "Format".
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Tensor = npt.NDArray[np.float32]
LARGEST_HEADER = 100_000_000
_KINDS: dict[str, Any] = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}


class BadModel(ValueError):  # noqa: N818 - it names the thing
    """The files of a model are not what they should be. The message says which, and why."""


def read(path: Path) -> dict[str, Tensor]:
    """Return every tensor of floating-point numbers by its name, as 32-bit numbers. Raises BadModel or OSError."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= LARGEST_HEADER:
            raise BadModel(f"{path.name} is not in the safetensors format.")
        try:
            header = json.loads(file.read(length))
        except (ValueError, RecursionError) as error:
            raise BadModel(f"{path.name} has a header that is not JSON.") from error
    if not isinstance(header, dict):
        raise BadModel(f"{path.name} has a header that is not an object.")
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length) if path.stat().st_size > 8 + length else b""
    entries = ((name, entry) for name, entry in header.items() if name != "__metadata__")
    return {name: _tensor(name, entry, data) for name, entry in entries if _is_float(entry)}


def _is_float(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("dtype") in _KINDS


def _tensor(name: str, entry: dict[str, Any], data: Any) -> Tensor:
    shape: Any = entry.get("shape")
    offsets: Any = entry.get("data_offsets")
    kind = _KINDS[entry["dtype"]]
    sound = (
        isinstance(shape, list)
        and isinstance(offsets, list)
        and len(offsets) == 2
        and all(type(number) is int and number >= 0 for number in (*shape, *offsets))
        and offsets[0] <= offsets[1] <= len(data)
        and offsets[1] - offsets[0] == math.prod(shape) * np.dtype(kind).itemsize
    )
    if not sound:
        raise BadModel(f"The tensor {name} does not lie where the header says.")
    numbers = np.frombuffer(bytes(data[offsets[0] : offsets[1]]), dtype=kind)
    if entry["dtype"] == "BF16":
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    if not np.isfinite(numbers).all():
        raise BadModel(f"The tensor {name} holds what are no numbers (NaN or infinite). Fetch the model again.")
    return numbers.astype(np.float32).reshape(shape)
