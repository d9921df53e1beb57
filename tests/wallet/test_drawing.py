from io import BytesIO

import pikepdf
import pytest
import segno
import zxingcpp
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from opencairn.programmes import stones
from opencairn.wallet.carriers.drawing import Stroke, contours, draw, leftmost, qr_path, strokes

FIELDS = [f"{broad:02d}" for broad in range(11)]


def _operators(marks: list[Stroke]) -> list[str]:
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    draw(canvas, marks, left=0, top=300, scale=1)
    canvas.save()
    with pikepdf.open(buffer) as pdf:
        return [str(operator) for _, operator in pikepdf.parse_content_stream(pdf.pages[0])]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("earned", [True, False])
def test_every_kind_of_stone_becomes_vectors(field: str, earned: bool) -> None:
    stone = stones.Stone("water-quality", 5.0, 6, field, 5, earned)
    marks = strokes(stones.draw(stone))
    drawn = _operators(marks)
    assert len(marks) >= (2 if earned else 1)
    assert drawn.count("c") > 10
    assert "Do" not in drawn  # no picture inside
    assert 0 < leftmost(marks) < 130


def test_a_dashed_edge_stays_dashed() -> None:
    assert any(mark.dashes for mark in strokes(stones.draw(stones.Stone("a", None, None, "05", 3))))


@pytest.mark.parametrize("path", ["M0 0h10v5h-10z", "M1 1l2 3 4 5Z", "M0 0H4V6q1 1 2 0a2 2 0 1 0 .1 0"])
def test_paths_of_every_command_are_followed_to_their_end(path: str) -> None:
    assert "m" in _operators([Stroke(path=path, fill="#000000", line="#000000")])


def test_a_qr_path_covers_exactly_the_dark_squares() -> None:
    words = "https://cairn.example/s/abc/"
    path, squares = qr_path(words)
    matrix = segno.make(words, error="m", micro=False).matrix
    assert squares == len(matrix)
    assert sum(int(run.split("h")[1].split("v")[0]) for run in path.split("M")[1:]) == sum(map(sum, matrix))


def test_contours_are_the_same_every_time_and_differ_by_programme() -> None:
    assert contours("a") == contours("a") != contours("b")


def test_a_phone_reads_the_qr_code() -> None:
    words = "https://cairn.example.org/s/QyqXv2b8xYtqUeE7kC3mWlZ0aBc/"
    path, squares = qr_path(words)
    box = f"-4 -4 {squares + 8} {squares + 8}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{path}"/></svg>'
    with Image.open(BytesIO(stones.png(svg, width=600, background="#ffffff"))) as picture:
        [code] = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == words
