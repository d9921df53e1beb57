"""A document of a known layout is judged exactly as one that is read as a whole, whatever became of its words."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import orjson
import pytest
from bench import mutations
from bench.cohort import FULLEST, TYPICAL, cohort
from bench.oracles import covered, statements

from opencairn.engine import opening
from opencairn.engine.canonical import layouts
from opencairn.engine.data_model import CREDENTIAL_RULES
from opencairn.engine.formats import open_badge_3
from opencairn.engine.formats.open_badge_3_achievement import _PARTS as PARTS_OF_ACHIEVEMENT
from opencairn.engine.formats.open_badge_3_reading import _PARTS as PARTS
from opencairn.engine.model import Attainment
from opencairn.engine.objections import Objection
from opencairn.engine.opening import Credential, open_credential
from opencairn.engine.proofs import eddsa_jcs_2022, eddsa_rdfc_2022
from opencairn.engine.report import Report
from opencairn.engine.verify import examine
from tests.engine.documents import KINDS, Chance, documents, learned, reworded
from tests.engine.samples import AT, KEY, LIST, offering, status_list

MANY = int(os.environ.get("OPENCAIRN_DOCUMENTS", "300"))
NETWORK = offering({LIST: status_list()})
WRITERS: tuple[Callable[[Any], str], ...] = (
    json.dumps,
    partial(json.dumps, ensure_ascii=False),
    partial(json.dumps, indent=1, separators=(",", " : ")),
    lambda document: orjson.dumps(document).decode(),
    lambda document: json.dumps(document).replace("/", "\\/"),
)
Judged = tuple[Report, Any]


def judged(data: bytes) -> Judged:
    """What is found out about a document: the report, and everything that was read from it."""
    report = examine(data, at=AT, fetch=NETWORK, trust=None)
    try:
        found = open_credential(data.decode("utf-8-sig").strip())
    except (Objection, UnicodeDecodeError) as objection:
        return report, repr(objection)
    seals = [(each.suite, each.method, each.created, each.expires, each.holds(KEY.public)) for each in found.seals]
    faults = [(each.code, each.facts) for each in found.faults]
    read = replace(found, seals=(), faults=())
    return report, (list(read.document), read, seals, faults)


class Ways:
    """Judges documents both ways, and counts those that were opened by their layout."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.by_layout = 0
        self.monkeypatch = monkeypatch
        layouts._HERE.__dict__.clear()
        self.open = opening._opened_alike

    def counted(self, met: layouts.Met) -> Credential | None:
        found = self.open(met)
        self.by_layout += found is not None
        return found

    def agree(self, data: bytes) -> Judged:
        """Return what is found, which both ways have to say alike."""
        with self.monkeypatch.context() as patch:
            patch.setattr(opening, "_opened_alike", self.counted)
            first = judged(data)
        with self.monkeypatch.context() as patch:
            patch.setattr(layouts.Layouts, "meet", lambda self, data: None)
            patch.setattr(layouts.Layouts, "learn", lambda self, data: None)
            assert judged(data) == first, data
        return first


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    return Ways(monkeypatch)


def signed(what: Attainment) -> dict[str, Any]:
    return eddsa_rdfc_2022.sign(open_badge_3.write(what), KEY, created=AT)


DATES = ("validFrom", "awardedDate", "activityStartDate", "activityEndDate")


def mended(value: Any, chance: Chance) -> Any:
    """The same document with real dates, and with what every badge must state."""
    if isinstance(value, list):
        return [mended(inner, chance) for inner in value]
    if not isinstance(value, dict):
        return value
    made = {name: mended(inner, chance) for name, inner in value.items()}
    made |= {name: f"2026-0{chance.randrange(1, 4)}-01T09:00:00Z" for name in DATES if name in made}
    made |= {"validUntil": "2030-01-01T00:00:00Z"} if "validUntil" in made else {}
    if isinstance(made.get("achievement"), dict):
        made.setdefault("id", chance.address())
        made["achievement"].setdefault("criteria", {"narrative": chance.words()})
    return made


@pytest.mark.parametrize(("kind", "share"), [("own", 0.1), ("badge", 0.1), ("record", -1), ("status-list", 0.3)])
def test_documents_of_every_kind_are_judged_alike(kind: str, share: float, ways: Ways) -> None:
    """Records have no layout: each credential in them is a graph of its own."""
    for number in range(MANY // 10):
        chance = Chance(f"sealed {kind} {number}")
        model = KINDS[kind](chance)
        suite, write = chance.choice((eddsa_rdfc_2022, eddsa_rdfc_2022, eddsa_jcs_2022)), chance.choice(WRITERS)
        for turn in range(10):
            document = reworded(model, chance) if turn else model
            try:
                made = suite.sign(document if turn == 9 else mended(document, chance), KEY, created=AT)
            except Objection:
                continue
            ways.agree(write(dict(reversed(made.items())) if number % 3 == 0 else made).encode())
    assert ways.by_layout > share * MANY


def badges(chance: Chance, many: int, *, model: Attainment = TYPICAL) -> Iterator[bytes]:
    """Badges of one cohort, in one layout."""
    write = chance.choice(WRITERS)
    for each in cohort(model, many, seed=chance.randrange(1_000_000)):
        yield write(signed(each)).encode()


def met(data: bytes) -> layouts.Met:
    found = layouts.known_here().sealed.meet(data)
    assert found is not None
    return found


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("model", [TYPICAL, replace(TYPICAL, status=None), FULLEST])
def test_a_cohort_is_opened_by_its_layout(model: Attainment, write: Callable[[Any], str], ways: Ways) -> None:
    verdicts = [ways.agree(write(signed(each)).encode())[0].verdict for each in cohort(model, 40)]
    assert ways.by_layout > 30
    assert set(verdicts) == {"valid"}


def test_other_learners_on_other_days_are_judged_alike(ways: Ways) -> None:
    for number in range(MANY // 30):
        chance = Chance(f"cohort {number}")
        write = chance.choice(WRITERS)
        for _ in range(30):
            try:
                made = signed(learned(chance, TYPICAL))
            except (ValueError, Objection):
                continue
            ways.agree(write(made).encode())
    assert ways.by_layout > 0.5 * MANY


def says_the_same(one: Any, other: Any) -> bool:
    """Whether PyLD reads the same in two documents, and in the options of their proofs, however each is spelled."""
    return one == other or (statements(one), covered(one)) == (statements(other), covered(other))


def test_mutants_of_a_cohort_are_judged_alike(ways: Ways) -> None:
    fast = 0
    for number in range(MANY // 30):
        chance = Chance(f"mutants {number}")
        for data in badges(chance, 25):
            ways.agree(data)
        before = ways.by_layout
        for place, data in enumerate(badges(chance, 30)):
            random = Random(f"mutant {number} {place}")
            try:
                mutant = random.choice(mutations.JSON)(random, data)
            except (ValueError, IndexError, RecursionError):
                continue
            said, _ = ways.agree(mutant)
            assert said.verdict != "valid" or says_the_same(json.loads(mutant), json.loads(data)), mutant
        fast += ways.by_layout - before


_WORDS = (
    b"", b"x", b"urn:x:1", b"https://x.example/", b"_:b0", b"@id", b"@value", b"\\u0040id", b'x", "id": "urn:x:2', b'\\"', b"\\\\",
    b"\\", b"\\\\\\", b"x\\", b"\\u0041", b"\\u003a", b"\\u00e9", b"\\ud800", b"\\ud83d\\ude00", b"\\x", b"\\u00", b"\\/", b"\\n", b"\n",
    b"\x00", b"\x01", b"x\x01x", b"\x1f", b"\x7f", b"\\u007f", b"\\u0000", b"\xff", b"\xc3", b"\xc3\xa9", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"%s %%", b"{}",
    "\ue0000\ue001".encode(), "slot:\ue0000\ue001".encode(), b"2026-03-01T09:00:00Z", b"2026-13-01T09:00:00Z", b"2999-03-01T09:00:00Z",
    b"did:key:z6Mk", b"x" * 70_000, b"12345", b"-1", b"true", b" ", b"\\u2028", b"http://a b/", b"<>", b"^`", b"schema:x",
)  # fmt: skip


@pytest.mark.parametrize("seen", [5, 30])
def test_whatever_stands_at_an_open_place_is_judged_alike(seen: int, ways: Ways) -> None:
    data = b""
    for data in badges(Chance(f"places {seen}"), seen, model=FULLEST):
        ways.agree(data)
    layout = met(data).layout
    raw = layout.words_of(data)
    assert raw is not None
    text = layouts.taken_apart(data)
    places = list(zip(layout.places, raw, strict=True))
    for place, word in places:
        others = [each for _, each in places]
        chance = Random(place)
        words = _WORDS if len(places) < 20 else chance.sample(_WORDS, 3)
        for other in (*words, *chance.sample(others, min(2, len(others)))):
            said, _ = ways.agree(text.filled([place], [other]))
            assert said.verdict != "valid" or other.replace(b"\\/", b"/") == word
    assert ways.by_layout > len(places)


def test_white_space_order_names_and_numbers_are_not_taken_for_others(ways: Ways) -> None:
    data = b""
    for data in badges(Chance("around"), 30):
        assert ways.agree(data)[0].verdict == "valid"
    document = json.loads(data)
    whole = json.dumps(document)
    subject = document["credentialSubject"]
    others = [
        whole.replace(": ", ":  ", 1),
        f" {whole}\n",
        f"\ufeff{whole}",
        f"{whole}x",
        f"{whole}{whole}",
        whole[:-1],
        json.dumps(dict(reversed(document.items()))),
        whole.replace('"id":', '"id": "urn:x:2", "id":', 1),
        whole.replace('"validFrom":', '"validUntil": "2026-03-03T00:00:00Z", "validFrom":', 1),
        whole.replace('"creditsEarned": 3', '"creditsEarned": 4', 1),
        whole.replace('"creditsEarned": 3', '"creditsEarned": 3.0', 1),
        whole.replace('"creditsEarned": 3', '"creditsEarned": 3e400', 1),
        whole.replace('"hashed": true', '"hashed": false', 1),
        whole.replace('"type":', '"@type":', 1),
        whole.replace('"type":', '"typ\\u0065":', 1),
        json.dumps({**document, "credentialSubject": [subject]}),
        json.dumps({**document, "credentialSubject": [subject, subject]}),
        json.dumps({**document, "proof": [document["proof"]]}),
        json.dumps({**document, "proof": [document["proof"]] * 2}),
        json.dumps({**document, "proof": [document["proof"]] * 9}),
        json.dumps({**document, "proof": "x"}),
        json.dumps({**document, "proof": {**document["proof"], "cryptosuite": "x"}}),
    ]
    for other in others:
        for _ in range(4):
            ways.agree(other.encode())


@pytest.mark.parametrize("seen", [4, 40])
def test_a_quotation_mark_in_words_is_not_what_stands_for_it(seen: int, ways: Ways) -> None:
    for number in range(seen):
        what = replace(
            TYPICAL, learner=replace(TYPICAL.learner, name=f'"{number}" x'), id=f"urn:x:{number}", status=None
        )
        document = {**signed(what), "name": 'The "name"'}
        data = json.dumps(eddsa_rdfc_2022.sign({**document, "proof": []}, KEY, created=AT)).encode()
        assert ways.agree(data)[0].verdict == "valid"
        assert ways.agree(data.replace(b'\\"', b"\x01"))[0].verdict == "not-a-credential"
        assert ways.agree(data.replace(b'\\"', b"\x01", 1))[0].verdict == "not-a-credential"
        assert ways.agree(data.replace(b'\\"', b"\\u0022"))[0].verdict == "valid"
    assert ways.by_layout


def test_the_same_words_in_two_places_are_judged_alike(ways: Ways) -> None:
    for number in range(40):
        shown = [
            {"id": f"urn:x:{number + each}", "type": ["Evidence"], "name": str(number % 7)} for each in (0, number % 3)
        ]
        document = {
            **open_badge_3.write(replace(TYPICAL, id=f"urn:x:{number + 2 * (number % 4 == 1)}")),
            "evidence": shown,
        }
        try:
            ways.agree(json.dumps(eddsa_rdfc_2022.sign(document, KEY, created=AT)).encode())
        except Objection:
            continue
    assert ways.by_layout > 5


def test_a_document_may_have_several_proofs_or_one_of_another_kind(ways: Ways) -> None:
    for each in cohort(TYPICAL, 12):
        document = signed(each)
        ways.agree(json.dumps(eddsa_jcs_2022.sign(document, KEY, created=AT, beside=True)).encode())
        ways.agree(json.dumps({**document, "proof": {**document["proof"], "cryptosuite": "unheard-of"}}).encode())
    assert ways.by_layout > 8


def in_lists(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "credentialSubject": [document["credentialSubject"]]}


def of_listed_achievement(document: dict[str, Any]) -> dict[str, Any]:
    subject = document["credentialSubject"]
    return {**document, "credentialSubject": {**subject, "achievement": [subject["achievement"]]}}


def in_some_language(document: dict[str, Any]) -> dict[str, Any]:
    subject, chance = document["credentialSubject"], Random(document["id"])
    achievement = {**subject["achievement"], "inLanguage": chance.choice(("de", "en", "fr"))}
    return {**document, "credentialSubject": {**subject, "achievement": achievement}}


def by_some_issuer(document: dict[str, Any]) -> dict[str, Any]:
    """Half of them by somebody who is not known to have signed."""
    issuer = document["issuer"]
    return {**document, "issuer": {**issuer, "id": Random(document["id"]).choice((KEY.did, "did:web:x.example"))}}


def no_badge(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "type": ["VerifiableCredential"]}


def awarded_some_day(document: dict[str, Any]) -> dict[str, Any]:
    day = Random(document["id"]).choice(
        ("2026-02-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-02-01", "", "2027-01-01T00:00:00+02:00")
    )
    return {
        **document,
        "awardedDate": day,
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": day or "2030-01-01T00:00:00Z",
    }


def evident(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "evidence": [{"id": document["id"] + "#1", "type": ["Evidence"], "name": document["id"]}]}


@pytest.mark.parametrize(
    "change", [in_lists, of_listed_achievement, in_some_language, by_some_issuer, no_badge, awarded_some_day, evident]
)
def test_documents_of_rare_forms_are_judged_alike(
    change: Callable[[dict[str, Any]], dict[str, Any]], ways: Ways
) -> None:
    for each in cohort(replace(TYPICAL, status=None), 45):
        document = change(open_badge_3.write(each))
        ways.agree(json.dumps(eddsa_rdfc_2022.sign(document, KEY, created=AT)).encode())
    assert ways.by_layout > 10


def test_a_document_that_comes_again_and_again_is_judged_alike(ways: Ways) -> None:
    data = json.dumps(signed(replace(TYPICAL, status=None))).encode()
    assert {ways.agree(data)[0].verdict for _ in range(40)} == {"valid"}
    assert met(data).words == []
    for each in cohort(replace(TYPICAL, status=None), 5):
        ways.agree(json.dumps(signed(each)).encode())


def test_cohorts_that_come_in_turn_are_each_met_by_the_narrowest_layout(ways: Ways) -> None:
    first = replace(TYPICAL, status=None)
    second = replace(first, achievement=replace(first.achievement, name={"en": "Another"}, human_code="X"))
    for model in (first, second, first, second):
        for each in cohort(model, 40):
            assert ways.agree(json.dumps(signed(each)).encode())[0].verdict == "valid"
        assert len(met(json.dumps(signed(model)).encode()).words) == 6


def test_of_many_layouts_those_that_were_used_last_are_kept(ways: Ways) -> None:
    for ects in [*range(1, 21), 20, 1]:
        achievement = replace(TYPICAL.achievement, ects=Decimal(ects))
        for each in cohort(replace(TYPICAL, achievement=achievement, status=None), 4):
            ways.agree(json.dumps(signed(each)).encode())
    (alike,) = layouts.known_here().sealed.alike.values()
    assert len(alike) == layouts._MOST_ALIKE
    large = json.dumps(signed(replace(TYPICAL, status=None, grade="x" * layouts.LARGEST))).encode()
    assert [ways.agree(large)[0].verdict for _ in range(4)] == ["valid"] * 4


def test_texts_that_are_no_credential_are_refused_however_often_they_come() -> None:
    for text in ("{}", "[]", "{", '{"\ud800": 1}', '{"a": "\ud800"}'):
        for _ in range(4):
            with pytest.raises(Objection):
                open_credential(text)


class Watched(dict[str, Any]):
    """An object that notes which of its names were looked at."""

    def __init__(self, value: dict[str, Any], noted: set[str], before: str = "") -> None:
        super().__init__(value)
        self.noted, self.before = noted, before

    def __getitem__(self, name: str) -> Any:
        self.noted.add(self.before + name)
        return super().__getitem__(name)

    def get(self, name: str, otherwise: Any = None) -> Any:
        self.noted.add(self.before + name)
        return super().get(name, otherwise)

    def __contains__(self, name: object) -> bool:
        self.noted.add(f"{self.before}{name}")
        return super().__contains__(name)


def test_what_is_judged_and_read_anew_looks_at_no_other_names_than_it_says() -> None:
    for number, document in enumerate((*documents("own", MANY // 3), *documents("badge", MANY // 3))):
        document["replacesCredential"] = {"id": f"urn:x:{number}", "replacementKind": "renewal"}
        for terms, rule, always in CREDENTIAL_RULES:
            if not always and terms[0] not in document:
                continue
            noted: set[str] = set()
            list(rule(Watched(document, noted), False))
            list(rule(Watched(document, noted), True))
            assert noted <= {*terms, "@context"}, rule
        for names, part in PARTS:
            for own in (True, False):
                noted = set()
                subject = Watched(document["credentialSubject"], noted, "credentialSubject.")
                try:
                    part(Watched(document, noted), subject, own)
                except Objection:
                    continue
                assert noted <= {*names, "@context"}, part
        core = document["credentialSubject"]["achievement"]
        for names, part in PARTS_OF_ACHIEVEMENT.values():
            for own in (True, False):
                noted = set()
                watched = Watched(core, noted)
                try:
                    part(watched, watched if own else {}, "en")
                except Objection:
                    continue
                assert noted <= set(names), part
