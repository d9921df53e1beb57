import sqlite3
from pathlib import Path

import pytest

from opencairn.web import environment as env

Patch = pytest.MonkeyPatch


def test_a_key_may_come_from_a_file(tmp_path: Path, monkeypatch: Patch) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "secret"))
    assert env.words("KEY", "default") == "from a file"


def test_a_number_that_is_none_stops_the_start_with_the_keys_name(monkeypatch: Patch) -> None:
    monkeypatch.setenv("KEY", "many")
    with pytest.raises(SystemExit, match="KEY has to be a whole number"):
        env.number("KEY", 1)


def test_switches_and_lists_are_read(monkeypatch: Patch) -> None:
    monkeypatch.setenv("KEY", "Yes")
    assert env.switch("KEY")
    monkeypatch.setenv("KEY", " a.example, b.example ,")
    assert env.listing("KEY", "c") == ["a.example", "b.example"]
    monkeypatch.delenv("KEY")
    assert not env.switch("KEY")
    assert env.listing("KEY", "c", "c", "d") == ["c", "d"]


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path, monkeypatch: Patch) -> None:
    file = tmp_path / "keys" / "web"
    first = env.secret("NO_SUCH_KEY", file)
    assert len(first) >= 48
    assert env.secret("NO_SUCH_KEY", file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("NO_SUCH_KEY", "given")
    assert env.secret("NO_SUCH_KEY", file) == "given"


def test_the_database_is_sqlite_unless_an_address_says_otherwise(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    sqlite = env.database("DATABASE_URL", tmp_path / "x" / "db.sqlite3")
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    monkeypatch.setenv("DATABASE_URL", "postgres://cairn:p%40ss@db.example:5433/cairn?sslmode=require")
    postgres = env.database("DATABASE_URL", tmp_path / "x")
    assert (postgres["USER"], postgres["PASSWORD"], postgres["HOST"], postgres["PORT"]) == (
        "cairn",
        "p@ss",
        "db.example",
        "5433",
    )
    assert postgres["OPTIONS"]["sslmode"] == "require"
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    with pytest.raises(SystemExit, match="postgres://"):
        env.database("DATABASE_URL", tmp_path / "x")


def test_mail_goes_to_files_until_a_server_is_named(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.delenv("MAIL", raising=False)
    assert env.mail("MAIL", tmp_path)[0].endswith("filebased.EmailBackend")
    monkeypatch.setenv("MAIL", "smtp://me:word@mail.example:587")
    backend, _folder, facts = env.mail("MAIL", tmp_path)
    assert backend.endswith("smtp.EmailBackend")
    assert facts == ("mail.example", 587, "me", "word", True, False)
    monkeypatch.setenv("MAIL", "smtp://mail.example:25")
    assert env.mail("MAIL", tmp_path)[2] == ("mail.example", 25, "", "", False, False)
    monkeypatch.setenv("MAIL", "smtps://me:w%40rd@mail.example")
    assert env.mail("MAIL", tmp_path)[2] == ("mail.example", 465, "me", "w@rd", False, True)
    for wrong in ("http://mail.example", "smtp://mail.example:mail", "smtp:///"):
        monkeypatch.setenv("MAIL", wrong)
        with pytest.raises(SystemExit, match="smtp://"):
            env.mail("MAIL", tmp_path)


def test_what_is_deleted_from_sqlite_is_overwritten(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.delenv("KEY", raising=False)
    database = env.database("KEY", tmp_path / "site.sqlite3")
    with sqlite3.connect(database["NAME"]) as line:
        line.executescript(database["OPTIONS"]["init_command"])
        assert line.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_a_public_site_answers_to_its_own_name_alone() -> None:
    assert env.hosts_of("https://cairn.example.org") == ["cairn.example.org"]
    assert env.hosts_of("http://localhost:8000") == ["localhost", "127.0.0.1"]


def test_a_setting_that_asks_for_a_folder_is_not_given_a_file(tmp_path: Path, monkeypatch: Patch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OPENCAIRN_PROFILES", str(tmp_path / "file"))
    with pytest.raises(SystemExit, match="OPENCAIRN_PROFILES has to name a folder"):
        env.profiles()
    monkeypatch.setenv("OPENCAIRN_PROFILES", str(tmp_path / "none-yet"))
    assert env.profiles() == tmp_path / "none-yet"
