import json
import subprocess
from pathlib import Path

from tests.web_commands.conftest import opencairn

Demo = tuple[Path, subprocess.CompletedProcess[str]]


def test_the_first_run_loads_the_world_and_every_step_of_the_walk_holds(first_demo: Demo) -> None:
    var, answer = first_demo
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.count("✓") == 11
    assert "✗" not in answer.stdout
    for name in ("credential.json", "credential.png", "credential.pdf", "status-list.json"):
        assert (var / "journey" / name).stat().st_size > 1000
    for secret in ("keys/wrapping-key", "keys/web-secret", "opencairn.sqlite3"):
        assert (var / secret).stat().st_mode & 0o077 == 0, secret


def test_the_second_run_keeps_every_fact_and_says_so(site: Path) -> None:
    before = json.loads(opencairn("journey", "--json", var=site).stdout)
    again = opencairn("demo", "--once", var=site)
    after = json.loads(opencairn("journey", "--json", var=site).stdout)
    assert again.returncode == 0
    assert "Your data is kept" in again.stdout
    assert again.stdout.count("kept from an earlier walk") == 9
    assert before == after


def test_a_second_run_at_another_port_holds_too(site: Path) -> None:
    """The kept credential names the first port; the records still vouch for it."""
    again = opencairn("demo", "--once", "--port", "8301", var=site)
    assert again.returncode == 0, again.stdout
    assert again.stdout.count("✓") == 11


def test_the_walk_as_json_is_one_object_of_the_promised_shape(site: Path) -> None:
    answer = opencairn("journey", "--json", var=site)
    walk = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert set(walk) == {"ok", "steps", "files"}
    assert walk["ok"] is True
    assert [set(step) for step in walk["steps"]] == [{"step", "room", "fact", "ok"}] * 11
    assert set(walk["files"]) == {"credential", "png", "pdf", "status_list"}
    assert all(Path(file).is_file() for file in walk["files"].values())


def test_the_walk_asks_for_a_prepared_site(tmp_path: Path) -> None:
    answer = opencairn("journey", var=tmp_path)
    assert answer.returncode == 1
    assert "opencairn prepare" in answer.stderr


def test_the_demo_never_enters_a_real_site(tmp_path: Path) -> None:
    opencairn("prepare", var=tmp_path)
    opencairn(
        "create-admin", "--email", "ada@real.example", "--name", "Ada", var=tmp_path,
        OPENCAIRN_ADMIN_PASSWORD="a long walk by the river",
    )  # fmt: skip
    table = tmp_path / "courses.csv"
    table.write_text("id,title.en,provider.name\nhttps://a.example/1,Weld,Hochschule Tarntal\n")
    assert opencairn("import-programmes", table, "--format", "csv", var=tmp_path).returncode == 0
    answer = opencairn("demo", "--once", var=tmp_path)
    assert answer.returncode == 1
    assert "not the demo" in answer.stderr
    walked = opencairn("journey", "--json", var=tmp_path)
    assert (walked.returncode, walked.stdout) == (1, "")
    assert "real site" in walked.stderr
    generated = opencairn("generate", "--offerings", "10", "--seed", "1", var=tmp_path)
    assert generated.returncode == 1
    assert "real site" in generated.stderr
