import json
from datetime import timedelta

import pytest
from django.utils import timezone

from opencairn.kit.fetch import CannotFetch
from opencairn.transparency import actions
from opencairn.transparency.models import LogKey
from opencairn.web import cli
from opencairn.web.commands import log

from .conftest import ADDRESS, as_a_stranger, cut, grow, rewrite, today

pytestmark = pytest.mark.django_db


def visit(*more, at=None, read=as_a_stranger):
    arguments = cli.parser().parse_args(["log", "verify", ADDRESS, *map(str, more)])
    return log.verify(arguments, at=at or today(), read=read)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "head.json"


def test_a_monitor_keeps_what_it_saw_and_catches_a_rewritten_log(at, file, operator, capsys):
    grow(7, at)
    assert visit("--head", file) == 0
    kept = file.read_bytes()
    grow(4, at)
    actions.publish_head(at=timezone.now() + timedelta(days=2))
    assert visit("--head", file, "--quick") == 0
    assert "grew out of the 8" in capsys.readouterr().out
    assert json.loads(file.read_text())["size"] == 12
    file.write_bytes(kept)
    rewrite(2, '{"at":"2026-03-02T09:00:00Z","facts":{"sha256":"ff"},"kind":"credential"}')
    actions.publish_head(at=timezone.now() + timedelta(days=4))
    assert visit("--head", file) == 1
    said = capsys.readouterr().out
    assert said.startswith("BROKEN: The first 8 entries are not those that the log signed")
    assert file.read_bytes() == kept
    evidence = json.loads(file.with_name("head.json.broken").read_text())
    assert evidence["size"] == 12
    assert file.with_name("head.json.broken").name in said
    cut(5)
    actions.publish_head(at=timezone.now() + timedelta(days=6))
    assert visit("--head", file, "--json") == 1


def test_the_answer_can_be_read_by_programs(at, file, capsys):
    grow(2, at)
    assert visit("--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["answer"], answer["head"]["size"]) == ("holds", 3)


def test_a_log_that_cannot_be_read_or_stopped_is_neither_good_nor_bad(at, file, capsys):
    grow(2, at)

    def nobody(url):
        raise CannotFetch("There is no such place as example.org.")

    assert visit("--head", file, read=nobody) == 2
    assert not file.exists()
    assert visit("--head", file, at=timezone.now() + timedelta(days=3)) == 2
    assert "STALE" in capsys.readouterr().out
    assert file.exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[: len(text) // 2], "Was it cut?"),
        (lambda text: "", "Was it cut?"),
        (lambda text: text.replace('"size": 3', '"size": 4'), "was changed"),
    ],
)
def test_a_kept_head_that_was_cut_or_edited_is_told(at, file, capsys, spoil, words):
    grow(2, at)
    assert visit("--head", file) == 0
    file.write_text(spoil(file.read_text()))
    assert visit("--head", file) == 66
    assert words in capsys.readouterr().err


def test_a_folder_in_the_place_of_the_file_is_told(at, tmp_path, capsys):
    grow(2, at)
    assert visit("--head", tmp_path) == 66
    assert visit("--head", tmp_path / "nowhere" / "head.json") == 73
    assert "cannot be written" in capsys.readouterr().err


def test_evidence_that_cannot_be_kept_is_no_reason_to_stay_silent(at, file, operator, capsys):
    grow(7, at)
    assert visit("--head", file) == 0
    file.with_name("head.json.new").mkdir()
    rewrite(2, "{}")
    actions.publish_head(at=timezone.now() + timedelta(days=4))
    assert visit("--head", file) == 1
    assert "BROKEN" in capsys.readouterr().out


def test_a_quick_visit_needs_an_earlier_one(at, file, capsys):
    assert visit("--quick", "--head", file) == 66
    assert "an earlier visit" in capsys.readouterr().err


def test_wrong_usage_is_told(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["log"])
    assert left.value.code == 64


def test_the_log_of_this_site_is_read_without_the_network(at, settings, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "the one of the tests")
    grow(2, at)
    assert cli.main(["log", "verify", f"{settings.BASE_URL}/log/"]) == 0
    assert cli.main(["log", "verify", f"{settings.BASE_URL}/nothing/"]) == 2
    assert cli.main(["log", "verify", "http://127.0.0.1/log/"]) == 2
    assert "Only addresses that start with https://" in capsys.readouterr().out


def test_the_operator_changes_the_key(at, capsys):
    grow(2, at)
    assert cli.main(["log", "rotate-key"]) == 0
    assert LogKey.objects.get(retired_at=None).did in capsys.readouterr().out
