"""Cuts text into the pieces a BERT model knows: BERT's basic tokenizer, then the longest piece first (WordPiece).

Source: Devlin et al. 2018, and the layout of ``vocab.txt`` and ``tokenizer.json`` that such models are published with.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .safetensors import BadModel

LONGEST_WORD = 100


@dataclass(frozen=True)
class WordPiece:
    """The pieces by their number, and whether the model tells capitals from small letters."""

    pieces: dict[str, int]
    lower_case: bool = True

    def encode(self, text: str, *, most: int, marked: bool = True) -> list[int]:
        """Return the numbers of the pieces of a text, at most so many, between [CLS] and [SEP] where ``marked``."""
        unknown = self.pieces["[UNK]"]
        found = [number for word in self._words(text[: most * 40]) for number in self._cut(word, unknown)]
        if not marked:
            return found[:most]
        return [self.pieces["[CLS]"], *found[: most - 2], self.pieces["[SEP]"]]

    def _words(self, text: str) -> Iterator[str]:
        text = unicodedata.normalize("NFC", text)
        if self.lower_case:
            decomposed = unicodedata.normalize("NFD", text.lower())
            text = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
        spaced = (f" {letter} " if _stands_alone(letter) else letter for letter in text)
        yield from "".join(letter for letter in spaced if letter >= " " or letter.isspace()).split()

    def _cut(self, word: str, unknown: int) -> list[int]:
        found, at = [], 0
        while at < len(word) <= LONGEST_WORD:
            prefix = "##" if at else ""
            end = next((end for end in range(len(word), at, -1) if prefix + word[at:end] in self.pieces), None)
            if end is None:
                return [unknown]
            found.append(self.pieces[prefix + word[at:end]])
            at = end
        return found or [unknown]


def _stands_alone(letter: str) -> bool:
    """Punctuation, and Chinese characters, are words of their own."""
    if "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf":
        return True
    return unicodedata.category(letter).startswith("P") or (
        letter.isascii() and letter.isprintable() and not letter.isalnum() and letter != " "
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise BadModel("The tokenizer is missing: put tokenizer.json or vocab.txt beside the weights.") from error
    except UnicodeDecodeError as error:
        raise BadModel("vocab.txt is not UTF-8.") from error


def read(folder: Path) -> WordPiece:
    """Return the tokenizer in a model's folder. Raises BadModel for another kind than WordPiece, or OSError."""
    if (folder / "tokenizer.json").exists():
        try:
            told = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            model, pieces = told["model"], told["model"]["vocab"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadModel("tokenizer.json is not the tokenizer of a model.") from error
        if model.get("type", "WordPiece") != "WordPiece" or not isinstance(pieces, dict):
            raise BadModel("Only models with a WordPiece tokenizer (the BERT family) can be used.")
        lower_case = bool((told.get("normalizer") or {}).get("lowercase", True))
    else:
        pieces, lower_case = {piece: number for number, piece in enumerate(_lines(folder / "vocab.txt"))}, True
    if not {"[UNK]", "[CLS]", "[SEP]"} <= pieces.keys():
        raise BadModel("The tokenizer lacks [UNK], [CLS] or [SEP].")
    return WordPiece(pieces, lower_case)
