"""Seeded changes to documents: bytes, JSON, its meanings, token parts, proof values, the chunks of pictures."""

import base64
import json
import struct
import unicodedata
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import cbor2

Mutation = Callable[[Random, bytes], bytes]
Change = Callable[[Random, Any], Any]

_NAMES = ("@id", "@type", "@context", "@graph", "@value", "@language", "@reverse", "id", "type", "proof", "name",
          "issuer", "validUntil", "credentialStatus", "credentialSubject", "exp", "alg", "__proto__", "cryptosuite",
          "previousProof", "proofValue", "expires", "nonce", "challenge", "verificationMethod")  # fmt: skip
_VALUES: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 2**53, "", " ", "x", [], {}, [[]], "https://example.org/",
                            "urn:x", "2026-03-01T00:00:00Z", "9999-12-31T23:59:59Z", "did:key:z6Mk")  # fmt: skip
_SILENT = (
    "en", "de", "de-AT", "xx", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "name",
    "description", "narrative", "criteria", "fullName", "givenName", "familyName", "title", "identifier", "result",
    "evidence", "endorsement", "accreditation", "replacesCredential", "awardedDate", "creator", "image", "inLanguage",
    "alignment", "nameIn", "descriptionIn", "outcomeIn", "prerequisites", "priorLearning", "notionalHours", "language",
    "creditPoint", "eqfLevel", "hasClaim", "provenBy", "awardedBy", "specifiedBy", "grade", "additionalNote",
    "homepage", "contactPoint", "address", "location", "url", "email", "partial", "association", "proof", "termsOfUse",
)  # fmt: skip
_LETTERS = ("\u200b", "\u202e", "\u0301", "\ufeff", "\u00a0", "\u0000", "\u2028", "а", "ſ", "\U0001f4a9")
_NUMBERS = ("1.0", "1e0", "01", "-0", "0.1e1", "1E400", "NaN", "Infinity", "9007199254740993", "1" * 400, "+1", "0x1")
_HARD = (
    b"\x00",
    b"\xff",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\ud800",
    b"\\u0000",
    b"<",
    b"&a;",
    b"~",
    b".",
)


# --- bytes ---


def flipped(random: Random, data: bytes) -> bytes:
    """Change one to four bytes."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def bit_flipped(random: Random, data: bytes) -> bytes:
    """Change a single bit."""
    changed = bytearray(data)
    if changed:
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(random: Random, data: bytes) -> bytes:
    """Leave a piece out."""
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.choice((1, 2, 10, 100, 10_000)) :]


def repeated(random: Random, data: bytes) -> bytes:
    """Put a piece in twice, or somewhere else too."""
    start, to = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    return data[:to] + data[start : start + random.choice((1, 10, 100, 2_000))] + data[to:]


def put_in(random: Random, data: bytes) -> bytes:
    """Put in something that parsers stumble over."""
    place = random.randrange(len(data) + 1)
    return data[:place] + random.choice(_HARD) * random.choice((1, 1, 1, 2, 500)) + data[place:]


BYTES: tuple[Mutation, ...] = (flipped, bit_flipped, cut, repeated, put_in)


# --- JSON ---


class Pairs(list[tuple[str, Any]]):
    """A JSON object in which a name may stand twice."""


class Spelled(str):
    """A number, or something like one, to be written just so."""

    __slots__ = ()


def _places(value: Any, found: list[tuple[Any, Any]], but: str = "") -> list[tuple[Any, Any]]:
    """Return every (container, place) inside a value, but what stands under one name."""
    for place in range(len(value)):
        if but and _name_at(value, place) == but:
            continue
        found.append((value, place))
        inner = _get(value, place)
        if isinstance(inner, list):
            _places(inner, found, but)
    return found


def _get(container: Any, place: int) -> Any:
    return container[place][1] if isinstance(container, Pairs) else container[place]


def _set(container: Any, place: int, value: Any) -> None:
    container[place] = (container[place][0], value) if isinstance(container, Pairs) else value


def _dropped(random: Random, container: Any, place: int, _all: Any) -> None:
    del container[place]


def _doubled(random: Random, container: Any, place: int, _all: Any) -> None:
    container.insert(random.randrange(len(container) + 1), container[place])


def _doubled_otherwise(random: Random, container: Any, place: int, _all: Any) -> None:
    value = random.choice(_VALUES)
    twice = (container[place][0], value) if isinstance(container, Pairs) else value
    container.insert(random.choice((0, len(container))), twice)


def _renamed(random: Random, container: Any, place: int, _all: Any) -> None:
    if isinstance(container, Pairs):
        name, value = container[place]
        new = random.choice((random.choice(_NAMES), name.upper(), f"@{name}", f"{name} ", _tricked(random, name)))
        container[place] = (new, value)


def _replaced(random: Random, container: Any, place: int, _all: Any) -> None:
    _set(container, place, random.choice(_VALUES))


def _swapped(random: Random, container: Any, place: int, everywhere: Any) -> None:
    other, there = random.choice(everywhere)
    if there < len(other):
        one, two = _get(container, place), _get(other, there)
        _set(container, place, two)
        _set(other, there, one)


def _retyped(random: Random, container: Any, place: int, _all: Any) -> None:
    value = _get(container, place)
    wrapped = (
        [value],
        Pairs([("@value", value)]),
        Pairs([("@id", value)]),
        Pairs([("@list", [value])]),
        str(value),
        [value, value],
    )
    _set(container, place, random.choice(wrapped))


def _tricked(random: Random, words: str) -> str:
    place = random.randrange(len(words) + 1)
    return random.choice((
        words[:place] + random.choice(_LETTERS) + words[place:],
        unicodedata.normalize("NFD", words),
        unicodedata.normalize("NFKC", words),
        words.swapcase(),
        words[:place] + words[place + 1 :],
        words[:place] + "\ud800" + words[place:],
    ))  # fmt: skip


def _respelled(random: Random, container: Any, place: int, _all: Any) -> None:
    value = _get(container, place)
    if isinstance(value, str) and not isinstance(value, Spelled):
        _set(container, place, _tricked(random, value))
    else:
        _set(container, place, Spelled(random.choice(_NUMBERS)))


def _added(random: Random, container: Any, place: int, _all: Any) -> None:
    value = random.choice(_VALUES)
    container.insert(place, (random.choice(_NAMES), value) if isinstance(container, Pairs) else value)


def _deepened(random: Random, container: Any, place: int, _all: Any) -> None:
    value = _get(container, place)
    for _ in range(random.choice((3, 70, 300))):
        value = [value]
    _set(container, place, value)


_STRUCTURE = (
    _dropped, _doubled, _doubled_otherwise, _renamed, _replaced, _swapped, _retyped, _respelled, _respelled, _added,
    _deepened,
)  # fmt: skip


def restructured(random: Random, data: bytes) -> bytes:
    """Change one to three places of a JSON document, then write it in some layout; now and then only the layout."""
    document = _parts_of(data)
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 3))):
        everywhere = _places(document, [])
        if everywhere:
            container, place = random.choice(everywhere)
            random.choice(_STRUCTURE)(random, container, place, everywhere)
    return _laid_out(random, document)


def _parts_of(data: bytes) -> Any:
    document = json.loads(data, object_pairs_hook=Pairs)
    if not isinstance(document, list):
        raise ValueError("nothing with parts")  # noqa: TRY004 - as for anything else that cannot be restructured
    return document


def _laid_out(random: Random, document: Any) -> bytes:
    return "".join(_written(random, document, random.choice(("", " ", "\n\t")))).encode("utf-8", "surrogatepass")


def _written(random: Random, value: Any, gap: str) -> list[str]:
    if isinstance(value, Spelled):
        return [str(value)]
    if isinstance(value, Pairs):
        if random.random() < 0.2:
            random.shuffle(value)
        inner = [[*_written(random, name, gap), ":", gap, *_written(random, each, gap), ","] for name, each in value]
    elif isinstance(value, list):
        inner = [[*_written(random, each, gap), ","] for each in value]
    else:
        return [json.dumps(value, ensure_ascii=random.random() < 0.3)]
    begin, end = "{}" if isinstance(value, Pairs) else "[]"
    words = [word for each in inner for word in each]
    return [begin, gap, *words[:-1], gap, end]


# --- JSON-LD: the same words with other meanings, other words with the same ---


def recontexted(random: Random, data: bytes) -> bytes:
    """Give names another meaning, or another name the same meaning, by a context of one's own somewhere inside."""
    document = _parts_of(data)
    objects = [document, *(value for value in _values(document) if isinstance(value, Pairs))]
    names = sorted({name for each in objects for name, _ in each if not name.startswith("@")})
    where = random.choice((document, document, random.choice(objects)))
    name, other = random.choice(names or ["x"]), random.choice(names or ["y"])
    meanings: tuple[tuple[str, Any], ...] = (
        ("unused", "urn:x:unused"),
        (name, "urn:x:another"),
        (name, other),
        (name, None),
        (name, Pairs([("@id", other), ("@container", random.choice(("@list", "@set", "@index", "@graph", "@id")))])),
        (name, Pairs([("@reverse", f"urn:x:{other}")])),
        (random.choice(("alias", f"{name}2")), random.choice((name, Pairs([("@id", name)])))),
        ("@vocab", random.choice(("urn:x:", "https://example.org/", None, ""))),
        ("@base", "https://example.org/"),
        ("@language", "de"),
        ("@direction", "rtl"),
        ("@propagate", False),
        ("@import", "https://www.w3.org/ns/credentials/v2"),
        ("@protected", False),
        ("id", "@type"),
        ("kind", "@type"),
    )
    stated, meaning = random.choice(meanings)
    context = Pairs([(stated, meaning)])
    elsewhere = random.choice((None, "https://example.org/", "https://w3id.org/security/multikey/v1"))
    _with_context(random, where, random.choice((context, context, context, elsewhere)))
    for place, (old, value) in enumerate(where):
        if old == name and random.random() < 0.5:
            where[place] = (stated, value)
    return _laid_out(random, document)


def alike(random: Random, data: bytes) -> bytes:
    """Write a document otherwise, where JSON-LD says that this states the same, so that a signature still holds."""
    document = _parts_of(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        container, place = random.choice(_places(document, [], but="@context"))
        value = _get(container, place)
        change = random.choice((_wrapped, _doubled_value, _valued, _shuffled, _emptied, _emptied, _keyworded, _cased))
        change(random, container, place, value)
    return _laid_out(random, document)


def _name_at(container: Any, place: int) -> str:
    return container[place][0] if isinstance(container, Pairs) else ""


def _wrapped(random: Random, container: Any, place: int, value: Any) -> None:
    _set(container, place, [value] if isinstance(container, Pairs) else value)


def _doubled_value(random: Random, container: Any, place: int, value: Any) -> None:
    if isinstance(container, Pairs):
        _set(container, place, [*value, random.choice(value)] if _is_list(value) and value else [value, value])
    else:
        container.append(value)


def _valued(random: Random, container: Any, place: int, value: Any) -> None:
    if isinstance(value, str | bool | int | float):
        _set(container, place, Pairs([("@value", value)]))


def _shuffled(random: Random, container: Any, place: int, value: Any) -> None:
    if isinstance(value, list):
        random.shuffle(value)


def _emptied(random: Random, container: Any, place: int, value: Any) -> None:
    """State nothing under one more name."""
    if isinstance(container, Pairs):
        name = random.choice((*_SILENT, *(each for each, _ in container)))
        if name not in dict(container):
            container.insert(place, (name, random.choice(([], [], Pairs()))))


def _keyworded(random: Random, container: Any, place: int, value: Any) -> None:
    other = {"id": "@id", "type": "@type"}.get(_name_at(container, place))
    if other is not None:
        container[place] = (other, value)


def _cased(random: Random, container: Any, place: int, value: Any) -> None:
    name = _name_at(container, place)
    if len(name) <= 5 and name not in ("id", "type", "name"):  # perhaps a language
        container[place] = (random.choice((name.upper(), name.title())), value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and not isinstance(value, Pairs)


def _values(value: Any) -> list[Any]:
    return [_get(container, place) for container, place in _places(value, [])]


def _with_context(random: Random, where: Pairs, added: Any) -> None:
    for place, (name, value) in enumerate(where):
        if name == "@context":
            there = list(value) if isinstance(value, list) and not isinstance(value, Pairs) else [value]
            there.insert(random.choice((0, len(there), len(there))), added)
            where[place] = (name, there)
            return
    where.insert(0, ("@context", added))


# --- tokens ---


def token_rearranged(random: Random, data: bytes) -> bytes:
    """Swap, repeat, drop or empty the parts of a token."""
    words = data.decode("latin-1")
    mark = random.choice([each for each in ".~" if each in words] or ["."])
    parts = words.split(mark)
    one, two = random.randrange(len(parts)), random.randrange(len(parts))
    kind = random.randrange(5)
    if kind == 0:
        parts[one], parts[two] = parts[two], parts[one]
    elif kind == 1:
        parts.insert(two, parts[one])
    elif kind == 2:
        del parts[one]
    elif kind == 3:
        parts[one] = random.choice(("", "e30", "bnVsbA", "A" * 86))
    else:
        parts[one] += random.choice(("=", "A", "\n", " "))
    return mark.join(parts).encode("latin-1")


def token_restructured(random: Random, data: bytes) -> bytes:
    """Change the JSON inside one part of a token."""
    parts = data.decode("latin-1").split(".")
    place = random.randrange(min(2, len(parts)))
    try:
        inside = base64.urlsafe_b64decode(parts[place] + "=" * (-len(parts[place]) % 4))
        changed = restructured(random, inside)
    except (ValueError, RecursionError):
        return data
    if random.random() < 0.2:
        changed = changed.replace(b"EdDSA", random.choice((b"none", b"HS256", b"ES256", b"eddsa")))
    parts[place] = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    return ".".join(parts).encode("latin-1")


def seal_restructured(random: Random, data: bytes) -> bytes:
    """Change what stands in the strings of an electronic seal in JSON: the payload in clear, or a header."""
    sealed = json.loads(data)
    if random.random() < 0.5:
        sealed["payload"] = restructured(random, sealed["payload"].encode()).decode("utf-8", "replace")
    else:
        signature = random.choice(sealed["signatures"])
        header = restructured(random, base64.urlsafe_b64decode(signature["protected"] + "=="))
        signature["protected"] = base64.urlsafe_b64encode(header).decode().rstrip("=")
    return json.dumps(sealed, ensure_ascii=False).encode("utf-8", "surrogatepass")


# --- proof values in CBOR (ecdsa-sd-2023) ---


def value_restructured(random: Random, data: bytes) -> bytes:
    """Change one part of a proof value that is a list in CBOR behind three bytes."""
    document = json.loads(data)
    proof = document["proof"]
    value = base64.urlsafe_b64decode(proof["proofValue"][1:] + "==")
    try:
        members = cbor2.loads(value[3:])
    except cbor2.CBORError as fault:
        raise ValueError("no longer CBOR") from fault
    place = random.randrange(len(members))
    members[place] = _other_member(random, members[place], members)
    header = random.choice((value[:3], value[:3], value[:3], b"\xd9\x5d\x00", b"\xd9\x5d\x01", b"\xd9\x5d\x02"))
    packed = base64.urlsafe_b64encode(header + cbor2.dumps(members)).decode().rstrip("=")
    document["proof"] = {**proof, "proofValue": f"u{packed}"}
    return json.dumps(document, ensure_ascii=False).encode()


def _other_member(random: Random, member: Any, members: list[Any]) -> Any:
    if isinstance(member, dict) and member and random.random() < 0.8:
        one, two = random.choice(list(member)), random.choice(list(member))
        return random.choice((
            {name: label for name, label in member.items() if name != one},
            {**member, one: member[two], two: member[one]},
            {**member, one: member[two]},
            {**member, len(member): bytes(32)},
            dict(reversed(member.items())),
        ))  # fmt: skip
    if isinstance(member, list) and member and random.random() < 0.8:
        one, two = random.randrange(len(member)), random.randrange(len(member))
        swapped = list(member)
        swapped[one], swapped[two] = member[two], member[one]
        return random.choice((
            swapped, member[:one] + member[one + 1 :], [*member, member[one]], member[::-1],
            member[:one] + member[two:], [*member[:one], random.choice(_VALUES), *member[one + 1 :]],
        ))  # fmt: skip
    if isinstance(member, bytes):
        return random.choice(BYTES)(random, member)
    return random.choice((*members, *_VALUES))


TOKEN: tuple[Mutation, ...] = (token_rearranged, token_restructured, *BYTES)
JSON: tuple[Mutation, ...] = (restructured, restructured, restructured, *BYTES)
LINKED: tuple[Mutation, ...] = (recontexted, alike, alike)


# --- pictures ---


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    place, found = 8, []
    while place + 8 <= len(png):  # an earlier mutation may have cut it anywhere
        length = struct.unpack_from(">I", png, place)[0]
        found.append((png[place + 4 : place + 8], png[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


def _joined(chunks: list[tuple[bytes, bytes]]) -> bytes:
    words = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + words


def png_rearranged(random: Random, png: bytes) -> bytes:
    """Change the chunks of a PNG, with right lengths and checksums."""
    chunks = _chunks(png)
    place = random.randrange(len(chunks))
    kind, body = chunks[place]
    ways = random.randrange(5)
    if ways == 0:
        chunks.insert(random.randrange(len(chunks)), chunks[place])
    elif ways == 1:
        random.shuffle(chunks)
    elif ways == 2:
        chunks[place] = (random.choice((b"iTXt", b"tEXt", b"zTXt", b"IEND")), body)
    elif ways == 3:
        chunks[place] = (kind, random.choice(BYTES)(random, body))
    else:
        keyword, _, rest = body.partition(b"\0")
        packed = b"\1" + rest[1:4] + zlib.compress(rest[4:])
        chunks[place] = (kind, keyword.replace(b"credential", b"s") + b"\0" + random.choice((rest, packed)))
    return _joined(chunks)
