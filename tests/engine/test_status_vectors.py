"""Published examples of status lists, read from reference data beside the project; skipped where it is absent."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.keys import base64url_encode
from opencairn.engine.objections import Objection
from opencairn.engine.opening import listed, open_credential
from opencairn.engine.status import STATUSES, packing, status_list_2021, token_list
from opencairn.engine.status.token_list import Statuses
from opencairn.engine.verify import examine
from opencairn.kit.fetch import CannotFetch
from opencairn.web.copies import Copies
from tests.engine.samples import as_bytes, signed

SHARED = Path(__file__).resolve().parents[3] / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here"),
]
TODAY = datetime(2026, 11, 21, tzinfo=UTC)
BADGE = open_credential(as_bytes(signed()).decode())
EXAMPLES = SHARED / "vectors" / "token-status-list-examples"
#: the statuses that the draft lists for its long examples, of 1 and of 2 bits
LONG = {1: dict.fromkeys((0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345), 1)}
LONG[2] = LONG[1] | {1993: 2, 159495: 3, 645645: 2, 934534: 2, 1000345: 3}


def cbor(data: bytes) -> Any:
    """Read the few kinds of CBOR (RFC 8949) that the examples use."""

    def take(place: int) -> tuple[Any, int]:
        kind, low = data[place] >> 5, data[place] & 31
        wide = {24: 1, 25: 2, 26: 4}.get(low, 0)
        number = int.from_bytes(data[place + 1 : place + 1 + wide], "big") if wide else low
        place += 1 + wide
        if kind == 6:  # a tag
            return take(place)
        if kind in {2, 3}:
            words = data[place : place + number]
            return words if kind == 2 else words.decode(), place + number
        if kind not in {4, 5}:
            return number if kind == 0 else -1 - number, place
        items = []
        for _ in range(number * (kind - 3)):
            item, place = take(place)
            items.append(item)
        return items if kind == 4 else dict(zip(items[::2], items[1::2], strict=True)), place

    return take(0)[0]


def from_hex(name: str) -> bytes:
    return bytes.fromhex(re.sub(r"\s", "", (EXAMPLES / name).read_text()))


def from_notes(name: str) -> bytes:
    """The bytes of a file in which every line has its bytes on the left and what they mean on the right."""
    text = (EXAMPLES / name).read_text().partition("encoded:")[2] or (EXAMPLES / name).read_text()
    if text.lstrip().split("#")[0].strip() in {"a2", "d2"}:
        return bytes.fromhex(re.sub(r"\s", "", "".join(line.split("#")[0] for line in text.splitlines())))
    return bytes.fromhex(text.split()[0])


def statuses(claim: dict[str, Any]) -> Statuses:
    words = claim["lst"] if isinstance(claim["lst"], str) else base64url_encode(claim["lst"])
    return token_list.statuses_of({"bits": claim["bits"], "lst": re.sub(r"\s", "", words)})


def numbers(found: Statuses) -> list[int]:
    return [
        packing.value(found.bits, index, found.size, least_first=True)
        for index in range(len(found.bits) * 8 // found.size)
    ]


@pytest.mark.parametrize("ending", ["_cbor.md", "_cbor_diag.md"])
def test_the_short_examples_of_the_draft(ending: str) -> None:
    one, two = (statuses(cbor(from_notes(f"status_list_encoding{each}{ending}"))) for each in ("", "2"))
    assert numbers(one) == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    assert numbers(two) == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize(("name", "size"), [("status_list_encoding1_long_json.md", 1), ("status_list_encoding2_long_json.md", 2), ("status_list_encoding2_long_cbor.md", 2)])  # fmt: skip
def test_the_long_examples_of_the_draft(name: str, size: int) -> None:
    found = statuses(
        json.loads((EXAMPLES / name).read_text(), strict=False) if "json" in name else cbor(from_hex(name))
    )
    assert found.size == size
    assert {index: number for index, number in enumerate(numbers(found)) if number} == LONG[size]


def test_the_signed_examples_of_the_draft() -> None:
    raw = token_list.parts(re.sub(r"\s", "", (EXAMPLES / "status_list_jwt_raw.md").read_text()).encode())
    header, _, claims = (EXAMPLES / "status_list_jwt.md").read_text().partition("\n.\n")
    assert raw.header == json.loads(header)
    stated = json.loads(claims)
    assert raw.claims == {"iss": "https://example.com", **stated}
    assert numbers(statuses(stated["status_list"])) == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    for name in ("status_list_cwt.md", "referenced_token_cwt.md"):
        claims = cbor(cbor(from_hex(name))[2])
        assert cbor(from_notes(name.replace(".md", "_diag.md"))) == cbor(from_hex(name))
        if 65533 in claims:
            assert numbers(statuses(claims[65533])) == numbers(statuses(stated["status_list"]))
        else:
            assert claims[65535]["status_list"] == {"idx": 0, "uri": claims[65535]["status_list"]["uri"]}


ZOO = SHARED / "data" / "credential_zoo" / "files"


def pairs(name: str) -> list[tuple[token_list.Token, dict[str, Any]]]:
    """The lists of one of walt.id's files, unsigned because their keys are not our matter here, with their entries."""
    stated = json.loads((ZOO / f"waltid-status-{name}.json").read_text())
    lists, holder = stated["status-credential"], stated["holder-credential"]
    words = [each["content"] for each in lists] if isinstance(lists, list) else [lists]
    entries = listed(holder["vc"]["credentialStatus"]) if "vc" in holder else [holder["status"]]
    return list(zip([token_list.parts(each.encode()) for each in words], entries, strict=True))


def said(token: token_list.Token, entry: dict[str, Any]) -> str:
    plug = next(each for each in STATUSES if each.accepts(entry))
    if plug is token_list:
        opened: Any = token_list.statuses_of(token.claims["status_list"])
    else:
        subject = token.claims["vc"]["credentialSubject"]
        kinds = status_list_2021._KINDS.values()
        words = next((each for each in kinds if each.subject_type == subject["type"]), None)
        opened = status_list_2021.List(subject, words) if words else subject
    return str(plug.read(opened, entry, BADGE).code)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("bitstringstatuslist-revoked", ["revoked"]),
        ("bitstringstatuslist-unrevoked", ["not-revoked"]),
        ("bitstringstatuslist-custom-valid", ["revoked"]),
        ("bitstringstatuslist-multi-status-all-valid", ["not-revoked", "not-suspended"]),
        ("bitstringstatuslist-multi-status-first-not-valid", ["revoked", "not-suspended"]),
        ("bitstringstatuslist-multi-status-last-not-valid", ["not-revoked", "suspended"]),
        ("revocationlist2020-revoked", ["revoked"]),
        ("revocationlist2020-unrevoked", ["not-revoked"]),
        ("statuslist2021-revoked.07.ebsi", ["revoked"]),
        ("statuslist2021-revoked.42.ebsi", ["revoked"]),
        ("statuslist2021-revoked.waltid", ["revoked"]),
        ("statuslist2021-unrevoked.waltid", ["not-revoked"]),
        ("tokenstatuslist-revoked", ["revoked"]),
        ("tokenstatuslist-unrevoked", ["not-revoked"]),
    ],
)
def test_lists_that_another_issuer_wrote(name: str, answers: list[str]) -> None:
    assert [said(*each) for each in pairs(name)] == answers


@pytest.mark.parametrize("name", ["bitstringstatuslist-wrong-list-encoding", "tokenstatuslist-wrong-list-encoding"])
def test_lists_that_another_issuer_wrote_wrongly(name: str) -> None:
    with pytest.raises(Objection, match="not encoded"):
        said(*pairs(name)[0])


@pytest.mark.usefixtures("contexts_here")
@pytest.mark.parametrize(
    ("name", "verdict", "code"),
    [
        ("v1-v1WithValidStatus", "valid", "not-revoked"),
        ("v1-v1Revoked", "invalid", "revoked"),
        ("v2-v2Revoked", "invalid", "revoked"),
        ("v2-v2RevokedAndExpired", "invalid", "revoked"),
        ("eddsaAndEd25519-v2-v2DoubleSigWithValidStatus", "valid", "not-revoked"),
        ("eddsaAndEd25519-v2-v2DoubleSigWithBadStatusUrl", "unknown", "list-not-usable"),
    ],
)
def test_credentials_of_another_issuer_with_a_copy_of_their_list(name: str, verdict: str, code: str) -> None:
    copies = Copies()
    copies.add((ZOO / "dcc-statuslist-e5WK8CbZ1GjycuPombrj.json").read_bytes())

    def fetch(url: str) -> bytes:
        found = copies.find(url)
        if found is None:
            raise CannotFetch(url)
        return found

    report = examine((ZOO / f"dcc-{name}.json").read_bytes(), at=TODAY, fetch=fetch, trust=None)
    step = report.step("status")
    assert step is not None
    assert (report.verdict, step.code) == (verdict, code)
