import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from opencairn.web.safekeeping import archive, manifest
from opencairn.web.safekeeping.manifest import Manifest, NotABackup
from tests.web_commands.conftest import ROOT, environment, opencairn

ISSUE_ANOTHER = """
import django
django.setup()
from django.utils import timezone
from opencairn.credentials import actions as credentials
from opencairn.credentials.verification import verify_text
from opencairn.learning import actions as learning
from opencairn.people.models import Person
from opencairn.programmes.models import Offering
from opencairn.programmes.queries import outcomes_of
at = timezone.now()
person, ilse = Person.objects.get(email="aoife@example.org"), Person.objects.get(email="ilse@tarntal.example")
offering = Offering.objects.get(programme__slug="reading-a-river-gauge")
place = learning.enrol(person, offering, name_on_credential="Aoife", consent_text="I agree.", at=at)
learning.record_results(place, results=[(o, True, "1.0", "") for o in outcomes_of(place.version)], by=ilse, at=at)
award = learning.award(place, grade="1.0", awarded_on=at.date(), by=ilse, at=at)
print(verify_text(credentials.issue(award, by=ilse, at=at).document.encode(), at=timezone.now()).verdict)
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Path, dict[str, str]]]:
    """A demo site, a backup of it, and the environment that says where its database is."""
    folder = tmp_path_factory.mktemp("kept")
    var, more = folder / "var", {}
    url = os.environ.get("DATABASE_URL", "")
    if request.param == "postgresql":
        if not url.startswith("postgres"):
            pytest.skip("no PostgreSQL: DATABASE_URL does not name one")
        more["DATABASE_URL"] = new_database(url, drop=False)
    shown = opencairn("demo", "--once", var=var, **more)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    (var / "files").mkdir(exist_ok=True)
    (var / "files" / "note.txt").write_text("a file that was uploaded")
    backup = folder / "backup.tar.gz"
    answer = opencairn("backup", backup, var=var, **more)
    assert answer.returncode == 0, answer.stderr
    assert "secret" in answer.stdout
    yield var, backup, more
    if more:
        new_database(url, drop=True)


def new_database(url: str, *, drop: bool) -> str:
    """Make, or drop, an empty PostgreSQL database of our own, and return its address."""
    import psycopg

    name = f"opencairn_backup_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        if not drop:
            server.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def test_a_site_comes_back_whole_verifies_and_issues(kept: tuple[Path, Path, dict[str, str]], tmp_path: Path) -> None:
    var, backup, more = kept
    credential = tmp_path / "credential.json"
    shutil.copy(var / "journey" / "credential.json", credential)
    key = (var / "keys" / "wrapping-key").read_text()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    refused = opencairn("restore", backup, var=var, **more)
    assert refused.returncode == 1
    assert "not empty" in refused.stderr

    fresh = tmp_path / "fresh"
    if more:
        new_database(os.environ["DATABASE_URL"], drop=False)
        assert opencairn("prepare", var=fresh, **more).returncode == 0
    answer = opencairn("restore", backup, var=fresh, **more)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert (fresh / "keys" / "wrapping-key").read_text() == key
    assert (fresh / "files" / "note.txt").read_text() == "a file that was uploaded"
    walk = json.loads(opencairn("journey", "--json", var=fresh, **more).stdout)
    assert walk["ok"]
    assert (fresh / "journey" / "credential.json").read_bytes() == credential.read_bytes()
    again = subprocess.run(
        [sys.executable, "-c", ISSUE_ANOTHER],
        env={**environment(fresh, **more), "DJANGO_SETTINGS_MODULE": "opencairn.web.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.stdout == "valid\n", again.stderr


def test_force_replaces_a_site_and_keeps_what_was_there(
    kept: tuple[Path, Path, dict[str, str]], tmp_path: Path
) -> None:
    var, backup, more = kept
    if more:
        pytest.skip("PostgreSQL keeps no copy of what was replaced")
    target = tmp_path / "var"
    shutil.copytree(var, target)
    (target / "files" / "note.txt").write_text("changed since")
    (target / "index" / "stale").touch()
    answer = opencairn("restore", backup, "--force", var=target)
    assert answer.returncode == 0, answer.stderr
    assert (target / "files" / "note.txt").read_text() == "a file that was uploaded"
    assert [file.read_text() for file in target.glob("before-restore-*/files/note.txt")] == ["changed since"]
    assert list(target.glob("before-restore-*/index/stale")), "the search shows what the backup has, not what was here"
    made = (target / "index" / "current").read_text()
    assert {path.name for path in (target / "index").iterdir()} == {made, "current", "lock"}
    assert not list(target.glob(".opencairn-*"))


def test_a_mismatch_is_refused_before_anything_is_touched(
    kept: tuple[Path, Path, dict[str, str]], tmp_path: Path
) -> None:
    _var, backup, more = kept
    if more:
        pytest.skip("the same code as on SQLite")
    for name, change, words in MISMATCHES:
        wrong = tmp_path / f"{name}.tar.gz"
        rewritten(backup, wrong, change)
        fresh = tmp_path / name
        answer = opencairn("restore", wrong, var=fresh)
        assert answer.returncode == 1, name
        assert words in answer.stderr, (name, answer.stderr)
        assert "Traceback" not in answer.stderr
        assert not (fresh / "files").exists()
        assert not list(fresh.glob("before-restore-*"))


def test_the_environment_cannot_dictate_another_key(kept: tuple[Path, Path, dict[str, str]], tmp_path: Path) -> None:
    _var, backup, more = kept
    if more:
        pytest.skip("the same code as on SQLite")
    answer = opencairn("restore", backup, var=tmp_path / "var", OPENCAIRN_WRAPPING_KEY="another one")
    assert answer.returncode == 1
    assert "OPENCAIRN_WRAPPING_KEY" in answer.stderr


def test_a_wrapping_key_that_opens_nothing_is_neither_backed_up_nor_restored(
    kept: tuple[Path, Path, dict[str, str]], tmp_path: Path
) -> None:
    var, backup, more = kept
    answer = opencairn(
        "backup", tmp_path / "b.tar.gz", var=var, **more, OPENCAIRN_WRAPPING_KEY="another-key-altogether"
    )
    assert answer.returncode == 1
    assert "does not open" in answer.stderr
    assert "did:key:" in answer.stderr
    assert not (tmp_path / "b.tar.gz").exists()

    folder = tmp_path / "open"
    folder.mkdir()
    facts = archive.unpack(backup, folder)
    (folder / "keys" / "wrapping-key").write_text("another-key-altogether")
    archive.pack(folder, tmp_path / "swapped.tar.gz", replace(facts, members=archive.members_of(folder)))
    fresh = tmp_path / "fresh"
    if more:
        new_database(os.environ["DATABASE_URL"], drop=False)
        assert opencairn("prepare", var=fresh, **more).returncode == 0
    answer = opencairn("restore", tmp_path / "swapped.tar.gz", var=fresh, **more)
    assert answer.returncode == 1
    assert "does not open" in answer.stderr


def test_a_backup_never_overwrites_a_file(kept: tuple[Path, Path, dict[str, str]]) -> None:
    var, backup, more = kept
    before = backup.read_bytes()
    answer = opencairn("backup", backup, var=var, **more)
    assert answer.returncode == 1
    assert "there already" in answer.stderr
    assert backup.read_bytes() == before


def test_restore_says_so_when_there_is_no_file(tmp_path: Path) -> None:
    answer = opencairn("restore", tmp_path / "nothing", var=tmp_path / "var")
    assert answer.returncode == 66


def rewritten(source: Path, target: Path, change) -> None:
    """Copy a backup, each member through ``change(name, data) -> data or None``."""
    with tarfile.open(source, "r:gz") as read, tarfile.open(target, "w:gz", compresslevel=1) as written:
        for info in read:
            data = change(info.name, read.extractfile(info).read())
            if data is not None:
                one = tarfile.TarInfo(info.name)
                one.size = len(data)
                written.addfile(one, io.BytesIO(data))


def with_fact(**facts):
    def change(name: str, data: bytes) -> bytes:
        return json.dumps({**json.loads(data), **facts}).encode() if name == manifest.NAME else data

    return change


MISMATCHES = [
    ("another-database", with_fact(database="postgresql"), "DATABASE_URL"),
    ("a-newer-version", with_fact(migrations=["people.0009_later"], version="9.9"), "9.9"),
    ("a-newer-format", with_fact(format=2), "newer version"),
    ("a-changed-file", lambda name, data: b"changed" if name.startswith("files/") else data, "not the one"),
    ("a-missing-file", lambda name, data: None if name.startswith("files/") else data, "incomplete"),
    ("another-key", lambda name, data: b"x" * len(data) if name.startswith("keys/") else data, "not the one"),
    ("no-manifest", lambda name, data: None if name == manifest.NAME else data, "not a backup"),
]


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Manifest]:
    """A backup of one file, made by hand."""
    folder = tmp_path / "in"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "a.txt").write_bytes(b"stones " * 500)
    facts = Manifest("0.1.0", "2026-03-02T09:00:00Z", "http://localhost:8000", "sqlite", (), archive.members_of(folder))
    archive.pack(folder, tmp_path / "small.tar.gz", facts)
    return tmp_path / "small.tar.gz", facts


def test_what_was_packed_is_unpacked_byte_for_byte(small: tuple[Path, Manifest], tmp_path: Path) -> None:
    file, facts = small
    assert archive.unpack(file, tmp_path / "out") == facts
    assert (tmp_path / "out" / "files" / "a.txt").read_bytes() == b"stones " * 500


def test_no_changed_byte_goes_unnoticed(small: tuple[Path, Manifest], tmp_path: Path) -> None:
    file, facts = small
    whole = file.read_bytes()
    for position in range(10, len(whole), 7):
        broken = bytearray(whole)
        broken[position] ^= 0x55
        file.write_bytes(bytes(broken))
        try:
            read = archive.unpack(file, tmp_path / f"out-{position}")
        except NotABackup:
            continue
        assert read == facts
        assert (tmp_path / f"out-{position}" / "files" / "a.txt").read_bytes() == b"stones " * 500


@pytest.mark.parametrize("data", [b"", b"no backup", b"\x1f\x8b\x08\x00" + b"\0" * 40])
def test_what_is_no_backup_is_called_so(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(data)
    with pytest.raises(NotABackup):
        archive.read_manifest(tmp_path / "odd")


@pytest.mark.parametrize(
    "name", ["../keys/x", "/etc/passwd", "files/../../x", "files", "keys//x", "files/a\\b", "other/x", "./files/x"]
)
def test_a_name_that_leads_outside_is_refused(name: str) -> None:
    facts = Manifest("1", "", "", "sqlite", (), {name: ("0" * 64, 1)})
    with pytest.raises(NotABackup):
        manifest.read(facts.as_json())


@pytest.mark.parametrize("data", [b"[]", b"{}", b"null", b"{", b'{"kind": "opencairn-backup", "format": "x"}', b"\xff"])
def test_a_manifest_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(NotABackup):
        manifest.read(data)


def test_a_link_inside_a_backup_is_refused(small: tuple[Path, Manifest], tmp_path: Path) -> None:
    _file, facts = small
    with tarfile.open(tmp_path / "link.tar.gz", "w:gz") as tar:
        data = facts.as_json()
        info = tarfile.TarInfo(manifest.NAME)
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("files/a.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(NotABackup, match="plain file"):
        archive.unpack(tmp_path / "link.tar.gz", tmp_path / "out")


def test_a_member_that_grows_beyond_its_promise_is_stopped(small: tuple[Path, Manifest], tmp_path: Path) -> None:
    file, _facts = small
    rewritten(file, tmp_path / "bomb.tar.gz", lambda name, data: data if name == manifest.NAME else b"0" * 50_000_000)
    with pytest.raises(NotABackup, match="not the one"):
        archive.unpack(tmp_path / "bomb.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "files" / "a.txt").stat().st_size < 100_000
