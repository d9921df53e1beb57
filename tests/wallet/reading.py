"""Reads the text of a PDF back, with where each piece stands, so that tests can see what a person would see."""

import re
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from reportlab.pdfbase import pdfmetrics


@dataclass(frozen=True)
class Piece:
    """One run of text: its words, its place in points from the lower left corner, its font and size."""

    page: int
    text: str
    x: float
    y: float
    font: str
    size: float

    @property
    def right(self) -> float:
        return self.x + pdfmetrics.stringWidth(self.text, self.font, self.size)


def _letters_of(font: pikepdf.Object) -> dict[int, str] | None:
    """Code to letter, from the font's own table; None for the two-byte Asian fonts."""
    if "/ToUnicode" not in font:
        return None
    table = font.ToUnicode.read_bytes().decode("latin-1")
    letters: dict[int, str] = {}
    for first, _last, found in re.findall(r"<(\w+)>\s*<(\w+)>\s*\[(.*?)\]", table, re.DOTALL):
        for step, code in enumerate(re.findall(r"<(\w+)>", found)):
            letters[int(first, 16) + step] = bytes.fromhex(code).decode("utf-16-be")
    for code, letter in re.findall(r"^<(\w\w)> <(\w{4})>$", table, re.MULTILINE):
        letters[int(code, 16)] = bytes.fromhex(letter).decode("utf-16-be")
    return letters


def pieces(data: bytes) -> list[Piece]:
    """Return every run of text of a PDF in the order it was drawn."""
    found = []
    with pikepdf.open(BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages):
            fonts = page.Resources.Font
            font, size, x, y = "", 0.0, 0.0, 0.0
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "Tf":
                        font, size = str(operands[0]), float(operands[1])
                    case "Tm":
                        x, y = float(operands[4]), float(operands[5])
                    case "Tj":
                        raw, letters = bytes(operands[0]), _letters_of(fonts[font])
                        words = (
                            raw.decode("utf-16-be") if letters is None else "".join(letters.get(c, chr(c)) for c in raw)
                        )
                        name = str(fonts[font].BaseFont).lstrip("/").split("+")[-1]
                        name = re.sub(r"-UniJIS.*|-UniGB.*|-UniCNS.*|-UniKS.*", "", name)
                        if words.strip():
                            found.append(Piece(number, words, x, y, name, size))
    return found


def text_of(data: bytes) -> str:
    """Return the words of a PDF, white space taken together."""
    return " ".join(" ".join(piece.text for piece in pieces(data)).split())


def overlaps(data: bytes) -> list[tuple[Piece, Piece]]:
    """Return pairs of runs that stand on one another: side by side in one line they may touch, no more."""
    found, all_pieces = [], pieces(data)
    for at, one in enumerate(all_pieces):
        for other in all_pieces[at + 1 :]:
            if one.page != other.page or one.right - 0.5 <= other.x or other.right - 0.5 <= one.x:
                continue
            top = min(one.y + 0.66 * one.size, other.y + 0.66 * other.size)
            foot = max(one.y - 0.18 * one.size, other.y - 0.18 * other.size)
            if top > foot:
                found.append((one, other))
    return found
