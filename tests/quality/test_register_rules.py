"""The register's own rules: copies of registers elsewhere, gates."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.keys import SigningKey
from opencairn.quality import rules
from opencairn.quality.frameworks import framework
from opencairn.quality.rules.copies import FRESH_FOR

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = SigningKey.generate()
ROW: dict[str, Any] = {
    "number": "2026-001", "verdict": "accredited", "provider": "rudawska", "programme": "https://a.example/x",
    "quality_body": "Agency", "framework": "nzqa-like", "first_on": "2026-01-01", "last_on": "2027-12-31",
    "suspensions": [["2026-02-01", "2026-02-10"], ["2026-06-01", None]], "withdrawn_on": None,
}  # fmt: skip
ISSUER = {"id": "did:key:z6MkOne", "provider": "rudawska", "name": "Rudawska", "country": "PL"}


WHOLE: dict[str, Any] = {
    "register": "https://a.example", "name": "A", "issuers": [ISSUER], "accreditations": [ROW],
}  # fmt: skip


def snapshot(**changed: Any) -> dict[str, Any]:
    return rules.signed(WHOLE | changed, KEY, made_at=AT)


def sent(document: object) -> bytes:
    return json.dumps(document).encode()


def test_a_snapshot_says_who_was_accredited_when() -> None:
    copy = rules.read_copy(sent(snapshot()), key=KEY.did)
    assert (copy.form, copy.name, copy.key, copy.made_at, copy.accreditations) == ("snapshot", "A", KEY.did, AT, 1)
    assert copy.fresh_until == AT + FRESH_FOR
    assert copy.issuers[0].name == "Rudawska"
    for day, state in (
        (date(2025, 12, 31), "not-yet"),
        (date(2026, 1, 1), "accredited"),
        (date(2026, 2, 1), "suspended"),
        (date(2026, 2, 10), "accredited"),
        (date(2026, 6, 1), "suspended"),
        (date(2028, 1, 1), "expired"),
    ):
        told = rules.told_on(day, copy.issuers[0].accreditations)
        assert (told[0].state, told[0].programme) == (state, "https://a.example/x")


def test_what_is_in_force_is_told_first() -> None:
    rows = [
        ROW | {"number": "1", "verdict": "refused"},
        ROW | {"number": "2", "withdrawn_on": "2026-01-05"},
        ROW | {"number": "3"},
    ]
    assert [each.state for each in rules.told_on(date(2026, 1, 10), rows)] == ["accredited", "withdrawn", "refused"]


def test_a_label_of_a_scheme_is_told_as_one() -> None:
    rows = [ROW | {"programme": None, "object": kind} for kind in ("scheme", "provider")] + [ROW | {"programme": None}]
    assert [each.object for each in rules.told_on(date(2026, 1, 10), rows)] == ["scheme", "provider", "provider"]


def test_a_line_is_narrowed_to_what_its_scope_was_on_the_day() -> None:
    scopes = [["2026-03-01", {"eqf_levels": [7]}], ["2026-05-01", {}]]
    row = ROW | {"scope": {"eqf_levels": [6]}, "scopes": scopes}
    assert rules.read_copy(sent(snapshot(accreditations=[row]))).accreditations == 1
    found = [rules.told_on(day, [row])[0].scope for day in map(date.fromisoformat, ("2026-02-28", "2026-03-01"))]
    assert found == [{"eqf_levels": [6]}, {"eqf_levels": [7]}]
    assert rules.told_on(date(2027, 1, 1), [row])[0].scope == {}
    for wrong in ([["2026-03-01", {"levels": [7]}]], [["1 March", {}]], [["2026-03-01"]], "2026-03-01", [7]):
        with pytest.raises(rules.WrongCopy, match="Accreditation 1"):
            rules.read_copy(sent(snapshot(accreditations=[ROW | {"scopes": wrong}])))


OTHER = SigningKey.generate()


@pytest.mark.parametrize(
    ("data", "key", "code"),
    [
        (b"", "", "truncated"),
        (sent(snapshot())[:-200], "", "truncated"),
        (b"<html>", "", "no-register"),
        (b"[1]", "", "no-register"),
        (b"{}", "", "no-register"),
        (b'{"a": 1, "a": 2}', "", "no-register"),
        (sent(snapshot() | {"name": "B"}), "", "forged"),
        (sent(snapshot() | {"signature": "x"}), "", "forged"),
        (sent(snapshot() | {"key": "did:key:zNot"}), "", "forged"),
        (sent(snapshot()), OTHER.did, "another-key"),
        (sent({"registry": {"did:key:z1": {"name": "A"}}}), OTHER.did, "unsigned"),
        (sent({"registry": {"did:key:z1": {"name": 1}}}), "", "no-register"),
        (sent({"registry": {"z1": {"name": "A"}}}), "", "no-register"),
        (sent(snapshot(issuers=[{"id": "z", "name": "A", "provider": "a"}])), "", "no-register"),
        (sent(snapshot(accreditations=[ROW | {"last_on": "2025-01-01"}])), "", "no-register"),
        (sent(snapshot(accreditations=[ROW | {"first_on": "soon"}])), "", "no-register"),
        (sent(snapshot(accreditations=["x"])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "number": 1}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "number": ""}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "verdict": "compromised"}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "framework": "x" * 1001}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "scope": {"eqf_levels": ["six"]}}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "scope": [6]}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "undone": [["2026-03-01", None]]}])), "", "no-register"),
        (sent(snapshot(accreditations=[{**ROW, "decided_on": "once"}])), "", "no-register"),
        (sent(snapshot(issuers=[ISSUER | {"compromised_from": "once"}])), "", "no-register"),
        (sent(snapshot(name="A\0")), "", "no-register"),
        (b"[" * 100_000, "", "truncated"),
        (b'{"registry":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "", "no-register"),
    ],
    ids=range(29),
)
def test_a_copy_that_does_not_hold_is_not_taken_and_says_why(data: bytes, key: str, code: str) -> None:
    with pytest.raises(rules.WrongCopy) as refusal:
        rules.read_copy(data, key=key)
    assert refusal.value.code == code


def test_a_line_that_lacks_something_is_named() -> None:
    rows = [ROW, {name: value for name, value in ROW.items() if name != "number"}]
    with pytest.raises(rules.WrongCopy, match="Accreditation 2 of its list cannot be read: it has no number"):
        rules.read_copy(sent(snapshot(accreditations=rows)))


def test_what_an_appeal_undid_and_what_it_is_narrowed_to_is_read() -> None:
    scope = {"eqf_levels": [6]}
    rows = [
        ROW | {"undone": [["2026-03-01", "2026-03-05"]], "scope": scope},
        ROW | {"number": "2026-002", "verdict": "refused", "decided_on": "2026-03-02"},
    ]
    lines = rules.read_copy(sent(snapshot(accreditations=rows))).issuers[0].accreditations
    told = [rules.told_on(date(2026, 3, day), lines)[0] for day in (1, 4, 5)]
    assert [(each.state, each.scope) for each in told] == [
        ("withdrawn", scope), ("withdrawn", scope), ("accredited", scope),
    ]  # fmt: skip
    assert rules.told_on(AT.date(), lines)[1].since == AT.date()


def test_a_key_that_may_be_in_other_hands_is_told_first() -> None:
    issuer = ISSUER | {"compromised_from": "2026-02-01T00:00:00Z"}
    lines = rules.read_copy(sent(snapshot(issuers=[issuer]))).issuers[0].accreditations
    told = rules.told_on(date(2026, 1, 10), lines)
    assert (told[0].state, told[0].since) == ("compromised", date(2026, 2, 1))
    assert told[1].state == "accredited"


def signed_anew(document: dict[str, Any]) -> bytes:
    """A document with a signature that holds, whatever it says."""
    from opencairn.engine.canonical.jcs import canonical_json
    from opencairn.engine.keys import base64url_encode

    rest = {name: value for name, value in document.items() if name != "signature"}
    return sent(rest | {"signature": base64url_encode(KEY.sign(canonical_json(rest)))})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"count": {"issuers": 2, "accreditations": 1}}, "truncated"),
        ({"form": 2}, "no-register"),
        ({"issuers": None}, "no-register"),
        ({"made_at": "yesterday"}, "no-register"),
    ],
)
def test_a_signed_snapshot_that_is_cut_or_strange_is_told(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(rules.WrongCopy) as refusal:
        rules.read_copy(signed_anew(snapshot() | changed))
    assert refusal.value.code == code


def test_an_older_copy_never_takes_the_place_of_a_newer_one() -> None:
    copy = rules.read_copy(sent(snapshot()))
    assert rules.newer(copy, than=None, at=AT) is copy
    assert rules.newer(copy, than=AT, at=AT - timedelta(hours=1)) is copy
    with pytest.raises(rules.WrongCopy, match="still to come"):
        rules.newer(copy, than=None, at=AT - timedelta(hours=1, seconds=1))
    with pytest.raises(rules.WrongCopy, match="before the copy"):
        rules.newer(copy, than=AT + timedelta(seconds=1), at=AT)


def test_known_issuers_say_who_is_behind_a_did() -> None:
    listed = {"did:key:z1": {"name": "One", "location": "Riga", "url": "https://one.example"}}
    copy = rules.read_copy(sent({"meta": {"updated": "2026-01-01T00:00:00Z"}, "registry": listed}))
    assert (copy.form, copy.key, copy.issuers[0].country) == ("known-issuers", "", "Riga")
    assert copy.made_at == datetime(2026, 1, 1, tzinfo=UTC)
    for meta in ({"created": "long ago"}, "none", {}):
        assert rules.read_copy(sent({"meta": meta, "registry": listed})).made_at is None


def test_a_trust_list_names_registers() -> None:
    ours = {"registers": [{"name": "A", "address": "https://a.example/r.json", "key": "did:key:z1"}]}
    assert rules.trust_list(sent(ours)) == [{"name": "A", "address": "https://a.example/r.json", "key": "did:key:z1"}]
    dcc = [{"name": "B", "type": "legacy", "url": "https://b.example/r.json"}, {"name": "C", "type": "oidf"}]
    assert [each["address"] for each in rules.trust_list(sent(dcc))] == ["https://b.example/r.json", ""]
    for wrong, code in (
        (b"{", "truncated"), (b'[{"name"', "truncated"), (b"<", "no-register"), (b"[1]", "no-register"), (b"{}", "no-register"),
        (b"[" * 100_000 + b"]" * 100_000, "no-register"), (b'[{"name": "\\ud800"}]', "no-register"),
        (b'[{"name": "a\\u0000"}]', "no-register"), (b'[{"name": "a", "name": "b"}]', "no-register"),
    ):  # fmt: skip
        with pytest.raises(rules.WrongCopy) as refusal:
            rules.trust_list(wrong)
        assert refusal.value.code == code


SHELF = [framework(key) for key in ("nzqa-like", "qualiopi-like", "qqi-like", "self-declared")]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("nothing:fund", "no quality framework"),
        ("self-declared:fund", "only a regulatory framework"),
        ("qualiopi-like:issue", "can block fund"),
        ("qualiopi-like", "can block fund"),
    ],
)
def test_a_gate_that_cannot_be_is_refused_by_name(words: str, why: str) -> None:
    with pytest.raises(rules.WrongGate, match=why):
        rules.gates([words], SHELF)


def test_a_gate_that_needs_both_is_open_only_with_both() -> None:
    both, label = rules.gates(["nzqa-like:issue", "qualiopi-like:fund"], SHELF)
    assert both.asked == ("programme", "provider")
    assert rules.missing(both, {"programme": "accredited", "provider": "accredited"}) == ()
    assert rules.missing(both, {"programme": "accredited", "provider": "suspended"}) == ("provider",)
    assert rules.missing(both, {}) == ("programme", "provider")
    assert label.asked == ("provider",)
    assert rules.missing(label, {"provider": "accredited"}) == ()
    either = replace(both, framework=replace(both.framework, needs=frozenset()))
    assert rules.missing(either, {"programme": "none", "provider": "accredited"}) == ()
    assert rules.missing(either, {"programme": "none", "provider": "expired"}) == ("programme", "provider")


def test_only_a_suspension_or_a_withdrawal_stops_what_is_new() -> None:
    assert rules.stopped(["suspended"]) == "suspended"
    assert rules.stopped(["expired", "withdrawn"]) == "withdrawn"
    assert rules.stopped(["accredited", "suspended"]) == rules.stopped(["none"]) == ""


def test_a_snapshot_is_checked_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from opencairn.web.cli import main

    file = tmp_path / "register.json"
    assert main(["register", "verify", str(file)]) == 66
    file.write_bytes(sent(rules.signed(WHOLE, KEY, made_at=datetime.now(UTC))))
    assert main(["register", "verify", str(file), "--key", KEY.did, "--on", "2026-02-05", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["states"] == {"suspended": 1}
    assert main(["register", "verify", str(file), "--key", OTHER.did]) == 1
    file.write_bytes(sent(snapshot()))
    assert main(["register", "verify", str(file), "--on", "2026-03-01"]) == 2
    assert "STALE: A, 1 issuers" in capsys.readouterr().out
    file.write_bytes(sent(snapshot())[:-40])
    assert main(["register", "verify", str(file)]) == 1
