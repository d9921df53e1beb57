"""`opencairn verify` as somebody types it: exit status, JSON, local copies, and no database."""

import argparse
import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from opencairn.engine.baking import bake_svg
from opencairn.engine.keys import base64url_encode
from opencairn.engine.status import one_ed_tech, token_list
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused
from opencairn.kit.fetch import CannotFetch
from opencairn.web import cli
from opencairn.web.commands import verify
from opencairn.web.copies import Copies
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, STRANGER, as_bytes, signed, status_list, with_bit
from tests.engine.test_baking import with_chunk
from tests.engine.test_jades import AUTHORITY, SEALED

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
        "log-inclusion", "awarding-body", "endorsements", "superseded-by",
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


def test_a_certificate_that_is_given_vouches_for_a_seal(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "sealed.json").write_bytes(as_bytes(SEALED))
    given = str(files / "list.pem")
    when = ("--offline", "--at", iso(AT + timedelta(days=30)))
    Path(given).write_bytes(x509.load_der_x509_certificate(AUTHORITY).public_bytes(Encoding.PEM))
    for more, said in (((), "on no list that was given"), (("--with", given), "a list that was given vouches for")):
        assert call(files, "sealed.json", *when, *more) == 2  # its status list is out of reach
        assert said in capsys.readouterr().out
    Path(given).write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert call(files, "sealed.json", *when, "--with", given) == 66


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["credential.json"], 2),
        (["credential.json", "--with", "strangers.json"], 2),
        (["stone.svg", "--with", "list.json"], 0),
        (["--with", "list.json", "credential.json"], 0),
        (["changed.json", "--with", "list.json"], 1),
        (["old.json"], 1),
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


TOKEN_LIST = token_list.write(
    "https://cairn.example/statuses/5",
    token_list.Statuses(bytes(4), 1),
    KEY,
    at=AT,
    until=AT + timedelta(days=1),
    ttl=timedelta(hours=1),
)
OWN_NAME = "0d4a1b1e-0000-4000-8000-000000000007"


@pytest.mark.parametrize(
    ("document", "asked"),
    [
        ({"id": "did:web:tarntal.example"}, "https://tarntal.example/.well-known/did.json"),
        ({"id": "https://tarntal.example/issuer#me"}, "https://tarntal.example/issuer"),
        ({"@id": "https://badges.example/1"}, "https://badges.example/1"),
        ({"credentialSubject": {"id": "https://a.example/#list"}}, "https://a.example"),
        ({"credentialSubject": [{"id": "https://a.example/x#list"}]}, "https://a.example/x/"),
        (one_ed_tech.write("https://a.example/revoked", KEY.did, []), "https://a.example/revoked"),
        ({"kty": "OKP", "kid": "https://a.example/keys/1"}, "https://a.example/keys/1"),
        ({"issuer": "https://a.example", "jwks": {}}, "https://a.example/.well-known/jwt-vc-issuer"),
        ({"issuer": "https://a.example/b", "jwks_uri": "x"}, "https://a.example/.well-known/jwt-vc-issuer/b"),
        (TOKEN_LIST, "https://cairn.example/statuses/5"),
        (f"{TOKEN_LIST}\n", "https://cairn.example/statuses/5"),
        (status_list(url=f"https://old.example/{OWN_NAME}"), f"https://new.example/status/{OWN_NAME}/"),
    ],
)
def test_a_copy_is_found_by_every_address_it_may_be_asked_for(document: Any, asked: str) -> None:
    data = document.encode() if isinstance(document, str) else as_bytes(document)
    copies = Copies()
    copies.add(data)
    assert copies.find(asked) == data
    assert copies.find("https://other.example/") is None


def test_a_token_that_wraps_a_credential_is_found_by_what_it_wraps() -> None:
    words = ".".join(base64url_encode(as_bytes(each)) for each in ({"alg": "EdDSA"}, {"vc": {"id": "urn:list:1"}}))
    copies = Copies()
    copies.add(f"{words}.AAAA".encode())
    assert copies.find("urn:list:1")


def test_only_status_lists_are_found_by_their_name_alone() -> None:
    copies = Copies()
    copies.add(as_bytes({"id": f"https://old.example/{OWN_NAME}"}))
    assert copies.find(f"https://new.example/{OWN_NAME}") is None
    copies.add(as_bytes(status_list(url=f"https://old.example/1/{OWN_NAME}")))
    assert copies.find(f"https://old.example/2/{OWN_NAME}") is None  # on one host that is another list
    copies.add(as_bytes(status_list(url="https://old.example/statuslistcredential")))
    assert copies.find("https://new.example/statuslistcredential") is None


@pytest.mark.parametrize("document", [[], {}, {"id": 5}, {"kty": "OKP", "kid": "key-1"}, {"issuer": "x", "jwks": {}}])
def test_a_copy_without_an_address_needs_one(document: Any) -> None:
    with pytest.raises(ValueError, match="address"):
        Copies().add(as_bytes(document))
    given = Copies()
    given.add(as_bytes(document), "did:web:tarntal.example")
    assert given.find("https://tarntal.example/.well-known/did.json")


def test_an_address_may_be_given_with_the_copy(files: Path) -> None:
    (files / "a=b.json").write_bytes((files / "list.json").read_bytes())
    for given, status in ((f"{LIST}={files}/a.json", 66), (f"{LIST}={files}/list.json", 0), (f"{files}/a=b.json", 0)):
        parser = argparse.ArgumentParser()
        verify.add_arguments(parser)
        words = [str(files / "credential.json"), "--offline", "--at", MOMENT, "--with", given]
        assert verify.run(parser.parse_args(words)) == status, given


# --- pictures ---


def test_a_picture_that_only_holds_an_address_is_opened_there(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "address.png").write_bytes(with_chunk(b"tEXt", b"openbadges\0https://cairn.example/badge"))
    given = ("--with", f"https://cairn.example/badge={files / 'credential.json'}", str(files / "list.json"))
    assert cli.main(["verify", str(files / "address.png"), "--offline", "--at", MOMENT, *given]) == 0
    assert capsys.readouterr().out.startswith("VALID")


# --- pictures of codes ---


def picture_of(words: str) -> bytes:
    written = io.BytesIO()
    segno.make(words, error="l").save(written, kind="png", scale=4)
    return written.getvalue()


def test_a_code_that_leads_to_a_credential_is_followed(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "code.png").write_bytes(picture_of("https://cairn.example/credentials/9"))
    given = f"https://cairn.example/credentials/9={files}/credential.json"
    assert cli.main(["verify", str(files / "code.png"), "--offline", "--at", MOMENT, "--with", given, str(files / "list.json")]) == 0  # fmt: skip
    assert "VALID" in capsys.readouterr().out
    assert cli.main(["verify", str(files / "code.png"), "--offline"]) == 66
    assert "https://cairn.example/credentials/9 cannot be read" in capsys.readouterr().err


def test_a_code_may_hold_the_credential_itself(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "json.png").write_bytes(picture_of('{"type": "nothing"}'))
    assert cli.main(["verify", str(files / "json.png"), "--offline"]) == 3
    assert "does not say that it is a credential" in capsys.readouterr().out
    (files / "token.png").write_bytes(picture_of("eyJhbGciOiJub25lIn0.e30."))
    assert cli.main(["verify", str(files / "token.png"), "--offline"]) in {1, 2}
    (files / "words.png").write_bytes(picture_of("hello"))
    assert cli.main(["verify", str(files / "words.png"), "--offline"]) == 3
    assert "picture holds no credential" in capsys.readouterr().out


# --- a verdict is a verdict, whatever happens around it ---


def test_whoever_stops_listening_changes_nothing_about_the_verdict(files: Path) -> None:
    for name, status in (("changed.json", 1), ("credential.json", 2)):
        read, write = os.pipe()
        os.close(read)
        command = [sys.executable, "-m", "opencairn.web.cli", "verify", name, "--offline", "--at", MOMENT]
        done = subprocess.run(command, cwd=files, stdout=write, stderr=subprocess.PIPE, check=False)
        os.close(write)
        assert (done.returncode, done.stderr) == (status, b"")


@pytest.mark.parametrize(
    "setting", [{"DATABASE_URL": "mysql://x"}, {"DATABASE_URL": "postgres://x", "OPENCAIRN_PORT": "abc"}]
)
def test_a_setting_that_cannot_be_used_is_no_verdict(files: Path, setting: dict[str, str]) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENCAIRN", "DATABASE", "DJANGO"))
    }
    command = [sys.executable, "-m", "opencairn.web.cli", "verify", "credential.json"]
    done = subprocess.run(command, cwd=files, capture_output=True, check=False, env={**kept, **setting})
    assert done.returncode == 64
    assert list(setting)[-1].encode() in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("fault", [ZeroDivisionError(), MemoryError(), Refused("no"), OSError(28, "disk full")])
def test_a_fault_of_the_program_is_no_verdict(
    files: Path, fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(verify, "verify_opened", broken)
    assert cli.main(["verify", str(files / "credential.json"), "--offline"]) == 70
    assert capsys.readouterr().err


def test_a_pipe_that_breaks_before_the_verdict_is_no_verdict(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(verify, "verify_opened", broken)
    monkeypatch.setattr(os, "dup2", lambda *_: None)  # it would cut off the test's own output
    with (files / "printed").open("w") as printed:
        monkeypatch.setattr(sys, "stdout", printed)
        assert cli.main(["verify", str(files / "credential.json"), "--offline"]) == 70


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


def test_a_document_that_names_hundreds_of_addresses_is_not_followed_to_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.chdir(tmp_path)  # where no site is set up
    for name in ("DATABASE_URL", "OPENCAIRN_VAR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(verify, "fetch", lambda url, within: asked.append(url) or b"{}")
    read, trust_in = verify._outside(AT)
    for number in range(400):
        with suppress(CannotFetch):
            read(f"https://a.example/{number}")
    assert (len(asked), trust_in) == (50, None)
