"""``opencairn contexts``: what is here, what is missing, and bringing it."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from opencairn.engine.canonical import contexts
from opencairn.web.cli import main

URL = "https://college.example/terms/v1"
V1 = "https://www.w3.org/2018/credentials/v1"
DATA = b'{"@context": {"grade": "https://college.example/terms#grade"}}'
HASH = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    before = contexts.shelf().folder
    monkeypatch.setenv("OPENCAIRN_CONTEXTS", str(tmp_path / "contexts"))
    (tmp_path / "terms.json").write_bytes(DATA)
    yield str(tmp_path / "terms.json")
    contexts.use_folder(before)


def test_a_context_is_imported_and_listed(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contexts", "import", URL, file, "--sha256", HASH]) == 0
    assert capsys.readouterr().out.startswith("Kept as college.example-terms-v1-")
    assert main(["contexts", "list"]) == 0
    listed = dict(reversed(line.split()) for line in capsys.readouterr().out.splitlines())  # type: ignore[arg-type]
    assert (listed[URL], listed[V1], listed[contexts.OPEN_BADGES]) == ("imported", "missing", "shipped")
    next((tmp_path / "contexts").glob("*.json")).write_bytes(b"{}")
    main(["contexts", "list"])
    assert f"changed   {URL}" in capsys.readouterr().out


def test_a_context_can_come_from_standard_input(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(DATA)))
    assert main(["contexts", "import", URL, "-", "--sha256", HASH]) == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["import", "terms", "FILE"], 64, "not the address of a context"),
        (["import", URL, "FILE"], 64, "--sha256"),
        (["import", URL, "FILE", "--sha256", "abc"], 64, "64 hexadecimal digits"),
        (["import", URL, "absent", "--sha256", HASH], 66, "No such file"),
        (["import", URL, "FILE", "--sha256", "0" * 64], 65, "was not imported"),
        (["import", V1, "FILE"], 65, "was not imported"),
    ],
)
def test_what_cannot_be_imported_says_why(
    file: str, arguments: list[str], status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contexts", *(file if word == "FILE" else word for word in arguments)]) == status
    assert words in capsys.readouterr().err
    assert contexts.at_hand() == contexts.SHIPPED


def test_a_folder_that_cannot_be_written_is_said(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENCAIRN_CONTEXTS", f"{file}/below")  # a file stands where a folder would
    assert main(["contexts", "import", URL, file, "--sha256", HASH]) == 73
    assert "cannot be kept" in capsys.readouterr().err


def test_a_verb_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["contexts"])
    assert left.value.code == 64
