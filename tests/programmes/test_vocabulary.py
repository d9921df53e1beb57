import tomllib
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from opencairn.programmes import vocabulary
from opencairn.programmes.forms.offerings import amount
from opencairn.programmes.isced import BROAD, DETAILED, broad, field_label, is_field
from opencairn.programmes.templatetags import programme_words as words


def test_every_code_has_a_label_and_its_address_is_the_eus():
    for name, terms in vocabulary.VOCABULARIES.items():
        for code, term in terms.items():
            assert vocabulary.label(name, code)
            assert vocabulary.uri(name, code) == term.uri
            assert term.uri == "" or term.uri.startswith("http://data.europa.eu/snb/")


def test_an_unknown_code_is_shown_as_it_is():
    assert vocabulary.label("participation", "telepathy") == "telepathy"
    assert vocabulary.uri("participation", "telepathy") == ""


def test_levels_and_fields_have_addresses():
    assert [vocabulary.eqf_uri(level)[-1] for level in vocabulary.EQF_LEVELS] == list("12345678")
    assert vocabulary.field_uri("0521") == "http://data.europa.eu/snb/isced-f/0521"
    assert all(term.gloss for term in vocabulary.EQF_LEVELS.values())


def test_eleven_broad_fields_hold_the_detailed_ones():
    assert len(BROAD) == 11
    assert all(broad(code) in BROAD for code in DETAILED)
    assert field_label("0610") == "Information and communication technologies"
    assert broad("9999") == field_label("9999") == ""


@pytest.mark.parametrize("code", ["", "5", "05123", "99", "ab", "٠٥", "05 "])
def test_what_is_no_field_is_known(code):
    assert not is_field(code)


def test_languages_are_called_by_their_own_names():
    official = [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
    ]
    assert set(official) | {"uk", "ar", "ja"} <= set(vocabulary.LANGUAGES)
    assert vocabulary.language_name("ga") == "Gaeilge"
    assert vocabulary.language_name("de-CH") == "Deutsch (CH)"
    assert vocabulary.language_name("tlh") == "tlh"
    assert words.language_names(["de", "de-CH", "<b>"]) == "German, German (CH), <b>"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("320", "320"), ("49.90", "49.90"), ("49,90 €", "49.90"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"),
        ("€ 1 200", "1200"), ("1.200", "1200"), ("-3", "-3"), ("0", "0"),
    ],
)  # fmt: skip
def test_money_is_taken_as_people_write_it(typed, kept):
    assert amount(typed) == Decimal(kept)


@pytest.mark.parametrize("typed", ["1e99", "3x5", "1/2", "0x10", "25 or 30", "12,-", "1.23.4", "", "free"])
def test_what_is_not_one_amount_never_becomes_a_price(typed):
    with pytest.raises(InvalidOperation):
        amount(typed)


@pytest.mark.parametrize(
    ("price", "currency", "language", "shown"),
    [
        (None, "", "en", ""), (Decimal("0.00"), "EUR", "en", "Free"), (Decimal("320.00"), "EUR", "en", "€320"),
        (Decimal("49.90"), "EUR", "en", "€49.90"), (Decimal("1234.50"), "EUR", "de", "1.234,50\xa0€"),
    ],
)  # fmt: skip
def test_money_is_shown_as_the_reader_writes_it(price, currency, language, shown):
    with override(language):
        assert words.money_of(SimpleNamespace(price=price, currency=currency)) == shown


@pytest.mark.parametrize(
    ("typed", "language", "types"),
    [
        ("nano-degree", "en", ("nano-degree",)),
        ("Nanodegrees in data science", "de", ("nano-degree",)),
        ("nano degree", "fr-CA", ("nano-degree",)),
        ("micro-master’s", "en", ("micro-masters",)),
        ("micromáster", "es", ("micro-masters",)),
        ("Teilqualifikation Schweißen", "de", ("minor-award",)),
        ("badge or licence", "en", ("badge", "licence")),
        ("licence en droit", "fr", ()),
        ("habilitation électrique", "fr", ("licence",)),
        ("KRÓTKI KURS", "pl", ("short-course",)),
        ("massive open online course", "zz", ("mooc",)),
        ("water", "en", ()),
        ("", "", ()),
        ("__ -- 💧", "en", ()),
    ],
)
def test_any_name_of_a_type_of_course_finds_it(typed, language, types):
    assert vocabulary.offering_types_named(typed, language) == types


def test_the_names_of_types_are_all_found_and_short_enough():
    shelf = tomllib.loads((files("opencairn.programmes") / "offering_types.toml").read_text(encoding="utf-8"))
    shelf.pop("misleading")
    assert {*shelf, "other"} == set(vocabulary.OFFERING_TYPES)
    for code, by_language in shelf.items():
        for tag, names in by_language.items():
            assert all(code in vocabulary.offering_types_named(name, tag) for name in names), (code, tag)
