"""Credentials inside PNG, SVG and PDF: what goes in comes out, once; hostile files get an answer, not a crash."""

import io
import json
import runpy
import struct
import time
import zlib
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from opencairn.engine import attachment
from opencairn.engine.baking import LARGEST_FILE, attach_pdf, bake_png, bake_svg, unwrap
from opencairn.engine.objections import Malformed, NotACredential, Objection, Unsupported

TEXT = '{"@context": [], "name": "Gewässer “<&>”"}'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Stone</title></svg>'


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (2, 2), "grey").save(written, "PNG")
    return written.getvalue()


def page(**attached: bytes) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, data in attached.items():
            document.attachments[name] = data
        document.save(written)
    return written.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(kind: bytes, body: bytes) -> bytes:
    png = picture()
    return png[:33] + chunk(kind, body) + png[33:]  # after IHDR


def test_a_png_carries_a_credential_and_is_still_a_picture() -> None:
    baked = bake_png(picture(), TEXT)
    assert unwrap(baked) == TEXT
    opened = Image.open(io.BytesIO(baked))
    assert opened.text["openbadgecredential"] == TEXT


def test_baking_again_replaces() -> None:
    baked = bake_png(bake_png(picture(), '{"old": 1}'), TEXT)
    assert unwrap(baked) == TEXT
    assert baked.count(b"openbadgecredential") == 1
    svg = bake_svg(bake_svg(SVG, '{"old": 1}'), TEXT)
    assert unwrap(svg.encode()) == TEXT
    assert "old" not in svg


def test_an_svg_carries_a_credential_first() -> None:
    baked = bake_svg(SVG, TEXT)
    assert unwrap(baked.encode()) == TEXT
    assert unwrap(b'\xef\xbb\xbf<?xml version="1.0"?>\n<!DOCTYPE svg>' + baked.encode()) == TEXT
    assert baked.index("credential") < baked.index("Stone")


def test_a_pdf_carries_a_credential() -> None:
    pdf = attach_pdf(page(other=b"no credential"), "credential.json", TEXT)
    assert unwrap(pdf) == TEXT
    again = attach_pdf(pdf, "credential.json", '{"@context": 2}')
    assert unwrap(again) == '{"@context": 2}'


def test_json_is_its_own_wrapping() -> None:
    assert unwrap(f"\ufeff \n{TEXT}\n".encode()) == TEXT


@pytest.mark.parametrize("bake", [lambda: bake_png(b"GIF89a", TEXT), lambda: bake_svg("<html/>", TEXT)])
def test_only_pictures_of_the_right_kind_are_baked(bake: object) -> None:
    with pytest.raises(ValueError):
        bake()  # type: ignore[operator]


PACKED = zlib.compress(TEXT.encode())


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", NotACredential),
        (b"hello", NotACredential),
        (b"\xff\xd8\xff\xe0 JPEG", NotACredential),
        (b"PK\x03\x04", NotACredential),
        (b"<html><body/></html>", NotACredential),
        (b"<svg", NotACredential),
        (SVG.encode(), NotACredential),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', NotACredential),
        (b"<a>" * 50_000, NotACredential),
        (bake_svg(SVG, TEXT).replace("<title", "<openbadges:credential/><title").encode(), Malformed),
        (b"x" * (LARGEST_FILE + 1), Malformed),
        (picture(), NotACredential),
        (picture()[:-15], Malformed),
        (b"\x89PNG\r\n\x1a\n", Malformed),
        (picture()[:40] + b"\0" + picture()[41:], Malformed),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**31) + b"IDAT", Malformed),
        (with_chunk(b"tEXt", b"openbadges\0https://example.org"), Unsupported),
        (with_chunk(b"iTXt", b"openbadgecredential"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\0\0"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0not zlib"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(2_000_000))), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0\xff"), Malformed),
        (bake_png(with_chunk(b"iTXt", b"a\0"), TEXT)[:-12] + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}") + chunk(b"IEND", b""), Malformed),
        (page(), NotACredential),
        (page(a=b"\xff\xfe", b=b"text", c=bytes(2_000_000)), NotACredential),
        (b"%PDF-1.7 and nothing more", NotACredential),
    ],
)  # fmt: skip
def test_data_without_a_readable_credential_gets_an_answer(data: bytes, kind: type) -> None:
    with pytest.raises(kind) as refused:
        unwrap(data)
    assert refused.value.why.endswith(".")


@pytest.mark.parametrize("token", ["eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln", "eyJh.eyJ2YyI6e319.c2lnbmF0dXJl~WyJhIl0~"])
def test_tokens_come_out_as_they_are(token: str) -> None:
    assert unwrap(token.encode()) == token
    assert unwrap(bake_svg(SVG, token).encode()) == token
    assert unwrap(bake_png(picture(), token)) == token


def test_a_packed_text_chunk_is_read() -> None:
    assert unwrap(with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + PACKED)) == TEXT


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_pictures_never_crash(data: st.DataObject) -> None:
    baked = bytearray(bake_png(picture(), TEXT))
    for _ in range(data.draw(st.integers(1, 4))):
        baked[data.draw(st.integers(0, len(baked) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Objection):
        unwrap(bytes(baked))


def test_attachments_are_unpacked_within_limits() -> None:
    assert attachment.find(attach_pdf(page(), "credential.json", TEXT)) == TEXT
    assert attachment.find(page(big=json.dumps({"@context": "x" * 1_100_000}).encode())) is None
    assert attachment.find(b"%PDF-") is None
    assert attachment.find(page(a=b"\xff\xfe", b=b"text")) is None
    for packing, data in ((b"/FlateDecode", b"not zlib"), (b"/LZWDecode", b"\x80\x0b")):
        assert attachment.find(by_hand(packing, data)) is None
    assert attachment.find(by_hand(b"/FlateDecode", zlib.compress(b'{"@context": 1}'))) == '{"@context": 1}'


def test_a_pdf_that_unpacks_to_more_than_any_memory_is_given_up_soon() -> None:
    packed = zlib.compress(bytes(600_000_000), 9)
    begun = time.monotonic()
    with suppress(Objection):
        unwrap(with_object_stream(packed))
    assert time.monotonic() - begun < 6


def with_object_stream(packed: bytes) -> bytes:
    """A PDF whose pages are said to be inside a packed stream of objects, which has to be unpacked to know."""
    written, places = b"%PDF-1.5\n", []
    for part in (
        b"<< /Type /Catalog /Pages 3 0 R /Names << /EmbeddedFiles 3 0 R >> >>",
        b"<< /Type /ObjStm /N 1 /First 10 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(packed), packed),
    ):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (len(places), part)
    rows = [(0, 0, 65535), (1, places[0], 0), (1, places[1], 0), (2, 2, 0), (1, len(written), 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    index = b"<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Length %d >>" % len(table)
    end = b"startxref\n%d\n%%%%EOF\n" % len(written)
    return written + b"4 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (index, table) + end


def by_hand(packing: bytes, data: bytes) -> bytes:
    """A PDF whose attachment says it is packed in one way, whatever it holds."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 3 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Type /Filespec /F (a) /EF << /F 4 0 R >> >>",
        b"<< /Type /EmbeddedFile /Filter %b /Length %d >>\nstream\n%b\nendstream" % (packing, len(data), data),
    ]
    written, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    return written + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def test_the_reading_process_answers_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = attach_pdf(page(), "credential.json", TEXT)
    monkeypatch.setattr(attachment.resource, "setrlimit", lambda *_: None)  # would bind this process
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pdf)))
    runpy.run_path(str(attachment.__file__), run_name="__main__")
    assert json.loads(capsys.readouterr().out) == {"found": TEXT}


def test_a_reading_process_that_gives_no_answer_is_a_damaged_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(Malformed):
        unwrap(page())


def test_a_file_attached_without_packing_is_found() -> None:
    pdf = pikepdf.open(io.BytesIO(page()))
    stream = pikepdf.Stream(pdf, TEXT.encode())
    files = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="credential.json", UF="credential.json")
    files.EF = pikepdf.Dictionary(F=pdf.make_indirect(stream))
    pdf.Root.Names = pikepdf.Dictionary(
        EmbeddedFiles=pikepdf.Dictionary(Names=["credential.json", pdf.make_indirect(files)])
    )
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    assert attachment.find(out.getvalue()) == TEXT
