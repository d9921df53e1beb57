"""A sentence embedding from a model that an operator brings: a folder with weights and a tokenizer, nothing fetched.

Two kinds are understood, with numpy alone: encoders of the BERT family, such as MiniLM (``model.safetensors``,
``config.json`` and a WordPiece tokenizer; mean of the last layer), and static embeddings (one matrix ``embeddings``).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import safetensors, wordpiece
from .safetensors import BadModel, Tensor
from .wordpiece import WordPiece

MOST_PIECES = 128
BATCH = 64


@dataclass(frozen=True)
class Model:
    """Weights by name, the tokenizer, and for an encoder the number of layers and of heads (0 for a static model)."""

    weights: dict[str, Tensor]
    tokenizer: WordPiece
    layers: int
    heads: int
    fingerprint: str

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Return one row of length 1 for each text; a text without any piece is a row of noughts."""
        rows = [row for at in range(0, len(texts), BATCH) for row in self._batch(texts[at : at + BATCH])]
        return np.stack(rows) if rows else np.zeros((0, 1), dtype=np.float32)

    def _batch(self, texts: Sequence[str]) -> Iterator[Tensor]:
        for text in texts:
            if self.layers:
                numbers = self.tokenizer.encode(text, most=MOST_PIECES)
                hidden = self._encoded(np.array(numbers))
            else:
                numbers = self.tokenizer.encode(text, most=MOST_PIECES, marked=False)
                hidden = self.weights["embeddings"][numbers]
            mean = hidden.mean(axis=0) if len(numbers) else np.zeros(hidden.shape[1], dtype=np.float32)
            length = float(np.linalg.norm(mean))
            yield mean / length if length else mean

    def _encoded(self, numbers: "np.ndarray[Any, np.dtype[np.int64]]") -> Tensor:
        hidden = (
            self.weights["embeddings.word_embeddings.weight"][numbers]
            + self.weights["embeddings.position_embeddings.weight"][: len(numbers)]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        hidden = self._normed(hidden, "embeddings.LayerNorm")
        for number in range(self.layers):
            layer = f"encoder.layer.{number}."
            attended = self._dense(self._attended(hidden, layer), layer + "attention.output.dense")
            hidden = self._normed(hidden + attended, layer + "attention.output.LayerNorm")
            inner = _gelu(self._dense(hidden, layer + "intermediate.dense"))
            hidden = self._normed(hidden + self._dense(inner, layer + "output.dense"), layer + "output.LayerNorm")
        return hidden

    def _attended(self, hidden: Tensor, layer: str) -> Tensor:
        query, key, value = (
            self._dense(hidden, f"{layer}attention.self.{name}").reshape(len(hidden), self.heads, -1).swapaxes(0, 1)
            for name in ("query", "key", "value")
        )
        likeness = query @ key.swapaxes(1, 2) / np.sqrt(query.shape[-1])
        likeness = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
        mixed = (likeness / likeness.sum(axis=-1, keepdims=True)) @ value
        result: Tensor = mixed.swapaxes(0, 1).reshape(len(hidden), -1)
        return result

    def _dense(self, hidden: Tensor, name: str) -> Tensor:
        result: Tensor = hidden @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]
        return result

    def _normed(self, hidden: Tensor, name: str) -> Tensor:
        spread = np.sqrt(hidden.var(axis=-1, keepdims=True) + 1e-12)
        centred = (hidden - hidden.mean(axis=-1, keepdims=True)) / spread
        result: Tensor = centred * self.weights[name + ".weight"] + self.weights[name + ".bias"]
        return result


def _gelu(x: Tensor) -> Tensor:
    """X times the normal distribution; the error function by Abramowitz and Stegun 7.1.26 (error below 1.5e-7)."""
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    result: Tensor = (x * 0.5 * (1 + np.sign(x) * (1 - poly * np.exp(-z * z)))).astype(np.float32)
    return result


def load(folder: Path) -> Model:
    """Load a model from its folder. Raises BadModel, or OSError where a file is missing."""
    path = folder / "model.safetensors"
    weights = {name.removeprefix("bert."): tensor for name, tensor in safetensors.read(path).items()}
    tokenizer = wordpiece.read(folder)
    fingerprint = _fingerprint(path)
    if "embeddings" in weights:
        if weights["embeddings"].ndim != 2 or len(weights["embeddings"]) < max(tokenizer.pieces.values()) + 1:
            raise BadModel("The tokenizer knows more pieces than the model.")
        return Model(weights, tokenizer, 0, 0, fingerprint)
    try:
        told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        layers, heads = int(told["num_hidden_layers"]), int(told["num_attention_heads"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadModel("config.json does not say how many layers and heads the model has.") from error
    model = Model(weights, tokenizer, layers, heads, fingerprint)
    try:
        model.embed(["a"])
    except (KeyError, ValueError, IndexError, ZeroDivisionError) as error:
        raise BadModel(f"The weights are not those of an encoder of the BERT family ({error}).") from error
    return model


def _fingerprint(path: Path) -> str:
    """Sixteen characters that stand for the weights: vectors of one model are never compared with another's."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
