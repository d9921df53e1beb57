import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import IssuerKey
from opencairn.engine import merkle
from opencairn.engine.canonical import contexts, imported
from opencairn.jobs import actions as jobs
from opencairn.jobs.models import Job
from opencairn.programmes.models import Delivery
from opencairn.transparency import actions as log
from opencairn.transparency.models import Entry, Node
from opencairn.web import checkup, cli
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db


def test_an_ordinary_site_is_well_and_a_key_that_does_not_open_is_found(cast: Cast, at: datetime) -> None:
    credentials.ensure_key(cast.provider, at=at)
    assert checkup.keys(at).ok
    IssuerKey.objects.update(wrapped=b"something else")
    answer = checkup.keys(at)
    assert not answer.ok
    assert "Hochschule Tarntal" in answer.words
    assert "backup" in answer.todo


def test_each_check_answers_without_failing(cast: Cast, at: datetime) -> None:
    found = dict(checkup.examine(at))
    assert list(found) == [name for name, _check in checkup.CHECKS]
    for name in ("database", "tables", "operator", "contexts", "fonts", "address", "work", "disk", "clock"):
        assert found[name].ok, (name, found[name])
    assert all(answer.todo for answer in found.values() if not answer.ok)


def test_the_command_prints_a_line_for_each_check(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) in {0, 1}
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith(("ok", "attention")) for line in lines) == len(checkup.CHECKS)


def test_contexts_that_nobody_imported_are_told_and_are_no_fault(at: datetime, tmp_path: Path) -> None:
    before = contexts.shelf().folder
    contexts.use_folder(tmp_path)
    try:
        answer = checkup.known_contexts(at)
        assert answer.ok
        assert "https://www.w3.org/2018/credentials/v1" in answer.more
        (tmp_path / f"{imported.name(answer.more[0])}.json").write_text("{}")
        answer = checkup.known_contexts(at)
    finally:
        contexts.use_folder(before)
    assert not answer.ok
    assert "opencairn contexts list" in answer.todo


def test_a_site_without_an_operator_is_told_to_make_one(db: None, at: datetime) -> None:
    assert "create-admin" in checkup.operator(at).todo


def test_work_that_was_given_up_is_shown_with_its_error(at: datetime, db: None) -> None:
    job = jobs.enqueue("issue", key="a", payload={}, due_at=at)
    Job.objects.filter(pk=job.pk).update(state="failed", error="Traceback\nValueError: no paper")
    assert "no paper" in checkup.work(at).todo


def test_work_that_waits_long_asks_for_a_worker(at: datetime, db: None) -> None:
    jobs.enqueue("issue", key="a", payload={}, due_at=at - timedelta(hours=2))
    assert "opencairn work" in checkup.work(at).todo


def test_a_clock_behind_what_was_signed_is_wrong(cast: Cast, at: datetime) -> None:
    programme = make.programme(cast.provider)
    make.version(programme)
    award = make.award(make.enrolment(cast.learner, make.offering(programme)), cast.author)
    credentials.issue(award, by=cast.manager, at=at)
    assert checkup.clock(at).ok
    assert not checkup.clock(at - timedelta(days=1)).ok


@pytest.mark.parametrize(
    ("address", "ok"),
    [("http://localhost:8000", True), ("https://cairn.example", True), ("http://cairn.example", False)],
)
def test_an_address_that_others_reach_has_to_be_encrypted(address: str, ok: bool, at: datetime) -> None:
    with override_settings(BASE_URL=address):
        assert checkup.address(at).ok is ok


@pytest.mark.parametrize(
    ("is_open", "address", "ok"),
    [
        (False, "https://cairn.example", True),
        (True, "https://cairn.example", False),
        (True, "http://localhost:8000", True),
    ],
)
def test_an_open_conformance_door_is_told_and_belongs_on_no_site_that_others_reach(
    is_open: bool, address: str, ok: bool, at: datetime
) -> None:
    with override_settings(CONFORMANCE=is_open, BASE_URL=address):
        answer = checkup.conformance(at)
    assert (answer.ok, "is open" in answer.words, "OPENCAIRN_CONFORMANCE" in answer.todo) == (ok, is_open, not ok)


def test_mail_into_files_is_fine_at_home_only(at: datetime) -> None:
    files = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=files, BASE_URL="http://localhost:8000"):
        assert checkup.mail(at).ok
    with override_settings(EMAIL_BACKEND=files, BASE_URL="https://cairn.example"):
        assert "OPENCAIRN_SMTP_URL" in checkup.mail(at).todo


def test_a_mail_server_that_does_not_answer_is_named(at: datetime) -> None:
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        assert not checkup.mail(at).ok


def test_a_log_that_is_not_what_was_signed_is_told(db: None, at: datetime) -> None:
    assert checkup.transparency_log(at).ok
    log.append("credential", about="00", facts={"sha256": "00"}, at=at)
    assert checkup.transparency_log(at).words == "2 entries, and none was signed"
    log.publish_head(at=at)
    assert checkup.transparency_log(at).ok
    assert "was last signed on" in checkup.transparency_log(at + timedelta(hours=26)).words
    entry = Entry.objects.get(index=1)
    Entry.objects.filter(index=1).delete()
    assert "is not what was signed" in checkup.transparency_log(at).words
    Entry.objects.create(index=1, kind="credential", about="00", text="another", leaf=entry.leaf, at=at)
    assert "is not what was signed" in checkup.transparency_log(at).words


def test_a_part_of_the_tree_that_is_missing_is_told(db: None, at: datetime) -> None:
    marks = [f"{number:064x}" for number in range(1100)]
    log.append_all([log.News("credential", mark, {"sha256": mark}) for mark in marks], at=at)
    log.publish_head(at=at)
    assert checkup.transparency_log(at).ok
    Node.objects.filter(number=merkle.edge(101)[0].number).delete()
    assert "is not what was signed" in checkup.transparency_log(at).words


def test_a_key_of_the_log_that_does_not_open_is_told(db: None, at: datetime) -> None:
    log.publish_head(at=at)
    with override_settings(WRAPPING_KEY="another wrapping key"):
        assert "the transparency log" in checkup.keys(at).words


def test_what_is_handed_on_to_a_register_is_looked_at(settings, cast: Cast, at: datetime) -> None:
    assert checkup.push(at).words == "no register is set that hears of changes"
    settings.PUSH_URL = "https://register.example/in"
    assert checkup.push(at).ok
    assert "nothing was handed on yet" in checkup.push(at).words
    row = Delivery.objects.create(target=settings.PUSH_URL, due_at=at, acknowledged_at=at)
    assert checkup.push(at).ok
    assert "https://register.example/in" in checkup.push(at).words
    Delivery.objects.filter(pk=row.pk).update(failures=3, error="It answered 503.")
    answer = checkup.push(at)
    assert not answer.ok
    assert "It answered 503." in answer.words
    assert "/harvest/handed-on/" in answer.todo


def test_a_model_that_cannot_be_used_is_told(settings, tmp_path: Path, at: datetime, db: None) -> None:
    assert checkup.model(at).ok
    settings.SKILL_MODEL = str(tmp_path / "nonexist")
    answer = checkup.model(at)
    assert not answer.ok
    assert "nonexist" in answer.words
    assert "OPENCAIRN_SKILL_MODEL" in answer.todo
    (tmp_path / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]\n")
    head = json.dumps({"embeddings": {"dtype": "F32", "shape": [3, 1], "data_offsets": [0, 12]}}).encode()
    (tmp_path / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + bytes(12))
    settings.SKILL_MODEL = str(tmp_path)
    assert checkup.model(at).ok
