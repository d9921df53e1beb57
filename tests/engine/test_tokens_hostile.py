"""Mutated tokens: no crash, no hang, and nothing that was changed is ever called valid."""

import json
import random
import time
from typing import Any

import pytest

from opencairn.engine.keys import SigningKey, base64url_decode, base64url_encode
from opencairn.engine.proofs import enveloped, vc_jwt
from opencairn.engine.report import Report
from opencairn.engine.verify import examine
from tests.engine.samples import AT, KEY
from tests.engine.test_formats_hostile import mutant
from tests.engine.test_sd_jwt import SHOWN, TOKEN
from tests.engine.test_vc_jwt import PLAIN

MUTANTS = 1_500
EC = SigningKey.from_bytes(bytes(range(3, 35)), "p256")
TOKENS = [
    vc_jwt.sign(PLAIN, KEY),
    vc_jwt.sign(PLAIN, KEY, typ="JWT", brings_key=True),
    vc_jwt.sign({**PLAIN, "issuer": EC.did}, EC),
    TOKEN,
    SHOWN,
]
LETTERS = 'ABCxyz019-_.~={}"[]\n é\x00'


def judged(text: str) -> Report:
    began = time.perf_counter()
    report = examine(text.encode(), at=AT, fetch=None, trust=None)
    assert time.perf_counter() - began < 1
    return report


def letters_changed(text: str, rolls: random.Random) -> str:
    place = rolls.randrange(len(text))
    kind = rolls.randrange(4)
    if kind == 0:
        return text[:place] + rolls.choice(LETTERS) + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + rolls.choice((1, 4, 60)) :]
    if kind == 2:
        return text[:place] + rolls.choice(LETTERS) + text[place:]
    other = rolls.randrange(len(text))
    return text[: min(place, other)] + text[max(place, other) :] + text[min(place, other) : max(place, other)]


def part_changed(text: str, rolls: random.Random) -> str:
    """Change something inside the JSON of one part: header, payload, a disclosure or the key binding."""
    cut = rolls.choice([c for c in (".", "~") if c in text])
    parts = text.split(cut)
    place = rolls.randrange(len(parts))
    try:
        inside = json.loads(base64url_decode(parts[place].partition(".")[0]))
    except ValueError:
        return letters_changed(text, rolls)
    _, dot, rest = parts[place].partition(".")
    changed: Any = mutant(inside, rolls)
    parts[place] = base64url_encode(json.dumps(changed).encode()) + dot + rest
    return cut.join(parts)


def says_the_same(changed: str, text: str) -> bool:
    """Whether the same is signed, and nothing is shown that was not."""
    (token, *shown), (was, *had) = changed.strip().split("~"), text.split("~")
    return token.rpartition(".")[0] == was.rpartition(".")[0] and set(shown[:-1]) <= set(had[:-1])


@pytest.mark.parametrize("text", TOKENS, ids=["vc+jwt", "JWT", "ES256", "SD-JWT", "SD-JWT+KB"])
@pytest.mark.parametrize("change", [letters_changed, part_changed])
def test_no_changed_token_is_valid(text: str, change: Any) -> None:
    rolls = random.Random(11)
    assert judged(text).verdict == "valid"
    for _ in range(MUTANTS // 5):
        changed = change(text, rolls)
        assert judged(changed).verdict != "valid" or says_the_same(changed, text), changed


def test_no_changed_envelope_is_valid() -> None:
    rolls = random.Random(12)
    whole = enveloped.wrap(TOKENS[0])
    assert judged(json.dumps(whole)).verdict == "valid"
    for _ in range(MUTANTS // 5):
        changed = mutant(whole, rolls)
        assert judged(json.dumps(changed)).verdict != "valid" or changed.get("id") == whole["id"], changed
