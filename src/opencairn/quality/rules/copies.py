"""A register as one file: what a signed snapshot says, and how the copy of somebody else's register is read.

Two forms are read: the snapshot of an OpenCairn register (docs/reference/register.md), which is signed and says who was
accredited when; and the list of known issuers in the form of the Digital Credentials Consortium, which says who is
behind a did and, in its own words, makes no claims about quality.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.canonical.strict_json import parse
from opencairn.engine.keys import SigningKey, base64url_decode, base64url_encode, from_multikey
from opencairn.engine.objections import Objection
from opencairn.kit.dates import iso, parse_iso

from .scope import scope_faults
from .standing import Period, run_on

SNAPSHOT = "OpenCairnRegister"
FORM = 1
FRESH_FOR = timedelta(days=7)  # after that, a copy is called stale; it is still the last word there is
LARGEST = 64 * 1024 * 1024  # bytes of one copy: about a hundred thousand decisions
LONGEST_NAME = 300
LONGEST = 1000  # characters of any other word of a line
AHEAD = timedelta(hours=1)  # how far another clock may be ahead of ours
COMPROMISED = "compromised"  # the state of a key that may be in other hands


class WrongCopy(Exception):  # noqa: N818 - an answer about a file, not a fault of the program
    """The file is not what it should be.

    ``code`` is no-register, truncated, forged, another-key, unsigned, older or ahead. ``place`` is that of the
    accreditation in its list that cannot be read, from 1 on, 0 where it is not about one.
    """

    def __init__(self, code: str, why: str, place: int = 0) -> None:
        super().__init__(why)
        self.code = code
        self.place = place


@dataclass(frozen=True)
class Listed:
    """One issuer of a copy: its did, its name, and the dated accreditations that the register gives it.

    Where its key may be in other hands, a line that says so (``verdict`` compromised, ``first_on``) comes first.
    """

    did: str
    name: str
    country: str = ""
    accreditations: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Copy:
    """A register as it was read. ``key`` is who signed it, "" where nobody did."""

    form: str
    name: str
    issuers: tuple[Listed, ...]
    made_at: datetime | None = None
    fresh_until: datetime | None = None
    key: str = ""
    accreditations: int = 0


def signed(snapshot: Mapping[str, Any], key: SigningKey, *, made_at: datetime) -> dict[str, Any]:
    """Return the snapshot with its counts, its dates, the key and the signature over the RFC 8785 form of the rest."""
    whole = {
        **snapshot,
        "type": SNAPSHOT,
        "form": FORM,
        "made_at": iso(made_at),
        "fresh_until": iso(made_at + FRESH_FOR),
        "count": {name: len(snapshot[name]) for name in ("issuers", "accreditations")},
        "key": key.did,
    }
    return whole | {"signature": base64url_encode(key.sign(canonical_json(whole)))}


def read_copy(data: bytes, *, key: str = "") -> Copy:
    """Read the copy of a register, which ``key`` has to have signed where it is given. Raises WrongCopy."""
    document = _json(data)
    if not isinstance(document, dict):
        raise WrongCopy("no-register", "It is not a JSON object.")
    if document.get("type") == SNAPSHOT:
        return _snapshot(document, key)
    if isinstance(document.get("registry"), dict):
        if key:
            raise WrongCopy("unsigned", "It carries no signature, although a key was named that has to sign it.")
        return _known_issuers(document)
    raise WrongCopy("no-register", "It is neither the snapshot of a register nor a list of known issuers.")


def _json(data: bytes) -> Any:
    """Return what a file holds, read strictly. Raises WrongCopy."""
    if not data.strip():
        raise WrongCopy("truncated", "It is empty.")
    if b"\\u0000" in data:
        raise WrongCopy("no-register", "It holds the character U+0000, which no text has.")
    try:
        found = parse(data, largest=LARGEST)
    except Objection as fault:
        cut = _is_cut(data)
        raise WrongCopy(
            "truncated" if cut else "no-register", "It ends in the middle." if cut else f"It is not JSON: {fault}"
        ) from None
    return found


def _is_cut(data: bytes) -> bool:
    """Whether a text starts as JSON and stops before its end, as a file that did not arrive whole does."""
    end = {b"{": b"}", b"[": b"]"}.get(data.lstrip()[:1])
    return end is not None and data.rstrip()[-1:] != end


def _snapshot(document: dict[str, Any], key: str) -> Copy:
    _check_signature(document, key)
    issuers, accreditations = document.get("issuers"), document.get("accreditations")
    if document.get("form") != FORM:
        raise WrongCopy("no-register", "It is written in a form that this version does not know.")
    if not isinstance(issuers, list) or not isinstance(accreditations, list):
        raise WrongCopy("no-register", "It lists no issuers or no accreditations.")
    if document.get("count") != {"issuers": len(issuers), "accreditations": len(accreditations)}:
        raise WrongCopy("truncated", "It holds another number of lines than it says.")
    by_provider: dict[str, list[Mapping[str, Any]]] = {}
    try:
        for place, each in enumerate(accreditations, 1):
            _check_line(each, place)
            by_provider.setdefault(each["provider"], []).append(each)
        listed = tuple(_issuer(each, by_provider) for each in issuers)
        made, until = parse_iso(document["made_at"]), parse_iso(document["fresh_until"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise WrongCopy("no-register", "One of its issuers, or one of its dates, cannot be read.") from None
    name = str(document.get("name") or document.get("register") or "")[:200]
    return Copy("snapshot", name, _each_once(listed), made, until, str(document["key"]), len(accreditations))


def _check_line(row: Any, place: int) -> None:
    """Check that one accreditation holds everything that is asked of it later. Raises WrongCopy."""
    try:
        period_from(row)
        words = [row["number"], row["provider"], row["quality_body"], row["framework"], row.get("programme") or ""]
        fits = (
            row["verdict"] in ("accredited", "refused")
            and all(isinstance(each, str) and len(each) <= LONGEST for each in words)
            and bool(row["number"])
            and all(next(scope_faults(each), None) is None for _day, each in _scopes(row))
        )
        _decided_on(row)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        missing = f": it has no {fault.args[0]}" if isinstance(fault, KeyError) else ""
        raise WrongCopy("no-register", f"Accreditation {place} of its list cannot be read{missing}.", place) from None
    if not fits:
        raise WrongCopy("no-register", f"Accreditation {place} of its list cannot be read.", place)


def _check_signature(document: dict[str, Any], key: str) -> None:
    signature, signer = document.get("signature"), document.get("key")
    rest = {name: value for name, value in document.items() if name != "signature"}
    try:
        held = from_multikey(str(signer).removeprefix("did:key:")).holds(
            base64url_decode(str(signature)), canonical_json(rest)
        )
    except ValueError:
        held = False
    if not held:
        raise WrongCopy("forged", "Its signature does not hold: it was changed after it was signed.")
    if key and signer != key:
        raise WrongCopy("another-key", f"It is signed, but by {signer}, not by the key that was agreed.")


def _issuer(row: Mapping[str, Any], by_provider: Mapping[str, list[Mapping[str, Any]]]) -> Listed:
    did, name = row["id"], row["name"]
    if not isinstance(did, str) or not did.startswith("did:") or not isinstance(name, str):
        raise ValueError("an issuer has a did and a name")
    theirs = by_provider.get(str(row["provider"]), [])
    if since := row.get("compromised_from"):
        theirs = [{"verdict": COMPROMISED, "first_on": parse_iso(since).date().isoformat()}, *theirs]
    return Listed(did[:LONGEST_NAME], name[:LONGEST_NAME], str(row.get("country") or "")[:100], tuple(theirs))


def _known_issuers(document: dict[str, Any]) -> Copy:
    """Read the form of the Digital Credentials Consortium: ``{"registry": {did: {"name": …, "location": …}}}``."""
    listed = []
    for did, row in document["registry"].items():
        if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not did.startswith("did:"):
            raise WrongCopy("no-register", "One of its issuers has no did or no name.")
        listed.append(Listed(did[:LONGEST_NAME], row["name"][:LONGEST_NAME], str(row.get("location") or "")[:100]))
    meta = document.get("meta")
    stated = meta.get("updated") or meta.get("created") if isinstance(meta, dict) else None
    try:
        made = parse_iso(stated) if isinstance(stated, str) else None
    except ValueError:
        made = None
    return Copy("known-issuers", "", _each_once(tuple(listed)), made)


def _each_once(listed: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """Each did once; where one stands twice, the first counts."""
    return tuple({each.did: each for each in reversed(listed)}.values())[::-1]


def newer(copy: Copy, *, than: datetime | None, at: datetime) -> Copy:
    """Return the copy, unless one at hand was made later: an old copy is never put in the place of a new one.

    One that is dated more than an hour ahead is not taken either: no true one could follow it.
    """
    if copy.made_at is not None and copy.made_at > at + AHEAD:
        raise WrongCopy("ahead", f"It says that it was made on {iso(copy.made_at)}, which is still to come.")
    if than is not None and copy.made_at is not None and copy.made_at < than:
        raise WrongCopy("older", f"It was made on {iso(copy.made_at)}, before the copy that is here already.")
    return copy


def period_from(row: Mapping[str, Any]) -> Period | None:
    """Return the dated facts of one line of a snapshot; None for a refusal. Raises what a wrong line raises."""
    if row["verdict"] != "accredited":
        return None
    ends = row.get("withdrawn_on")
    first, last = date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"])
    if last < first:
        raise ValueError("an accreditation ends before it begins")
    return Period(
        first,
        last,
        tuple(
            (date.fromisoformat(start), date.fromisoformat(lifted) if lifted else None)
            for start, lifted in row.get("suspensions", ())
        ),
        date.fromisoformat(ends) if ends else None,
        tuple((date.fromisoformat(start), date.fromisoformat(until)) for start, until in row.get("undone", ())),
    )


def _scopes(row: Mapping[str, Any]) -> list[tuple[date, Mapping[str, Any]]]:
    """Return what a line covers, from each day on. Raises what a wrong line raises."""
    changed = [(date.fromisoformat(day), scope or {}) for day, scope in row.get("scopes") or ()]
    return [(date.min, row.get("scope") or {}), *changed]


def _scope_on(day: date, row: Mapping[str, Any]) -> Mapping[str, Any]:
    return [scope for since, scope in _scopes(row) if since <= day][-1]


def _decided_on(row: Mapping[str, Any]) -> date | None:
    told = row.get("decided_on")
    return date.fromisoformat(told) if told else None


def trust_list(data: bytes) -> list[dict[str, str]]:
    """Return the registers that a trust list names, each with name, address and key. Raises WrongCopy.

    A line of the Digital Credentials Consortium that is no plain list of issuers (an OpenID federation) has no address
    that could be read here, so it comes back with "", and nobody can follow it.
    """
    found = _json(data)
    rows = found.get("registers") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise WrongCopy("no-register", "It is no list of registers.")
    return [
        {
            "name": str(each.get("name") or ""),
            "address": str(each.get("address") or each.get("url") or ""),
            "key": str(each.get("key") or ""),
        }
        for each in rows
    ]


#: The order in which the lines of one issuer are told: a doubt about its key comes first, then what is in force.
ORDER = (COMPROMISED, "accredited", "suspended", "not-yet", "withdrawn", "expired", "refused")


@dataclass(frozen=True)
class Told:
    """What one line of a register elsewhere comes to on a day.

    ``object`` is provider, programme, module or scheme; ``scope`` is what it is narrowed to on that day.
    """

    state: str
    number: str
    body: str
    framework: str
    programme: str
    object: str = "provider"
    since: date | None = None
    until: date | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)


def told_on(day: date, rows: tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]]) -> list[Told]:
    """Return what each accreditation is worth on a day, those in force first; a doubt about the key on every day."""
    told = []
    for row in rows:
        if row["verdict"] == COMPROMISED:
            told.append(Told(COMPROMISED, "", "", "", "", since=date.fromisoformat(row["first_on"])))
            continue
        period = period_from(row)
        state, since, until = run_on(day, period) if period else ("refused", _decided_on(row), None)
        number, body, framework, programme = (
            str(row.get(name) or "") for name in ("number", "quality_body", "framework", "programme")
        )
        about = str(row.get("object") or ("programme" if programme else "provider"))
        told.append(Told(state, number, body, framework, programme, about, since, until, _scope_on(day, row)))
    return sorted(told, key=lambda each: (ORDER.index(each.state), each.number))
