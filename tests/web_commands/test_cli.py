import http.client
import os
import re
import signal
import socket
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from opencairn.kit.errors import Refused
from opencairn.web import cli
from opencairn.web.schedule import SWEEPS
from tests.web_commands.conftest import COMMAND, environment, opencairn


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_help_names_every_command_and_leaves_no_folder_behind(tmp_path: Path) -> None:
    answer = opencairn("--help", var=tmp_path / "var")
    assert answer.returncode == 0
    for name, _needs_site in cli.COMMANDS:
        assert f"\n    {name}" in answer.stdout
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("name", [name for name, _needs_site in cli.COMMANDS])
def test_every_command_has_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([name, "--help"])
    assert left.value.code == 0
    assert f"usage: opencairn {name}" in capsys.readouterr().out


def test_every_module_of_the_folder_is_a_command() -> None:
    folder = Path(cli.__file__).with_name("commands")
    modules = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--"}
    assert modules == {name for name, _needs_site in cli.COMMANDS}


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--port", "0"], ["serve", "--port", "x"], ["backup"]])
def test_wrong_usage_leaves_with_64_and_says_where_help_is(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 64
    assert "--help" in capsys.readouterr().err


def test_no_command_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 64
    assert "first steps" in capsys.readouterr().out


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"OpenCairn {version('opencairn')}\n"


def test_a_refusal_is_said_in_words_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(args: object) -> int:
        raise Refused("Not today.", details=("Come back tomorrow.",))

    monkeypatch.setattr("opencairn.web.commands.translations.run", refuse)
    assert cli.main(["translations", "check"]) == 1
    assert capsys.readouterr().err == "Not today.\nCome back tomorrow.\n"


def test_ctrl_c_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("opencairn.web.commands.translations.run", interrupt)
    assert cli.main(["translations", "check"]) == 130


def test_serve_says_what_to_do_when_the_site_is_not_ready(tmp_path: Path) -> None:
    answer = opencairn("serve", "--port", free_port(), var=tmp_path)
    assert answer.returncode == 1
    assert "opencairn prepare" in answer.stderr


def test_serve_and_demo_say_so_when_the_port_is_taken(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        serve = opencairn("serve", "--port", port, var=site)
        demo = opencairn("demo", var=site, OPENCAIRN_PORT=str(port))
    assert serve.returncode == demo.returncode == 1
    assert f"Port {port}" in serve.stderr
    assert f"make run PORT={port + 1}" in demo.stderr


def test_serve_answers_on_its_port_and_stops_quietly(site: Path) -> None:
    port = free_port()
    assert opencairn("prepare", var=site).returncode == 0
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment(site),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 60
        answer = ""
        while not answer and time.monotonic() < until:
            time.sleep(0.3)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("GET", "/healthz")
                answer = connection.getresponse().read().decode()
            except OSError:
                continue
            finally:
                connection.close()
        assert answer.strip() == "ok"
        second = opencairn("serve", "--port", port, var=site)
        assert second.returncode == 1
    finally:
        os.killpg(server.pid, signal.SIGINT)
        out, err = server.communicate(timeout=30)
    assert f"http://localhost:{port}" in out
    assert err == ""
    assert server.returncode in {0, 130}


def test_a_worker_does_what_is_due_and_says_how_much(site: Path) -> None:
    letters = 2  # in the demo world one credential was revoked and one corrected: their holders are told
    first = opencairn("work", "--once", var=site)
    assert (first.returncode, first.stdout) == (0, f"{len(SWEEPS) + letters} pieces of work taken.\n")
    assert opencairn("work", "--once", var=site).stdout == "0 pieces of work taken.\n"


def test_a_worker_stops_gracefully(site: Path) -> None:
    worker = subprocess.Popen(
        [COMMAND, "work", "--verbose"], env=environment(site), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    seen = [worker.stdout.readline() for _ in range(5)]
    worker.send_signal(signal.SIGTERM)
    _out, err = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert any("sweep:refresh-catalogue" in line for line in seen)
    assert re.fullmatch(r"Stopped after [4-9] pieces of work\.\n", err)


def test_a_worker_ends_with_the_process_that_started_it(site: Path) -> None:
    started = f"'{COMMAND}' work --beside $$ & wait"
    with subprocess.Popen(
        ["/bin/sh", "-c", started], env=environment(site), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "Working. Stop with Ctrl-C.\n"
        parent.kill()
        _out, err = parent.communicate(timeout=60)  # ends when the worker lets go of the pipes
    assert err.startswith("Stopped after ")


@pytest.mark.parametrize("command", [["demo"], ["serve", "--work"]], ids=" ".join)
def test_the_site_does_its_background_work_where_it_is_told_to(site: Path, command: list[str]) -> None:
    assert opencairn("prepare", var=site).returncode == 0
    server = subprocess.Popen(
        [COMMAND, *command, "--port", str(free_port())],
        env=environment(site),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 120
        while not (made := list(site.glob("dumps/programmes-*.jsonl.gz"))) and time.monotonic() < until:
            assert server.poll() is None
            time.sleep(0.3)
        assert made
    finally:
        server.terminate()
        _out, err = server.communicate(timeout=60)
    assert server.returncode == 0
    assert re.fullmatch(r"Stopped after \d+ pieces of work\.\n", err)


def test_a_database_that_does_not_answer_is_said_in_words(tmp_path: Path) -> None:
    nowhere = "postgres://nobody@127.0.0.1:9/nothing"
    prepare = opencairn("prepare", var=tmp_path, DATABASE_URL=nowhere)
    assert prepare.returncode == 1
    assert "DATABASE_URL" in prepare.stderr
    assert "Traceback" not in prepare.stderr
    doctor = opencairn("doctor", var=tmp_path, DATABASE_URL=nowhere)
    assert doctor.returncode == 1
    assert "attention  database" in doctor.stdout


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    answer = opencairn("prepare", var=tmp_path, OPENCAIRN_PORT="eight")
    assert answer.returncode == 1
    assert answer.stderr.startswith("OPENCAIRN_PORT")


@pytest.mark.parametrize(
    ("file", "setting"), [("profiles/mine.toml", {}), ("sectors.toml", {"OPENCAIRN_SHORTAGES": "sectors.toml"})]
)
def test_a_wrong_file_of_the_operator_is_one_line_and_no_traceback(
    tmp_path: Path, file: str, setting: dict[str, str]
) -> None:
    path = tmp_path / "var" / file
    path.parent.mkdir(parents=True)
    path.write_text('source = "https://x.example/"\nnope = 1\n')
    answer = opencairn("prepare", var=tmp_path / "var", **setting)
    assert answer.returncode == 1
    assert ("OPENCAIRN_SHORTAGES" if setting else "mine.toml") in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "setting", [{"OPENCAIRN_PUSH_FORMAT": "foo"}, {"OPENCAIRN_PUSH_URL": "ftp://x"}, {"OPENCAIRN_PROFILES": "a-file"}]
)
@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_a_wrong_setting_stops_the_start_in_one_line(tmp_path: Path, setting: dict[str, str], command: str) -> None:
    (tmp_path / "a-file").write_text("")
    given = {key: str(tmp_path / word) if word == "a-file" else word for key, word in setting.items()}
    answer = opencairn(command, var=tmp_path / "var", **given)
    assert answer.returncode == 1
    assert answer.stderr.startswith(next(iter(setting)))
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("folder", "setting"), [("profiles", "OPENCAIRN_PROFILES"), ("frameworks", "OPENCAIRN_FRAMEWORKS")]
)
def test_an_entry_that_is_no_file_is_one_line(tmp_path: Path, folder: str, setting: str) -> None:
    (tmp_path / folder / "x.toml").mkdir(parents=True)
    answer = opencairn("prepare", var=tmp_path)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"{setting}: {tmp_path / folder / 'x.toml'} cannot be read")
    assert len(answer.stderr.splitlines()) == 1
