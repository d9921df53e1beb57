"""What a decision covers, and what it leaves out.

Source of the limits (fields, levels, credential types, places): ``Accreditation`` of the European Learning Model.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal

SCOPE_KEYS = ("eqf_levels", "fields", "credential_types", "programmes", "jurisdictions", "modes")
MODES = ("onsite", "online", "blended")
CREDENTIAL_TYPE = "MicroCredential"
NO_LEVEL, NO_FIELD = 0, "-"  # what a description without a level or a field is asked as: no narrowed scope covers them


def covers(
    scope: Mapping[str, Any],
    *,
    eqf_level: int | None = None,
    field_code: str | None = None,
    credential_type: str | None = None,
    programme: str | None = None,
    jurisdiction: str | None = None,
    mode: str | None = None,
) -> bool:
    """Whether a decision's scope covers these facts. A fact that is None is not asked about.

    A key absent from the scope does not narrow. Fields are ISCED-F 2013 codes and match by prefix: "05" covers "0521".
    Programmes are named by their slugs, jurisdictions by ISO 3166-1 codes.
    """
    levels, fields, types, programmes, jurisdictions, modes = (scope.get(key) for key in SCOPE_KEYS)
    if fields and field_code is not None and not any(field_code.startswith(prefix) for prefix in fields):
        return False
    exactly = (
        (levels, eqf_level), (types, credential_type), (programmes, programme), (jurisdictions, jurisdiction),
        (modes, mode),
    )  # fmt: skip
    return all(not allowed or fact is None or fact in allowed for allowed, fact in exactly)


def scope_facts(
    eqf_level: int | None, field_code: str, participation: str, *, programme: str, country: str
) -> Mapping[str, Any]:
    """Return the facts of a description that a scope may narrow, by the names that ``covers`` gives them."""
    return {
        "eqf_level": eqf_level or NO_LEVEL,
        "field_code": field_code or NO_FIELD,
        "credential_type": CREDENTIAL_TYPE,
        "programme": programme,
        "jurisdiction": country or None,
        "mode": participation if participation in MODES else None,
    }


def reviewed_scope(eqf_level: int | None, field_code: str) -> dict[str, Any]:
    """Return the scope of what was reviewed: its level and its broad field (ISCED-F, two digits), where it has them.

    A later description at another level or in another field is then not covered until a quality body looks again.
    """
    levels = {"eqf_levels": [eqf_level]} if eqf_level is not None else {}
    return levels | ({"fields": [field_code[:2]]} if field_code else {})


def _is_a_word(found: Any) -> bool:
    return isinstance(found, str) and found.isascii() and bool(found)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "eqf_levels": lambda each: isinstance(each, int) and not isinstance(each, bool) and 1 <= each <= 8,
    "fields": lambda each: _is_a_word(each) and each.isdigit() and 2 <= len(each) <= 4,
    "credential_types": lambda each: _is_a_word(each) and each.isalnum(),
    "programmes": lambda each: _is_a_word(each) and each.replace("-", "").replace("_", "").isalnum(),
    "jurisdictions": lambda each: _is_a_word(each) and len(each) == 2 and each.isalpha() and each.isupper(),
    "modes": lambda each: each in MODES,
}


def scope_faults(scope: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a scope that are unknown, or hold nothing, or something else than they should."""
    for key, values in scope.items():
        fits = _FITS.get(key)
        if fits is None or not isinstance(values, list) or not values or not all(fits(each) for each in values):
            yield key


ScopeChange = Literal["same", "wider", "narrower", "other"]


def scope_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> ScopeChange:
    """Return how a scope changes: wider where all that was covered still is, narrower where nothing new is."""
    keeps = all(_holds(key, after.get(key), before.get(key)) for key in SCOPE_KEYS)
    adds_nothing = all(_holds(key, before.get(key), after.get(key)) for key in SCOPE_KEYS)
    if keeps and adds_nothing:
        return "same"
    return "wider" if keeps else "narrower" if adds_nothing else "other"


def _holds(key: str, outer: Collection[Any] | None, inner: Collection[Any] | None) -> bool:
    """Whether one part of a scope covers everything that another covers; nothing named is no limit."""
    if not outer or not inner:
        return not outer
    if key == "fields":
        return all(any(code.startswith(prefix) for prefix in outer) for code in inner)
    return set(inner) <= set(outer)
