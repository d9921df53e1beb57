"""Selective disclosure (RFC 9901 §4 and §7.1): claims hidden behind digests, and put back by whoever was given them.

A path names a claim from the top: names of objects, and places in lists as they were signed.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opencairn.engine.canonical import parse
from opencairn.engine.canonical.strict_json import DEEPEST, shown
from opencairn.engine.keys import base64url_decode, base64url_encode
from opencairn.engine.objections import Malformed, NotACredential, Unread, Unsupported

MOST = 1_000  # disclosures of one credential
DIGESTS = "_sd"
IN_LIST = "..."
ALGORITHM = "_sd_alg"
_HASHES: Mapping[str, Callable[[bytes], Any]] = {
    "sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512,
}  # fmt: skip
_SALT = 16  # bytes (RFC 9901 §9.3)
Path = tuple[str | int, ...]
Salts = Callable[[], str]


def new_salt() -> str:
    """Return a salt nobody can guess."""
    return secrets.token_urlsafe(_SALT)


def digest(words: str, algorithm: str = "sha-256") -> str:
    """Return the digest of a disclosure as it travels, or of a presentation, in base64url."""
    return base64url_encode(_HASHES[algorithm](words.encode("ascii")).digest())


def algorithm_of(claims: Mapping[str, Any]) -> str:
    """Return the hash algorithm of a payload (``_sd_alg``). Raises ``Unsupported`` for another than SHA-2."""
    stated = claims.get(ALGORITHM, "sha-256")
    if not isinstance(stated, str) or stated not in _HASHES:
        raise Unsupported(
            f"Its hidden claims are hashed in a way this verifier does not follow: {shown(str(stated))}.",
            "disclosure-hash",
            hash=shown(str(stated)),
        )
    return stated


# --- hiding ---


@dataclass
class Hiding:
    """The disclosures made while claims are hidden."""

    hidden: Collection[Path]
    salts: Salts
    decoys: int
    made: list[str] = field(default_factory=list)

    def disclose(self, *stated: Any) -> str:
        """Make a disclosure, and return its digest."""
        words = json.dumps([self.salts(), *stated], ensure_ascii=False, allow_nan=False).encode()
        self.made.append(base64url_encode(words))
        return digest(self.made[-1])


def hide(
    claims: Mapping[str, Any], hidden: Collection[Path], *, salts: Salts = new_salt, decoys: int = 0
) -> tuple[dict[str, Any], list[str]]:
    """Return the payload with these claims hidden behind digests, and their disclosures.

    ``decoys`` are added to every object that hides something, so that nobody can count. Raises ValueError for a path
    that leads nowhere, and for names that RFC 9901 keeps for itself.
    """
    known = set(paths(claims))
    if not known.issuperset(hidden):
        raise ValueError(f"no such claims: {sorted(map(str, set(hidden) - known))}")
    hiding = Hiding(frozenset(hidden), salts, decoys)
    payload: dict[str, Any] = _hide(claims, (), hiding)
    if hiding.made:
        payload[ALGORITHM] = "sha-256"
    return payload, hiding.made


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every claim, at every depth."""
    for name, inner in _inside(value):
        yield (*path, name)
        yield from paths(inner, (*path, name))


def _inside(value: Any) -> Sequence[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list | tuple) else []


def _hide(value: Any, path: Path, hiding: Hiding) -> Any:
    if isinstance(value, Mapping):
        return _hide_in_object(value, path, hiding)
    if not isinstance(value, list | tuple):
        return value
    packed = [_hide(inner, (*path, place), hiding) for place, inner in enumerate(value)]
    return [
        {IN_LIST: hiding.disclose(each)} if (*path, place) in hiding.hidden else each
        for place, each in enumerate(packed)
    ]


def _hide_in_object(value: Mapping[str, Any], path: Path, hiding: Hiding) -> dict[str, Any]:
    open_, digests = {}, []
    for name, inner in value.items():
        if name in (DIGESTS, IN_LIST) or (name == ALGORITHM and not path):
            raise ValueError(f"{name!r} is not a name for a claim")
        packed = _hide(inner, (*path, name), hiding)
        if (*path, name) in hiding.hidden:
            digests.append(hiding.disclose(name, packed))
        else:
            open_[name] = packed
    if digests:
        digests += [digest(hiding.salts()) for _ in range(hiding.decoys)]
        open_[DIGESTS] = sorted(digests)  # in an order that tells nothing
    return open_


# --- putting back ---


def _broken() -> Malformed:
    return Malformed("A disclosed claim is not put together as it must be.", "disclosure-shape")


@dataclass
class Unfolding:
    """The work of putting disclosed claims back: what was brought, and what was used, where.

    ``withheld`` are the places where something stayed hidden: an object's own path, or that of an item. Nobody can
    tell it from a decoy.
    """

    brought: Mapping[str, str]  # digest -> disclosure
    seen: set[str] = field(default_factory=set)
    used: dict[Path, str] = field(default_factory=dict)
    withheld: set[Path] = field(default_factory=set)

    def take(self, found: object, path: Path, size: int) -> list[Any] | None:
        """Return what stands in the disclosure of a digest; None where it was not brought."""
        if not isinstance(found, str):
            raise _broken()
        if found in self.seen:
            raise Malformed("A hidden claim stands in two places.", "disclosure-twice")
        self.seen.add(found)
        words = self.brought.get(found)
        if words is None:
            self.withheld.add(path)
            return None
        stated = _stated(words)
        if len(stated) != size:
            raise _broken()
        self.used[path if size == 2 else (*path, stated[1])] = words
        return stated


def _stated(words: str) -> list[Any]:
    """Read a disclosure: a salt, the name where it is of an object, and the value."""
    try:
        stated = parse(base64url_decode(words))
    except (ValueError, NotACredential):
        raise _broken() from None
    if not isinstance(stated, list) or len(stated) not in (2, 3) or not all(isinstance(e, str) for e in stated[:-1]):
        raise _broken()
    if len(stated) == 3 and stated[1] in (DIGESTS, IN_LIST):
        raise _broken()
    return stated


def unfold(claims: Mapping[str, Any], brought: Sequence[str]) -> tuple[dict[str, Any], Unfolding]:
    """Return the claims with what was disclosed put back, and where that was, and where something stayed hidden.

    Raises ``Malformed`` where a disclosure does not belong, belongs twice, or would overwrite a claim, and ``Unread``
    where there are too many of them.
    """
    if len(brought) > MOST:
        raise Unread(f"It discloses more than {MOST} claims.", "disclosures-many", most=str(MOST))
    algorithm = algorithm_of(claims)
    by_digest = {digest(each, algorithm): each for each in brought}
    if len(by_digest) < len(brought):
        raise Malformed("A claim is disclosed twice.", "disclosure-twice")
    unfolding = Unfolding(by_digest)
    whole: dict[str, Any] = _unfold({n: v for n, v in claims.items() if n != ALGORITHM}, (), unfolding, 0)
    if len(unfolding.used) < len(brought):
        raise Malformed("It discloses a claim that the issuer did not sign.", "disclosure-unsigned")
    return whole, unfolding


def _unfold(value: Any, path: Path, unfolding: Unfolding, depth: int) -> Any:
    if depth > DEEPEST:
        raise Malformed(f"The document is nested deeper than {DEEPEST} levels.", "too-deep")
    if isinstance(value, dict):
        return _unfold_object(value, path, unfolding, depth)
    if not isinstance(value, list):
        return value
    found = []
    for place, each in enumerate(value):
        here, inner = (*path, place), each
        if isinstance(each, dict) and IN_LIST in each:
            if len(each) != 1:
                raise _broken()
            stated = unfolding.take(each[IN_LIST], here, 2)
            if stated is None:
                continue
            inner = stated[1]
        found.append(_unfold(inner, here, unfolding, depth + 1))
    return found


def _unfold_object(value: Mapping[str, Any], path: Path, unfolding: Unfolding, depth: int) -> dict[str, Any]:
    digests = value.get(DIGESTS, [])
    if not isinstance(digests, list) or IN_LIST in value:
        raise _broken()
    found = {n: _unfold(v, (*path, n), unfolding, depth + 1) for n, v in value.items() if n != DIGESTS}
    for each in digests:
        stated = unfolding.take(each, path, 3)
        if stated is None:
            continue
        _, name, inner = stated
        if name in found:
            raise Malformed(
                f"“{shown(name)}” is disclosed over a claim of the same name.", "disclosure-over", name=shown(name)
            )
        found[name] = _unfold(inner, (*path, name), unfolding, depth + 1)
    return found
