"""The certificate as a PDF: A4 landscape, drawn like the certificate page, with the credential attached."""

from io import BytesIO

import pikepdf
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from opencairn.wallet.sheet import Fact, Sheet, Words

from . import type as setting
from .drawing import Stroke, contours, draw, leftmost, qr_path, strokes
from .type import MISSING, SANS, SANS_BOLD, SERIF_BOLD, SERIF_SLANTED, Face

WIDTH, HEIGHT = 297.0, 210.0  # mm
SIDE, TOP, FOOT = 16.0, 13.0, 11.0
INK, SOFT, PAPER, FAINT, WARN = "#1c2427", "#4a5457", "#fdfdfb", "#e6e4db", "#9c2a1f"
STONE_BOX = (260, 106)
MIME = "application/vc+ld+json"
NAME = "credential.json"


class Page:
    """A sheet of paper measured in millimetres from its upper left corner."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.missing = False

    def text(self, x: float, baseline: float, words: str, face: Face, size: float, *, ink: str = INK) -> None:
        """Set one line of text."""
        self.canvas.setFillColor(HexColor(ink))
        for font, letters in setting.runs(words, face):
            if font:
                self.canvas.setFont(font, size * mm)
                self.canvas.drawString(x * mm, (HEIGHT - baseline) * mm, letters)
                x += setting.width(letters, face, size)
                continue
            for _letter in letters:
                self.missing = True
                self.canvas.setStrokeColor(HexColor(ink))
                self.canvas.setLineWidth(0.2 * mm)
                self.canvas.rect((x + 0.1 * size) * mm, (HEIGHT - baseline) * mm, 0.5 * size * mm, 0.62 * size * mm)
                x += 0.7 * size

    def block(
        self, x: float, top: float, broken: list[str], face: Face, size: float, *, leading: float, ink: str = INK
    ) -> float:
        """Set lines below one another and return where the next thing may begin."""
        for line in broken:
            self.text(x, top + size * 0.78, line, face, size, ink=ink)
            top += size * leading
        return top

    def rule(self, y: float, *, weight: float) -> None:
        """Draw a ground line from margin to margin."""
        self.canvas.setStrokeColor(HexColor(INK))
        self.canvas.setLineWidth(weight * mm)
        self.canvas.line(SIDE * mm, (HEIGHT - y) * mm, (WIDTH - SIDE) * mm, (HEIGHT - y) * mm)

    def drawing(self, marks: list[Stroke], *, x: float, y: float, scale: float) -> None:
        """Draw strokes; ``scale`` is millimetres for each unit of the drawing."""
        draw(self.canvas, marks, left=x * mm, top=(HEIGHT - y) * mm, scale=scale * mm)


def certificate(sheet: Sheet, *, share_url: str, credential: bytes) -> bytes:
    """Return the PDF: drawn, described in its metadata, and with the credential attached byte for byte."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=1, lang=sheet.language, pageCompression=1)
    canvas.setTitle(_title(sheet))
    canvas.setAuthor(setting.clean(sheet.issuer))
    canvas.setSubject(sheet.said.kind)
    canvas.setCreator("OpenCairn")
    setting.ready()
    left_over = _front(Page(canvas), sheet, share_url)
    if left_over:
        _further(canvas, sheet)
    canvas.showPage()
    canvas.save()
    return _attach(buffer.getvalue(), sheet, credential)


def _title(sheet: Sheet) -> str:
    return setting.clean(f"{sheet.holder}: {sheet.title.text}")


def _front(page: Page, sheet: Sheet, share_url: str) -> bool:
    """Draw the first page. Returns whether the outcomes did not fit and need pages of their own."""
    page.canvas.setFillColor(HexColor(PAPER))
    page.canvas.rect(0, 0, WIDTH * mm, HEIGHT * mm, stroke=0, fill=1)
    rings = [Stroke(path=path, line=FAINT, width=0.3) for path in contours(sheet.seed)]
    page.canvas.saveState()
    clip = page.canvas.beginPath()
    clip.rect(0, 0, WIDTH * mm, HEIGHT * mm)
    page.canvas.clipPath(clip, stroke=0, fill=0)
    page.drawing(rings, x=0, y=0, scale=1)
    page.canvas.restoreState()
    below = _top(page, sheet)
    ground = _ground(page, sheet, share_url)
    page.rule(ground, weight=0.4)
    return _words(page, sheet, top=below + 4, bottom=ground - 4)


def _top(page: Page, sheet: Sheet) -> float:
    """The awarding body at the left, what this paper is at the right, and a thin line below. Returns its place."""
    kind_width = setting.width(sheet.said.kind, SANS, 3.7)
    across = WIDTH - 2 * SIDE - kind_width - 8
    size, broken = setting.fitted(sheet.issuer, SERIF_BOLD, across=across, most_lines=2, sizes=(6.0, 5.0, 4.2, 3.6, 3))
    below = page.block(SIDE, TOP, broken, SERIF_BOLD, size, leading=1.2)
    base = below - size * 1.2 + size * 0.78
    page.text(WIDTH - SIDE - kind_width, base, sheet.said.kind, SANS, 3.7)
    page.rule(below + 1.6, weight=0.25)
    return below + 1.6


def _ground(page: Page, sheet: Sheet, share_url: str) -> float:
    """Facts and the QR code at the foot. Returns where the ground line lies; grows upwards with what it carries."""
    code, note = 30.0, 37.0
    column, gap = (WIDTH - 2 * SIDE - code - note - 4 - 8 - 3 * 5) / 4, 5.0
    for size in (3.3, 3.0, 2.7, 2.4, 2.1):
        rows = [sheet.facts[start : start + 4] for start in range(0, len(sheet.facts), 4)]
        heights = [max(_fact_height(fact, column, size) for fact in row) for row in rows]
        if sum(heights) + 2.6 * (len(rows) - 1) <= 52:
            break
    height = max(code + 2, sum(heights) + 2.6 * (len(rows) - 1))
    ground = HEIGHT - FOOT - height - 4
    top = ground + 4
    for row, tall in zip(rows, heights, strict=True):
        for place, fact in enumerate(row):
            x = SIDE + place * (column + gap)
            below = page.block(x, top, [fact.label], SANS, size * 0.82, leading=1.35, ink=SOFT)
            page.block(x, below, setting.lines(fact.value, SANS, size, column), SANS, size, leading=1.25)
        top += tall + 2.6
    _code(page, sheet, share_url, x=WIDTH - SIDE - note - 4 - code, top=ground + 4, code=code, note=note)
    return ground


def _fact_height(fact: Fact, column: float, size: float) -> float:
    return size * 0.82 * 1.35 + size * 1.25 * len(setting.lines(fact.value, SANS, size, column))


def _code(page: Page, sheet: Sheet, share_url: str, *, x: float, top: float, code: float, note: float) -> None:
    """The QR code to the share link, and who signed how."""
    path, squares = qr_path(share_url)
    page.drawing([Stroke(path=path, fill=INK)], x=x, y=top, scale=code / squares)
    page.canvas.linkURL(
        share_url, (x * mm, (HEIGHT - top - code) * mm, (x + code) * mm, (HEIGHT - top) * mm), thickness=0
    )
    left, size = x + code + 4, 2.5
    top = page.block(left, top, setting.lines(sheet.said.signed, SANS_BOLD, size, note), SANS_BOLD, size, leading=1.3)
    for words, face in ((f"{sheet.suite} {sheet.key}".strip(), SANS), (sheet.said.check, SANS_BOLD), (share_url, SANS)):
        if words:
            top = page.block(left, top + 0.5, setting.lines(words, face, size, note), face, size, leading=1.3)


def _words(page: Page, sheet: Sheet, *, top: float, bottom: float) -> bool:
    """Name, title and outcomes beside the stone, set as large as they fit. Returns whether outcomes are left over."""
    room = bottom - top
    for scale, across, everything in FITS:
        parts = _parts(sheet, scale, across, everything=everything)
        height = sum(space + size * leading * len(broken) for _, broken, _, size, leading, space, _ in parts)
        if height <= room:
            break
    marks = strokes(sheet.stone) if sheet.stone else []
    free, reach = WIDTH - 2 * SIDE - across - 4, STONE_BOX[0] - leftmost(marks)
    stone = min(151 / STONE_BOX[0], free / reach)
    page.drawing(marks, x=WIDTH - SIDE - stone * STONE_BOX[0], y=bottom + 4 - stone * STONE_BOX[1], scale=stone)
    y = top + max(0.0, (room - height) / 2)
    for indent, broken, face, size, leading, space, ink in parts:
        y = page.block(SIDE + indent, y + space, broken, face, size, leading=leading, ink=ink)
    if any(setting.missing(words, SERIF_BOLD) for words in (sheet.holder, sheet.title.text, sheet.issuer)):
        page.text(SIDE, HEIGHT - 5.5, sheet.said.missing, SANS, 2.3, ink=SOFT)
    return not everything


# Ways to set the column of words, tried in this order: scale, width in mm, and whether the outcomes are with them.
FITS = (
    (1.0, 128.0, True),
    (0.9, 132.0, True),
    (0.82, 140.0, True),
    (0.75, 160.0, True),
    (0.68, 178.0, True),
    (1.0, 128.0, False),
    (0.75, 150.0, False),
)
Part = tuple[float, list[str], Face, float, float, float, str]  # indent, lines, face, size, leading, space above, ink


def _parts(sheet: Sheet, scale: float, across: float, *, everything: bool) -> list[Part]:
    """The column of words as parts to be set one below the other."""
    small, list_size = 3.7 * scale, 3.3 * scale
    names = tuple(15.0 * scale * step for step in (1, 0.85, 0.72, 0.6, 0.5, 0.42, 0.36))
    titles = tuple(9.5 * scale * step for step in (1, 0.85, 0.72, 0.6, 0.5, 0.42))
    name_size, name = setting.fitted(sheet.holder, SERIF_BOLD, across=across, most_lines=2, sizes=names)
    title_size, title = setting.fitted(sheet.title.text, SERIF_BOLD, across=across, most_lines=2, sizes=titles)
    parts: list[Part] = [
        (0, setting.lines(warning, SANS_BOLD, 5.0, across), SANS_BOLD, 5.0, 1.5, 0, WARN) for warning in sheet.warnings
    ]
    parts += [
        (0, setting.lines(sheet.said.certifies, SANS, small, across), SANS, small, 1.4, 0, INK),
        (0, name, SERIF_BOLD, name_size, 1.06, 1.5 * scale, INK),
        (0, setting.lines(sheet.said.achieved, SANS, small, across), SANS, small, 1.4, 3.5 * scale, INK),
        (0, title, SERIF_BOLD, title_size, 1.1, 1.5 * scale, INK),
    ]
    if sheet.other_title:
        sizes = (4.8 * scale, 3.9 * scale, 3.3 * scale)
        size, other = setting.fitted(sheet.other_title.text, SERIF_SLANTED, across=across, most_lines=2, sizes=sizes)
        parts.append((0, other, SERIF_SLANTED, size, 1.3, 1.0 * scale, SOFT))
    if not everything:
        return [*parts, (0, [sheet.said.see_next], SANS, list_size, 1.4, 3 * scale, INK)]
    for number, outcome in enumerate(sheet.outcomes, start=1):
        broken = setting.lines(outcome.text, SANS, list_size, across - 6 * scale)
        above = (3.2 if number == 1 else 0.55) * scale
        parts += [
            (0, [f"{number}."], SANS, list_size, 0, above, INK),
            (6 * scale, broken, SANS, list_size, 1.3, 0, INK),
        ]
    return parts


def _further(canvas: Canvas, sheet: Sheet) -> None:
    """The outcomes on pages of their own, for those who list more than a sheet can carry."""
    y = HEIGHT
    page = Page(canvas)
    for number, outcome in enumerate(sheet.outcomes, start=1):
        broken = setting.lines(f"{number}. {outcome.text}", SANS, 3.7, WIDTH - 2 * SIDE)
        for line in broken:
            if y + 3.7 * 1.35 > HEIGHT - FOOT:
                canvas.showPage()
                y = page.block(SIDE, TOP, [sheet.said.continued], SERIF_BOLD, 6, leading=1.2)
                page.rule(y + 1.6, weight=0.25)
                y += 6
            y = page.block(SIDE, y, [line], SANS, 3.7, leading=1.35)
        y += 1.4


def _attach(drawn: bytes, sheet: Sheet, credential: bytes) -> bytes:
    """Put the credential into the PDF as its source file, and say in XMP and the catalogue what the paper is."""
    with pikepdf.open(BytesIO(drawn)) as pdf:
        spec = pikepdf.AttachedFileSpec(
            pdf,
            credential,
            filename=NAME,
            mime_type=MIME,
            description=sheet.said.kind,
            creation_date="",
            mod_date="",
        )
        spec.relationship = pikepdf.Name.Source
        pdf.attachments[NAME] = spec
        pdf.Root.AF = pikepdf.Array([spec.obj])
        pdf.Root.Lang = pikepdf.String(sheet.language)
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
            meta["dc:title"] = _title(sheet)
            meta["dc:creator"] = [setting.clean(sheet.issuer)]
            meta["dc:language"] = {sheet.language}
            meta["dc:description"] = sheet.said.kind
            meta["xmp:CreatorTool"] = "OpenCairn"
        out = BytesIO()
        pdf.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()


__all__ = ["MIME", "MISSING", "NAME", "Words", "certificate"]
