"""Setting type in a PDF: fonts that cover most names, widths, and lines that break where they may.

Source Serif and Source Sans come in wheels and are embedded as subsets. Chinese, Japanese and Korean letters use the
fonts every PDF reader brings along. Letters that none of them has are kept in the text as an open box, and counted.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

# Tried in this order: the first code in which a whole text can be written names its font, else each letter's own.
ASIAN = (
    ("euc_jp", "HeiseiMin-W3"),
    ("gb2312", "STSong-Light"),
    ("big5", "MSung-Light"),
    ("euc_kr", "HYSMyeongJo-Medium"),
)
MISSING = "\N{WHITE SQUARE}"


@dataclass(frozen=True)
class Face:
    """A way to set text: fonts in the order they are asked for a letter."""

    fonts: tuple[str, ...]


SERIF_BOLD = Face(("SourceSerifPro-Semibold", "SourceSansPro-Semibold"))
SERIF_SLANTED = Face(("SourceSerifPro-It", "SourceSerifPro-Regular", "SourceSansPro-Regular"))
SANS = Face(("SourceSansPro-Regular",))
SANS_BOLD = Face(("SourceSansPro-Semibold",))
_FACES = (SERIF_BOLD, SERIF_SLANTED, SANS, SANS_BOLD)


@cache
def ready() -> Mapping[str, frozenset[int]]:
    """Make the fonts known to the PDF library, once, and return which letters each of our own can draw."""
    drawn = {}
    for name in sorted({name for face in _FACES for name in face.fonts}):
        package = "font_source_serif_pro" if "Serif" in name else "font_source_sans_pro"
        with as_file(files(package) / "files" / f"{name}.ttf") as path:
            font = TTFont(name, str(path))
        pdfmetrics.registerFont(font)
        drawn[name] = frozenset(font.face.charToGlyph)
    for _code, name in ASIAN:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return drawn


def runs(text: str, face: Face) -> Iterator[tuple[str, str]]:
    """Part a text into (font, letters) runs; a letter no font has comes as ("", letter)."""
    drawn = ready()
    asian = _asian_font(text)

    def font_of(letter: str) -> str:
        for name in face.fonts:
            if ord(letter) in drawn[name]:
                return name
        return (asian or _asian_font(letter)) if _is_asian(letter) else ""

    for font, letters in groupby(clean(text), key=font_of):
        yield font, "".join(letters)


def clean(text: str) -> str:
    """Compose accents and drop what cannot be set: control and direction marks. White space becomes one space."""
    whole = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(c for c in whole if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def _is_asian(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in {"W", "F"} or "\u3000" <= letter <= "\u30ff"


def _asian_font(text: str) -> str:
    letters = "".join(c for c in text if _is_asian(c))
    for code, name in ASIAN if letters else ():
        try:
            letters.encode(code)
        except UnicodeEncodeError:
            continue
        return name
    return ""


def width(text: str, face: Face, size: float) -> float:
    """Return how wide a text is, in the units of the size."""
    return sum(
        pdfmetrics.stringWidth(letters, font, size) if font else 0.7 * size * len(letters)
        for font, letters in runs(text, face)
    )


def missing(text: str, face: Face) -> bool:
    """Whether the text has a letter that no font can draw."""
    return any(not font for font, _ in runs(text, face))


def lines(text: str, face: Face, size: float, across: float) -> list[str]:
    """Break a text into lines no wider than ``across``. A word wider than a line is cut."""
    broken: list[str] = []
    line = ""
    for piece in _pieces(clean(text)):
        if width(line + piece.rstrip(), face, size) <= across:
            line += piece
            continue
        if line.strip():
            broken.append(line.rstrip())
        line = ""
        for letter in piece:
            if line and width(line + letter, face, size) > across:
                broken.append(line)
                line = ""
            line += letter
    if line.strip() or not broken:
        broken.append(line.rstrip())
    return broken


def _pieces(text: str) -> Iterator[str]:
    """Words with the space after them; an Asian letter is a piece of its own."""
    word = ""
    for letter in text:
        if _is_asian(letter):
            if word:
                yield word
            yield letter
            word = ""
        else:
            word += letter
            if letter in " -/":
                yield word
                word = ""
    if word:
        yield word


def fitted(
    text: str, face: Face, *, across: float, most_lines: int, sizes: tuple[float, ...]
) -> tuple[float, list[str]]:
    """Return the largest of the sizes at which the text needs no more than ``most_lines``, with its lines."""
    size, broken = sizes[-1], [text]
    for size in sizes:
        broken = lines(text, face, size, across)
        if len(broken) <= most_lines:
            break
    return size, broken
