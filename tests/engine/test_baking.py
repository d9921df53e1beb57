"""Credentials inside PNG, SVG and PDF: what goes in comes out, once; hostile files get an answer, not a crash."""

import io
import json
import resource
import runpy
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from opencairn.engine import attachment, baking
from opencairn.engine.attachment import MOST_ATTACHMENTS
from opencairn.engine.baking import LARGEST_FILE, LARGEST_PDF, attach_pdf, bake_png, bake_svg, unwrap
from opencairn.engine.objections import Malformed, NotACredential, Objection, Unread, Unsupported
from opencairn.engine.verify import verify

from .pace import TRIES, stops_within
from .samples import AT, signed

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
TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln"


def old_svg(attributes: str = "", text: str = "") -> bytes:
    """An SVG with a badge of Open Badges 2.0."""
    badge = f'<openbadges:assertion xmlns:openbadges="http://openbadges.org" {attributes}><![CDATA[{text}]]></openbadges:assertion>'
    return SVG.replace("<title", f"<g>{badge}</g><title").encode()


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
        (b"x" * (LARGEST_FILE + 1), Unread),
        (b"%PDF-" + b"x" * LARGEST_PDF, Unread),
        (picture(), NotACredential),
        (picture()[:-15], Malformed),
        (b"\x89PNG\r\n\x1a\n", Malformed),
        (picture()[:40] + b"\0" + picture()[41:], Malformed),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**31) + b"IDAT", Malformed),
        (with_chunk(b"tEXt", b"openbadges\0https://example.org"), Unsupported),
        (with_chunk(b"tEXt", b"openbadges"), NotACredential),
        (with_chunk(b"zTXt", b"openbadges\0"), Malformed),
        (with_chunk(b"zTXt", b"openbadges\0\0not zlib"), Malformed),
        (with_chunk(b"zTXt", b"openbadges\0\1" + PACKED), Malformed),
        (with_chunk(b"zTXt", b"openbadges\0\0" + PACKED[:-5]), Malformed),
        (with_chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(bytes(2_000_000))), Unread),
        (b"\x89PNG\r\n\x1a\n" + 20_001 * chunk(b"IDAT", b""), Unread),
        (f"<svg xmlns='http://www.w3.org/2000/svg'>{'<g/>' * 100_001}</svg>".encode(), Unread),
        (old_svg('verify="https://example.org/badge"'), Unsupported),
        (bake_svg(SVG, "a.b").encode(), NotACredential),
        (old_svg('verify="eyJh.eyJ2YyI6e319.c2ln"', TEXT), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\0\0"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0not zlib"), Malformed),
        (with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(2_000_000))), Unread),
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


@pytest.mark.parametrize("keyword", [b"openbadges", b"openbadgecredential"])
@pytest.mark.parametrize("text", [TEXT, TOKEN])
def test_both_keywords_are_read_from_every_kind_of_text_chunk(keyword: bytes, text: str) -> None:
    packed = zlib.compress(text.encode())
    for kind, body in (
        (b"tEXt", text.encode()),
        (b"zTXt", b"\0" + packed),
        (b"iTXt", b"\0\0\0\0" + text.encode()),
        (b"iTXt", b"\1\0en\0\0" + packed),
    ):
        assert unwrap(with_chunk(kind, keyword + b"\0" + body)) == text
    assert unwrap(with_chunk(b"tEXt", keyword + '\0{"name": "Gewässer"}'.encode("latin-1"))) == '{"name": "Gewässer"}'


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (old_svg(text=TEXT), TEXT),
        (old_svg(f'verify="{TOKEN}"'), TOKEN),
        (old_svg(f'verify="{TOKEN}"', TOKEN), TOKEN),
        (old_svg('verify="https://example.org/badge"', TEXT), TEXT),
        (bake_svg(SVG, TOKEN).encode(), TOKEN),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + old_svg(text=TEXT), TEXT),
        (bake_svg(SVG, TEXT).replace("></openbadges:credential>", "/>").replace("<openbadges:credential>", "<openbadges:credential>\n").encode(), TEXT),
    ],
)  # fmt: skip
def test_svg_pictures_of_both_kinds_are_read(data: bytes, text: str) -> None:
    assert unwrap(data) == text


def test_a_token_stands_in_an_attribute_and_json_in_the_element() -> None:
    assert f'verify="{TOKEN}"' in bake_svg(SVG, TOKEN)
    assert "verify" not in bake_svg(SVG, TEXT)


def test_a_picture_with_a_mere_address_says_so() -> None:
    with pytest.raises(Unsupported) as told:
        unwrap(with_chunk(b"iTXt", b"openbadges\0\0\0\0\0https://example.org/badges/5\n"))
    assert (told.value.code, told.value.facts) == ("hosted-address", (("url", "https://example.org/badges/5"),))
    with pytest.raises(NotACredential):
        unwrap(b"https://example.org/badges/5")  # no picture: whoever brings an address means to look it up


def test_baking_replaces_badges_of_both_kinds_wherever_they_stand() -> None:
    old = with_chunk(b"tEXt", b"openbadges\0https://example.org")
    assert unwrap(bake_png(old, TEXT)) == TEXT
    assert b"openbadges\0" not in bake_png(old, TEXT)
    svg = bake_svg(old_svg(text='{"old": 1}').decode(), TEXT)
    assert unwrap(svg.encode()) == TEXT
    assert "old" not in svg


def test_a_picture_never_holds_two_badges_not_even_of_two_kinds() -> None:
    for data in (
        bake_png(picture(), TEXT)[:-12] + chunk(b"tEXt", b"openbadges\0{}") + chunk(b"IEND", b""),
        bake_svg(SVG, TEXT).replace("<title", '<o:assertion xmlns:o="http://openbadges.org"/><title').encode(),
    ):
        with pytest.raises(Malformed) as refused:
            unwrap(data)
        assert refused.value.code == "baked-twice"


def test_a_token_file_may_end_its_line() -> None:
    assert unwrap(f"{TOKEN}\r\n".encode()) == TOKEN


@pytest.mark.parametrize("token", [TOKEN, f"{TOKEN}~WyJhIl0~"])
def test_a_pdf_may_carry_a_token(token: str) -> None:
    assert unwrap(attach_pdf(page(other=b"nothing"), "credential.jwt", f"{token}\n")) == token


def test_a_pdf_with_several_credentials_is_left_to_the_reader() -> None:
    pdf = attach_pdf(attach_pdf(page(), "a.json", TEXT), "b.jwt", TOKEN)
    with pytest.raises(Unsupported) as told:
        unwrap(pdf)
    assert told.value.code == "attached-several"
    again = attach_pdf(attach_pdf(page(), "a.json", TEXT), "b.json", TEXT)
    assert unwrap(again) == TEXT  # twice the same is one


def test_a_packed_text_chunk_is_read() -> None:
    assert unwrap(with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + PACKED)) == TEXT


SVG_START = '<svg xmlns="http://www.w3.org/2000/svg">'


@pytest.mark.parametrize(
    "data",
    [
        SVG_START + "<g a='1' b='2'/>" * 9_900 + "</svg>",
        SVG_START + "<g>" * 49_000 + "</g>" * 49_000 + "</svg>",
        SVG_START + "".join(f"<g xmlns:a{number}='u'/>" for number in range(19_000)) + "</svg>",
        SVG_START + "<g " + " ".join(f"a{number}=''" for number in range(500_000)) + "/></svg>",
        SVG_START + "<g " + " ".join(f"a{number}=''" for number in range(19_000)) + "/></svg>",
        SVG_START + "x" * 7_900_000 + "</svg>",
        "[" * 7_900_000,
        " " * 7_900_000 + "x",
        "eyJh" + "." * 7_900_000,
        "eyJh.A.A" + "~A" * 3_900_000,
    ],
    ids=range(10),
)
def test_text_of_any_shape_is_answered_within_a_second(data: str) -> None:
    assert stops_within(1, lambda: unwrap(data.encode()))


def test_pictures_of_any_shape_are_answered_within_a_second() -> None:
    bomb = chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b" " * 990_000))
    png = picture()
    assert stops_within(1, lambda: unwrap(png[:33] + 2_000 * bomb + png[33:]))
    assert stops_within(1, lambda: unwrap(png[:8] + 19_999 * chunk(b"tEXt", b"Comment\0" + bytes(350))))
    assert stops_within(1, lambda: unwrap(png[:8] + 600_000 * chunk(b"tEXt", b"")))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_pictures_never_crash(data: st.DataObject) -> None:
    baked = bytearray(bake_png(picture(), TEXT))
    for _ in range(data.draw(st.integers(1, 4))):
        baked[data.draw(st.integers(0, len(baked) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Objection):
        unwrap(bytes(baked))


def test_attachments_are_unpacked_within_limits() -> None:
    assert attachment.find(attach_pdf(page(), "credential.json", TEXT)) == [TEXT]
    assert attachment.find(page(big=json.dumps({"@context": "x" * 1_100_000}).encode())) == [attachment.TOO_LARGE]
    assert attachment.find(b"%PDF-") == []
    assert attachment.find(page(a=b"\xff\xfe", b=b"text")) == []
    for packing, data in ((b"/FlateDecode", b"not zlib"), (b"/LZWDecode", b"\x80\x0b")):
        assert attachment.find(by_hand(packing, data)) == []
    assert attachment.find(by_hand(b"/FlateDecode", zlib.compress(b'{"@context": 1}'))) == ['{"@context": 1}']


def test_damage_that_is_told_in_no_text_hides_no_credential() -> None:
    """What qpdf says of a damaged PDF repeats its bytes, which need not be UTF-8."""
    whole = attach_pdf(page(), "credential.json", TEXT)
    damaged = whole.replace(b"/ID [<", b"/ID [<\xbb", 1)
    assert damaged != whole
    assert attachment.find(damaged) == [TEXT]
    assert unwrap(damaged) == TEXT
    assert attachment.find(b"%PDF-1.5\ntrailer <</ID [<\xbb>]>>\nstartxref\n9\n%%EOF\n") == []


def test_a_pdf_that_unpacks_to_more_than_any_memory_is_given_up_soon() -> None:
    for made in (with_object_stream, with_packed_table):  # one can be opened nevertheless, the other cannot
        assert outcome(made(zeros(gigabytes=3))) == ("unknown", "pdf-unread")


def test_a_pdf_that_came_near_the_limit_of_memory_does_not_count_as_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment.resource, "setrlimit", lambda *_: None)  # both would bind this process
    monkeypatch.setattr(attachment.signal, "setitimer", lambda *_: None)
    monkeypatch.setattr(attachment.sys, "stdin", io.TextIOWrapper(io.BytesIO(attach_pdf(page(), "c.json", TEXT))))
    written = io.StringIO()
    monkeypatch.setattr(attachment.sys, "stdout", written)
    monkeypatch.setattr(attachment, "_MEMORY", 2**50)
    attachment.main()
    assert json.loads(written.getvalue()) == {"found": [TEXT]}
    monkeypatch.setattr(attachment, "_MEMORY", 1_000_000)
    with pytest.raises(MemoryError):
        attachment.main()


def zeros(*, gigabytes: int) -> bytes:
    """So many zeros, packed in a thousandth of that; no piece needs what was before it, so all but the first are one."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + (100 * gigabytes - 1) * again


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


def with_packed_table(packed: bytes) -> bytes:
    """A PDF that cannot even be opened without unpacking the table of where everything stands."""
    table = b"<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(packed)
    return b"%PDF-1.5\n" + b"4 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n" % (table, packed)


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


def test_an_attachment_that_cannot_be_read_hides_nothing() -> None:
    pdf = pikepdf.open(io.BytesIO(attach_pdf(page(), "b.json", TEXT)))
    names = pdf.Root.Names.EmbeddedFiles
    kids = names.Names if "/Names" in names else names.Kids[0].Names
    kids.insert(0, pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="a", UF="a")))
    kids.insert(0, pikepdf.String("a"))
    out = io.BytesIO()
    pdf.save(out)
    assert attachment.find(out.getvalue()) == [TEXT]


def test_a_signed_envelope_in_json_is_found() -> None:
    sealed = '{"payload": "e30", "signatures": []}'
    assert attachment.find(attach_pdf(page(), "seal.json", sealed)) == [sealed]


def not_there(*_: object, **__: object) -> str:
    raise FileNotFoundError


def test_the_reading_process_answers_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = attach_pdf(page(), "credential.json", TEXT)
    monkeypatch.setattr(attachment.resource, "setrlimit", lambda *_: None)  # both would bind this process
    monkeypatch.setattr(attachment.signal, "setitimer", lambda *_: None)
    monkeypatch.setattr(Path, "read_text", not_there)  # nor is the memory of this process that of the other
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pdf)))
    runpy.run_path(str(attachment.__file__), run_name="__main__")
    assert json.loads(capsys.readouterr().out) == {"found": [TEXT]}


def outcome(data: bytes) -> tuple[str, str]:
    report = verify(data, at=AT)
    return report.verdict, report.steps[0].code


def test_a_pdf_that_could_not_be_read_here_may_be_good(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = attach_pdf(page(), "credential.json", json.dumps(signed()))
    monkeypatch.setattr(baking, "_PDF_SECONDS", 0.001)  # as on a machine that is too busy
    assert outcome(pdf) == ("unknown", "pdf-unread")
    monkeypatch.undo()
    monkeypatch.setattr("sys.executable", "/bin/false")  # as where the process is stopped
    assert outcome(pdf) == ("unknown", "pdf-unread")


def test_a_pdf_with_more_attachments_than_are_looked_at_is_unknown() -> None:
    others = {f"a{number:02}": b"x" for number in range(MOST_ATTACHMENTS)}
    assert outcome(page(**others)) == ("not-a-credential", "no-credential")
    many = attach_pdf(page(**others), "z.json", TEXT)
    assert attachment.find(many) is None
    assert outcome(many) == ("unknown", "attached-many")


HOSTILE = {
    "one object ever again": b"1 0 obj<<>>endobj\n" * 220_000,
    "brackets in brackets": b"1 0 obj" + b"[" * 3_900_000 + b"endobj trailer<</Root 1 0 R>>",
    "many objects": b"".join(b"%d 0 obj<</A %d 0 R>>endobj\n" % (n, n + 1) for n in range(1, 110_000)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_pdf_made_to_take_time_is_given_up_within_a_second(kind: str) -> None:
    took = []
    for _ in range(TRIES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert outcome(b"%PDF-1.7\n" + HOSTILE[kind])[0] in ("unknown", "not-a-credential")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 1


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
    assert attachment.find(out.getvalue()) == [TEXT]
