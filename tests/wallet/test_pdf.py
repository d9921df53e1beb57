from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from reportlab.lib.units import mm

from opencairn.programmes import stones
from opencairn.wallet.carriers.pdf import certificate
from opencairn.wallet.sheet import Fact, Said, Sheet, Words

from .reading import overlaps, pieces, text_of

URL = "https://cairn.example.org/s/QyqXv2b8xYtqUeE7kC3mWlZ0aBc/"
CREDENTIAL = '{"name": "Gewässer"}\n'.encode()
SAID = Said(
    kind="Certificate of a micro-credential",
    certifies="Hochschule Tarntal certifies that",
    achieved="has met all five learning outcomes of",
    signed="Signed electronically by Hochschule Tarntal",
    check="Check it at",
    missing="Some letters are missing.",
    continued="Learning outcomes",
    see_next="The learning outcomes follow on the next page.",
)
FACTS = [
    ("Workload", "5 ECTS, 140 hours"),
    ("Level", "EQF 6, DQR 6"),
    ("Grade", "2.0"),
    ("Awarded on", "2 March 2026"),
    ("Assessment", "Practical assessment; Written examination; Supervised, identity checked"),
    ("Participation", "Blended"),
    ("Quality assurance", "Accredited by Agency for Short Learning Quality, decision 2025-001"),
    ("Awarded in", "Germany"),
]
OUTCOMES = ["Choose and place sensors", "Calibrate probes in the field", "Report findings"]
LONG = "Choose and place sensors for a monitoring question, and justify the choice before a committee of experts. "


def sheet(**facts: object) -> Sheet:
    plain = Sheet(
        language="en",
        seed="water-quality",
        holder="Mirren Okafor",
        issuer="Hochschule Tarntal",
        place="Germany",
        title=Words("Water quality monitoring with field sensors", "en"),
        other_title=Words("Gewässerüberwachung mit Feldsensoren", "de"),
        outcomes=tuple(Words(text, "en") for text in OUTCOMES),
        facts=tuple(Fact(*each) for each in FACTS),
        said=SAID,
        awarded_on=date(2026, 3, 2),
        suite="eddsa-rdfc-2022",
        key="z6MkabcdeF…123456",
        stone=stones.draw(stones.Stone("water-quality", 5.0, 6, "0521", 5)),
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def made(**facts: object) -> bytes:
    return certificate(sheet(**facts), share_url=URL, credential=CREDENTIAL)


def test_the_certificate_says_who_what_and_where_to_check() -> None:
    words = text_of(made())
    assert "Mirren Okafor" in words
    assert "Water quality monitoring" in words
    assert "Gewässerüberwachung mit Feldsensoren" in words
    assert "QyqXv2b8xYtqUeE7kC3mWlZ0aBc" in words.replace(" ", "")
    assert all(value.split()[0] in words for _, value in FACTS)


def test_the_credential_is_attached_byte_for_byte_as_the_source_of_the_paper() -> None:
    with pikepdf.open(BytesIO(made())) as pdf:
        spec = pdf.attachments["credential.json"]
        assert spec.get_file().read_bytes() == CREDENTIAL
        assert spec.get_file().mime_type == "application/vc+ld+json"
        assert pdf.Root.AF[0].AFRelationship == pikepdf.Name.Source


def test_the_paper_is_a4_on_its_side_and_knows_its_title_and_language() -> None:
    with pikepdf.open(BytesIO(made(language="de"))) as pdf:
        assert [round(float(side) / mm) for side in pdf.pages[0].MediaBox[2:]] == [297, 210]
        assert str(pdf.Root.Lang) == "de"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as meta:
            assert meta["dc:title"] == "Mirren Okafor: Water quality monitoring with field sensors"


def test_the_same_sheet_makes_the_same_bytes() -> None:
    assert made() == made()


def test_fonts_are_embedded_as_small_subsets() -> None:
    data = made()
    assert len(data) < 120_000
    with pikepdf.open(BytesIO(data)) as pdf:
        fonts = [font for font in pdf.pages[0].Resources.Font.values() if font.Subtype == "/TrueType"]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"holder": "Maximiliana " * 16 + "von Hoh"},  # 199 letters
        {"holder": "W" * 200},
        {"title": Words("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2, "de")},
        {"outcomes": tuple(Words(LONG * 2, "en") for _ in range(12))},
        {"outcomes": tuple(Words(LONG * 9, "en") for _ in range(12))},
        {"outcomes": tuple(Words(LONG * 9, "en") for _ in range(90))},
        {"outcomes": ()},
        {"issuer": "The institute of higher education and technical training of the upper valley of the Tarn " * 2},
        {"facts": tuple(Fact(*each) for each in [*FACTS, ("Counts towards", LONG * 3), ("Valid until", "Never")])},
        {"holder": "W" * 200, "title": Words("M" * 200), "outcomes": tuple(Words(LONG * 4) for _ in range(12))},
        {"holder": "田中 美咲 " * 20},
        {"holder": "Mirren\x00\x0b \u202eOkafor", "issuer": "A\x01 \ufffe school"},
        {"warnings": ("Revoked on 2 March 2026. Do not rely on this paper.",), "holder": "W" * 200},
    ],
    ids=lambda facts: ",".join(facts) or "ordinary",
)
def test_nothing_overlaps_or_leaves_the_paper_however_long_it_is(facts: dict[str, object]) -> None:
    data = made(**facts)
    assert overlaps(data) == []
    for piece in pieces(data):
        assert piece.x >= 15 * mm
        assert piece.right <= (297 - 15) * mm
        assert 4 * mm <= piece.y <= (210 - 12) * mm
        assert piece.size >= 1.6 * mm


def test_outcomes_that_do_not_fit_follow_on_further_pages_and_none_is_lost() -> None:
    data = made(outcomes=tuple(Words(f"Outcome{number} " + LONG * 9) for number in range(30)))
    words = text_of(data)
    assert "follow on the next page" in words
    assert all(f"Outcome{number}" in words for number in range(30))


def test_asian_names_show_and_letters_without_a_font_are_admitted() -> None:
    assert "田中 美咲" in text_of(made(holder="田中 美咲"))
    assert SAID.missing not in text_of(made(holder="田中 美咲"))
    assert SAID.missing in text_of(made(holder="محمد الأمين"))
