from pathlib import Path

import pytest

from opencairn.people.models import Person
from opencairn.web import cli

PASSWORD = "a long walk by the river"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCAIRN_ADMIN_PASSWORD", PASSWORD)


def create(*words: str) -> int:
    return cli.main(["create-admin", *words])


def test_an_operator_is_made_and_the_password_never_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert create("--email", "Ada@Real.example", "--name", "Ada Byrne") == 0
    ada = Person.objects.get(email="ada@real.example")
    said = capsys.readouterr()
    assert ada.is_operator
    assert ada.check_password(PASSWORD)
    assert PASSWORD not in said.out + said.err


def test_the_password_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "word"
    file.write_text("quiet stones by the water\n")
    monkeypatch.setenv("OPENCAIRN_ADMIN_PASSWORD_FILE", str(file))
    assert create("--email", "ada@real.example", "--name", "Ada") == 0
    assert Person.objects.get().check_password("quiet stones by the water")


def test_an_account_that_is_there_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    create("--email", "ada@real.example", "--name", "Ada")
    assert create("--email", "ada@real.example", "--name", "Eve") == 1
    assert "already" in capsys.readouterr().err
    assert Person.objects.get().name == "Ada"


@pytest.mark.parametrize(("email", "password"), [("no address", PASSWORD), ("ada@real.example", "short")])
def test_what_cannot_be_used_is_refused_in_words(
    email: str, password: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENCAIRN_ADMIN_PASSWORD", password)
    assert create("--email", email, "--name", "Ada") == 1
    assert capsys.readouterr().err
    assert not Person.objects.exists()


def test_without_a_terminal_it_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENCAIRN_ADMIN_PASSWORD")
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(SystemExit, match="OPENCAIRN_ADMIN_PASSWORD_FILE"):
        create("--email", "ada@real.example", "--name", "Ada")
