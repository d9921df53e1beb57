"""The filter by skill: a skill, or a group of skills and with it every narrower one.

A programme is filed under each skill it states and under every broader concept of the current taxonomies, so choosing a
group finds the skills below it, and each count is exact. A skill of no imported taxonomy is filed under its own words.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.catalogue import rules, shortages
from opencairn.kit.text import pick
from opencairn.skills import queries as skills
from opencairn.skills.models import Skill, Taxonomy

from .shape import NOT_STATED, Described

LONGEST = 300


class Tree(NamedTuple):
    """The current taxonomies: what is broader, what is narrower, and the groups of the second floor."""

    broader: Mapping[str, Sequence[str]]
    narrower: Mapping[str, Sequence[str]]
    second: Sequence[str]


def tree() -> Tree:
    """Return the tree as it stands; read again when a taxonomy was imported or another version made current."""
    current = Taxonomy.objects.current().order_by("pk").values_list("pk", "added_to_at")
    return _tree(tuple(current))


def standing() -> int:
    """Return what stands for all taxonomies as they are, and for the operator's list of sectors that lack people.

    A positive number that changes with any import or version. An index keeps it; where it differs, programmes are filed
    under groups and names of skills, or under sectors, that no longer hold.
    """
    lacking = shortages.listed()
    with connection.cursor() as cursor:  # every page asks: a question without a model
        table = Taxonomy._meta.db_table  # noqa: SLF001
        cursor.execute(f"SELECT id, added_to_at, current_since FROM {table} ORDER BY id")  # noqa: S608
        return _standing((*cursor.fetchall(), *([(repr(lacking),)] if lacking else [])))


@lru_cache(maxsize=2)
def _standing(every: tuple[tuple[Any, ...], ...]) -> int:
    told = ";".join(" ".join("-" if said is None else str(said) for said in each) for each in every)
    return int.from_bytes(sha256(told.encode()).digest()[:8]) >> 1


@lru_cache(maxsize=2)
def _tree(current: tuple[Any, ...]) -> Tree:
    broader: dict[str, list[str]] = {}
    rows = Skill.objects.filter(taxonomy__in=[pk for pk, _moment in current]).values_list("uri", "broader")
    for uri, above in rows:
        broader.setdefault(uri, []).extend(each for each in above if each != uri)
    narrower = rules.turned(broader)
    roots = {uri for uri in narrower if not broader.get(uri)}
    second = sorted({below for root in roots for below in narrower[root]} & narrower.keys())
    return Tree(broader, narrower, second or sorted(roots))


def filed(skill: Mapping[str, Any], of: Tree) -> list[str]:
    """Return the codes of a skill that an outcome states: itself and everything broader, else its words."""
    uri = str(skill.get("uri") or "")
    if uri in of.broader:
        return list(rules.above(of.broader, uri))
    words = _words(skill.get("label"))
    return [words] if words else []


def _words(label: object) -> str:
    words = pick(label, ("en",))[1] if isinstance(label, Mapping) else str(label or "")
    return " ".join(words.split())[:LONGEST]


class BySkill:
    """Skills and groups of skills. Of a large taxonomy the groups are listed, and below a chosen one its narrower."""

    name = "skill"
    title = __("Skill")
    note = ""

    def codes(self, entry: Described) -> Sequence[str]:
        """What was filed."""
        return tuple(entry.skills) or (NOT_STATED,)

    def counted(self, chosen: Collection[str]) -> Collection[str] | None:
        """The codes to count and list: None for all, where no taxonomy has groups."""
        now = tree()
        if not now.second:
            return None
        below = [uri for code in chosen for uri in now.narrower.get(code, ())]
        return dict.fromkeys([*now.second, *chosen, *below, NOT_STATED])

    def said(self, code: str) -> str:
        """The name of a skill."""
        return self.names((code,))[code]

    def names(self, codes: Collection[str]) -> Mapping[str, str]:
        """The names of many skills, in the reader's language where the taxonomy has it."""
        languages = (get_language() or "en", "en")
        known = skills.skills_named(code for code in codes if "://" in code)
        named = {uri: pick(skill.labels, languages)[1] or uri for uri, skill in known.items()}
        return {code: _("Not stated") if code == NOT_STATED else named.get(code, code) for code in codes}

    def known(self, codes: Collection[str]) -> set[str]:
        """Skills of the current taxonomies, and plain words."""
        now = tree()
        return {code for code in codes if code in now.broader or ("://" not in code and code.isprintable())}

    def order(self, code: str, count: int) -> tuple[object, ...]:
        """The most frequent first."""
        return (code == NOT_STATED, -count)
