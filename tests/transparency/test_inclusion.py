"""A stranger judges the proof that a log holds a credential, on the command line too."""

import argparse
import json

import pytest

from opencairn.credentials import actions as credentials
from opencairn.engine.opening import open_credential
from opencairn.kit.dates import iso
from opencairn.kit.fetch import CannotFetch
from opencairn.transparency import actions, queries
from opencairn.transparency.inclusion import inclusion_of
from opencairn.transparency.rules import credential_hash
from opencairn.web.commands import verify
from tests import make


@pytest.fixture
def issued(cast, at):
    programme = make.programme(cast.provider)
    make.version(programme)
    award = make.award(make.enrolment(cast.learner, make.offering(programme)), cast.author)
    made = credentials.issue(award, by=cast.manager, at=at)
    actions.publish_head(at=at)
    return made


@pytest.fixture
def proof(issued):
    return queries.inclusion_of_credential(credential_hash(open_credential(issued.document))).data


def judged(issued, proof):
    answer = inclusion_of(json.dumps(proof).encode(), credential_hash(open_credential(issued.document)))
    return answer.outcome, answer.code


def test_a_proof_holds_by_itself_and_no_changed_one_does(issued, proof):
    assert judged(issued, proof) == ("pass", "log-proven")
    entry, head = proof["entry"], proof["head"]
    for changed in (
        {"size": proof["size"] + 1},
        {"proof": ["00" * 32, *proof["proof"][1:]]},
        {"entry": {**entry, "index": entry["index"] - 1}},
        {"entry": {**entry, "text": entry["text"].replace("2026", "2025")}},
        {"head": {**head, "root": "00" * 32}},
        {"head": {**head, "at": "2025-03-02T09:00:00Z"}},
    ):
        assert judged(issued, proof | changed) == ("fail", "log-not-proven"), changed
    assert inclusion_of(json.dumps(proof).encode(), "0" * 64).code == "log-of-another"
    for broken in (
        {},
        {"entry": []},
        proof | {"proof": ["x"]},
        proof | {"head": None},
        proof | {"size": "7"},
        [],
        None,
    ):
        assert judged(issued, broken)[0] == "unknown", broken


def test_the_command_asks_a_log_or_takes_a_proof(  # noqa: PLR0917
    issued, proof, at, tmp_path, monkeypatch, capsys
):
    served = {
        f"https://cairn.example/log/credential/{credential_hash(open_credential(issued.document))}.json": proof,
        issued.status_list.url: json.loads(credentials.publish_status_list(issued.status_list, at=at)),
    }

    def read(url):
        if url not in served:
            raise CannotFetch("Nothing there.")
        return json.dumps(served[url]).encode()

    monkeypatch.setattr(verify, "_outside", lambda at: (read, None))
    (tmp_path / "c.json").write_text(issued.document)
    (tmp_path / "p.json").write_text(json.dumps(proof))
    (tmp_path / "other.json").write_text('{"hello": "world"}')
    parser = argparse.ArgumentParser()
    verify.add_arguments(parser)

    def step(*arguments, file="c.json"):
        verify.run(parser.parse_args([str(tmp_path / file), "--json", "--at", iso(at), *arguments]))
        steps = json.loads(capsys.readouterr().out)["steps"]
        return next(each["outcome"] for each in steps if each["name"] == "log-inclusion")

    held = str(tmp_path / "p.json")
    assert step() == "unknown"
    assert step("--log", "https://cairn.example/log/") == "pass"
    assert step("--log", "https://other.example/log") == "unknown"
    assert step("--log", held) == "pass"
    assert step("--offline", "--with", held) == "pass"
    assert step("--log", "https://cairn.example/log", file="other.json") == "not-applicable"
    gone = parser.parse_args([str(tmp_path / "c.json"), "--offline", "--log", str(tmp_path / "none.json")])
    assert verify.run(gone) == 66
