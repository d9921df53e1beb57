from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import override_settings
from django.utils.translation import gettext, override

from opencairn.web import translations
from opencairn.web.commands import translations as command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the languages' files."""
    with override_settings(LOCALE_PATHS=[tmp_path]):
        yield tmp_path  # type: ignore[misc]


def test_texts_of_templates_and_python_are_gathered() -> None:
    texts = {message.id for message in translations.gather()}
    assert "Small stones mark long paths." in texts, "a template"
    assert "Sign in first." in texts, "Python"
    assert ("There is %(number)s problem", "There are %(number)s problems") in texts, "a plural in a template"


def test_an_update_keeps_what_was_translated(folder: Path) -> None:
    missing = translations.update()
    assert set(missing) == {"de", "fr", "es"}
    assert all(count > 100 for count in missing.values())
    file = translations.po_file("de")
    file.write_text(
        file.read_text().replace(
            'msgid "Sign in first."\nmsgstr ""', 'msgid "Sign in first."\nmsgstr "Bitte erst anmelden."'
        )
    )
    again = translations.update()
    assert again["de"] == missing["de"] - 1
    before = file.read_text()
    translations.update()
    assert file.read_text() == before, "an update without new texts changes nothing"


def test_compiling_makes_each_language_once(folder: Path) -> None:
    translations.update()
    assert translations.compile_catalogues() == 3
    assert translations.compile_catalogues() == 0
    assert translations.po_file("fr").with_suffix(".mo").exists()


def test_a_placeholder_lost_in_translation_is_a_complaint(folder: Path) -> None:
    translations.update()
    file = translations.po_file("es")
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale="es")
    catalogue["%(name)s is closed."].string = "Cerrado."
    from babel.messages.pofile import write_po

    with file.open("wb") as stream:
        write_po(stream, catalogue)
    complaints = translations.check()
    assert any("es" in line and "is closed" in line and "not translated" not in line for line in complaints)


def test_the_command_says_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["update"])) == 0
    assert "de: " in capsys.readouterr().out
    assert command.run(parser.parse_args(["check"])) == 1
    assert command.run(parser.parse_args(["compile"])) == 0
    assert "3 languages compiled" in capsys.readouterr().out


def test_django_speaks_the_language_of_the_reader() -> None:
    with override("de"):
        assert gettext("Yes") == "Ja"
