"""`opencairn verify` as somebody types it: exit status, JSON, local copies, and no database."""

import argparse
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.baking import bake_svg
from opencairn.kit.dates import iso
from opencairn.web.commands import verify
from tests.engine.samples import AT, ATTAINMENT, KEY, STRANGER, as_bytes, signed, status_list, with_bit

MOMENT = iso(AT)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    written: dict[str, Any] = {
        "credential.json": signed(),
        "changed.json": {**signed(), "name": "Something better"},
        "list.json": status_list(),
        "revoked.json": status_list(bits=with_bit(94_567)),
        "strangers.json": status_list(key=STRANGER, issuer=STRANGER.did),
        "old.json": {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "urn:o"},
        "nameless.json": {"a": 1},
        "other.json": {"hello": "world"},
    }
    for name, document in written.items():
        (tmp_path / name).write_bytes(as_bytes(document))
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "stone.svg").write_text(bake_svg('<svg xmlns="http://www.w3.org/2000/svg"/>', json.dumps(signed())))
    return tmp_path


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run the command as a user does, in a folder without any site."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENCAIRN", "DATABASE", "DJANGO"))
    }
    command = [sys.executable, "-m", "opencairn.web.cli", "verify", *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False, env=environment)


def test_a_credential_with_its_list_is_valid_and_leaves_with_0(files: Path) -> None:
    done = run(files, "credential.json", "--at", MOMENT, "--offline", "--json", "--with", "list.json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["verdict"] == "valid"
    assert [step["name"] for step in report["steps"]] == [
        "format", "signature", "dates", "status", "issuer", "accredited-on-award-date", "accredited-today",
    ]  # fmt: skip
    assert all(set(step) == {"name", "outcome", "why"} for step in report["steps"])
    assert not (files / "var").exists()  # nothing was set up to answer


def test_words_for_a_person(files: Path) -> None:
    done = run(files, "credential.json", "--at", MOMENT, "--offline", "--with", "revoked.json")
    assert done.returncode == 1
    assert done.stdout.decode().startswith("INVALID")
    assert "The issuer has revoked it." in done.stdout.decode()


def test_standard_input(files: Path) -> None:
    done = run(files, "-", "--offline", "--at", MOMENT, stdin=(files / "changed.json").read_bytes())
    assert done.returncode == 1


def test_wrong_usage_leaves_with_64(files: Path) -> None:
    for arguments in ([], ["--nonsense", "x"], ["credential.json", "--at", "yesterday"], ["--with", "list.json"]):
        done = run(files, *arguments)
        assert done.returncode == 64, arguments
        assert b"Traceback" not in done.stderr


# --- the rest without a process each ---


def call(folder: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    verify.add_arguments(parser)
    words = [str(folder / each) if each.endswith((".json", ".svg")) else each for each in arguments]
    return verify.run(parser.parse_args(words))


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["credential.json"], 2),
        (["credential.json", "--with", "strangers.json"], 2),
        (["stone.svg", "--with", "list.json"], 0),
        (["--with", "list.json", "credential.json"], 0),
        (["changed.json", "--with", "list.json"], 1),
        (["old.json"], 2),
        (["other.json"], 3),
        (["broken.json"], 3),
        (["missing.json"], 66),
        (["https://cairn.example/status/7/", "--with", "list.json"], 0),
        (["https://cairn.example/status/8/", "--with", "list.json"], 66),
        (["credential.json", "--with", "missing.json"], 66),
        (["credential.json", "--with", "broken.json"], 66),
        (["credential.json", "--with", "nameless.json"], 66),
    ],
)
def test_every_answer_has_its_exit_status(files: Path, arguments: list[str], status: int) -> None:
    assert call(files, *arguments, "--offline", "--at", MOMENT) == status


def test_an_expired_credential_is_invalid(files: Path) -> None:
    end = ATTAINMENT.valid_until
    assert end is not None
    assert call(files, "credential.json", "--offline", "--at", iso(end + timedelta(seconds=1))) == 1


def test_a_did_document_may_be_given(tmp_path: Path) -> None:
    for name in ("did:web:tarntal.example", "https://tarntal.example/issuer"):
        known = verify._addresses({"id": name})
        assert known[-1].startswith("https://tarntal.example/")
    both = {"id": KEY.did, "credentialSubject": {"id": "https://a.example/#list"}}
    assert set(verify._addresses(both)) == {KEY.did, "https://a.example/"}


def test_without_a_site_private_addresses_are_refused(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(files)
    monkeypatch.delenv("OPENCAIRN_VAR", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert call(files, "https://127.0.0.1/credential") == 66
    assert "not a public address" in capsys.readouterr().err


@pytest.mark.django_db
def test_where_a_site_is_its_own_records_are_asked(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "set")
    assert call(files, "credential.json", "--at", MOMENT, "--with", "list.json") == 0
    assert call(files, "other.json", "--at", MOMENT) == 3
