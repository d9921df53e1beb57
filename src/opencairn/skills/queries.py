"""Reads of the skills room that its pages and later rooms use."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet
from django.http import Http404

from opencairn.kit.text import pick
from opencairn.people.access import PERMISSIONS, demand
from opencairn.people.models import Membership, Organisation, Person

from . import rules
from .indexes import index_of, languages_of, model_or_none, vectors_of
from .models import Alignment, Skill, Taxonomy
from .suggesting import lexical
from .suggesting.lexical import Suggestion
from .taxonomies import TAXONOMIES

FIRST_CHOICE = "esco"  # the taxonomy that suggestions come from, unless asked otherwise
ENOUGH = 0.25  # a suggestion below this is not put before a person: it shares a syllable, not a meaning


def current(key: str = FIRST_CHOICE) -> Taxonomy | None:
    """Return the current version of a taxonomy, None where none was imported."""
    return Taxonomy.objects.current().filter(key=key).first()


def in_use() -> list[Taxonomy]:
    """The current version of every taxonomy that was imported, the first choice first."""
    return sorted(Taxonomy.objects.current(), key=lambda one: (one.key != FIRST_CHOICE, one.key))


def taxonomies() -> QuerySet[Taxonomy]:
    """Every version that was imported, current ones first."""
    return Taxonomy.objects.order_by("key", "-current_since", "version")


def suggest(text: str, *, language: str = "", keys: Iterable[str] = (), top: int = 10) -> list[Suggestion]:
    """Return ``top`` skills of each taxonomy in use, or of those of these keys, that may fit a text, best first (D10).

    Searched are the names in the language of the text and the English ones (names of products are English everywhere);
    a language that is not given is guessed by the words. A skill that stands in two taxonomies under one address is
    named once, by the first choice where that has it.
    """
    wanted, best = set(keys), dict[str, Suggestion]()
    for taxonomy in in_use():
        if not wanted or taxonomy.key in wanted:
            for one in suggest_from(taxonomy, text, language=language, top=top):
                best.setdefault(one.uri, one)
    return sorted(best.values(), key=lambda one: (-one.score, one.uri))


def suggest_from(taxonomy: Taxonomy, text: str, *, language: str = "", top: int = 10) -> list[Suggestion]:
    """Return the best suggestions of one version, as ``suggest`` does."""
    best: dict[str, Suggestion] = {}
    for tag in _languages(taxonomy, language, text):
        for one in _nearest(taxonomy, tag, text, top):
            known = best.get(one.uri)
            if known is None or one.score > known.score:
                best[one.uri] = replace(one, label=known.label if known else one.label, taxonomy=taxonomy.name)
    return sorted(best.values(), key=lambda one: (-one.score, one.uri))[:top]


def _nearest(taxonomy: Taxonomy, language: str, text: str, top: int) -> list[Suggestion]:
    """By wording; with an operator's model, the mean of the wording's score and of the likeness the model sees."""
    index = index_of(taxonomy, language)
    model = model_or_none()
    if model is None or not index.uris:
        return index.suggest(text, top=top)
    likeness = np.maximum(vectors_of(taxonomy, language, model) @ model.embed([text])[0], 0)
    return index.best((index.mixed(text) + likeness) / 2, top)


def method() -> str:
    """Name the way suggestions are made at present, to be kept with each decision."""
    model = model_or_none()
    return f"{lexical.METHOD}+{model.fingerprint}" if model else lexical.METHOD


def _languages(taxonomy: Taxonomy, language: str, text: str) -> list[str]:
    """The languages to search, that of the text first: its label is the one shown."""
    language = language or languages_of(taxonomy).guess(text)
    wanted = dict.fromkeys((language, language.split("-")[0], "en"))
    return [tag for tag in wanted if tag in taxonomy.languages] or taxonomy.languages[:1]


def skills_named(uris: Iterable[str]) -> dict[str, Skill]:
    """Return skills by their address: from the current versions, else from one that was current before.

    An address in two taxonomies stands for the skill of the first choice.
    """
    if not (wanted := set(uris)):
        return {}
    rows = Skill.objects.filter(uri__in=wanted).select_related("taxonomy").order_by("taxonomy__imported_at")
    return {row.uri: row for row in sorted(rows, key=_preference)}


def missing(uris: Iterable[str]) -> dict[str, Taxonomy]:
    """Return the addresses of a taxonomy in use, each with that taxonomy, that no version here has: they are no skills.

    The extract of the demo does not count: it has few of the skills of its taxonomy.
    """
    wanted, found = set(uris), dict[str, Taxonomy]()
    for one in in_use() if wanted else ():
        if one.version != rules.DEMO:
            space = next((plug.space for plug in TAXONOMIES if plug.key == one.key), "")
            found |= {uri: one for uri in wanted if rules.is_in(space, uri)}
    known = skills_named(found)
    return {uri: one for uri, one in found.items() if uri not in known}


def _preference(skill: Skill) -> tuple[bool, bool]:
    return skill.taxonomy.current_since is not None, skill.taxonomy.key == FIRST_CHOICE


def narrower(uris: Iterable[str]) -> frozenset[str]:
    """Return these addresses and those of every narrower concept of the current versions."""
    broader: dict[str, list[str]] = {}
    for uri, above in Skill.objects.filter(taxonomy__current_since__isnull=False).values_list("uri", "broader"):
        broader.setdefault(uri, []).extend(above)  # a concept may stand in two taxonomies, below different ones
    return rules.closure(broader, uris)


def decided(outcomes: Iterable[str]) -> list[Alignment]:
    """Return what people confirmed or rejected for these outcomes (keys of ``rules.outcome_key``)."""
    return list(Alignment.objects.filter(outcome__in=set(outcomes)).exclude(status="suggested").order_by("created_at"))


def confirmed(outcomes: Iterable[str]) -> list[Alignment]:
    """Return the alignments that a person confirmed: only these may enter a credential, a match or a share."""
    return list(Alignment.objects.filter(outcome__in=set(outcomes), status="confirmed").order_by("created_at"))


def collections_built(organisation: Organisation | None = None) -> dict[str, list[list[str]]]:
    """Return the collections of every skill that was confirmed, by the key of its outcome; of one organisation's."""
    rows = Alignment.objects.filter(status="confirmed")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    stated = list(rows.values_list("outcome", "uri"))
    known = skills_named(uri for _outcome, uri in stated)
    built: dict[str, list[list[str]]] = {}
    for outcome, uri in stated:
        if uri in known:
            built.setdefault(outcome, []).append(known[uri].collections)
    return built


def shares(outcomes: Iterable[Iterable[str]]) -> dict[str, object]:
    """Return which part of the outcomes builds digital and green skills (D11), from confirmed alignments alone.

    Each outcome comes as its keys, one for each language it is written in.
    """
    keys = [set(each) for each in outcomes]
    rows = confirmed(key for each in keys for key in each)
    known = skills_named(row.uri for row in rows)
    built = [[known[row.uri].collections for row in rows if row.outcome in each and row.uri in known] for each in keys]
    return dict(rules.shares(built))


@dataclass(frozen=True)
class Orphan:
    """A confirmed alignment that a newer version of its taxonomy puts in question, and why; a person decides."""

    alignment: Alignment
    drift: rules.Drift
    taxonomy: Taxonomy


def orphans(organisations: Iterable[Organisation] | None = None) -> list[Orphan]:
    """Return the review list: confirmed skills that the current version lost, retired, split or calls differently.

    Nothing is changed by being listed. ``organisations`` narrows it to theirs.
    """
    now = {each.key: each for each in Taxonomy.objects.current()}
    older = Q(pk__in=[])
    for key, current_one in now.items():
        older |= Q(taxonomy=key) & ~Q(version=current_one.version) & ~Q(reviewed_for=current_one)
    rows = Alignment.objects.filter(older, status="confirmed").select_related("organisation")
    if organisations is not None:
        rows = rows.filter(organisation__in=list(organisations))
    waiting = list(rows.order_by("label", "created_at"))
    drifts = _drifts(waiting, now)
    return [Orphan(row, drift, now[row.taxonomy]) for row in waiting if (drift := drifts.get(row.pk))]


def _drifts(rows: list[Alignment], now: dict[str, Taxonomy]) -> dict[object, rules.Drift]:
    uris = {row.uri for row in rows}
    after = {row.uri: row for row in Skill.objects.filter(taxonomy__in=now.values(), uri__in=uris)}
    before: dict[tuple[str, str], dict[str, str]] = {
        (row.taxonomy.version, row.uri): row.labels
        for row in Skill.objects.filter(uri__in=uris).select_related("taxonomy")
    }
    split = _new_groups(uris, after, now)
    found: dict[object, rules.Drift] = {}
    for row in rows:
        skill = after.get(row.uri)
        drift = rules.drift(
            before=before.get((row.version, row.uri), {}),
            after=skill.labels if skill else None,
            status=skill.status if skill else "",
            successors=split.get(row.uri, ()),
        )
        if drift is not None:
            found[row.pk] = drift
    return found


def _new_groups(uris: set[str], after: dict[str, Skill], now: dict[str, Taxonomy]) -> dict[str, list[str]]:
    """Labels of what stands below a skill that became a group of others."""
    groups = {uri for uri in uris if uri in after and after[uri].is_group}
    if not groups:
        return {}
    found: dict[str, list[str]] = {}
    for skill in Skill.objects.filter(taxonomy__in=now.values()).only("broader", "labels"):
        for uri in groups.intersection(skill.broader):
            found.setdefault(uri, []).append(pick(skill.labels, ("en",))[1])
    return found


def reviewed_by(person: Person) -> QuerySet[Organisation]:
    """The organisations whose alignments a person may review."""
    held = Membership.objects.filter(person=person, role__in=PERMISSIONS["alignment.review"])
    return Organisation.objects.filter(pk__in=held.values("organisation"), closed_at=None)


def export_person(person: Person) -> dict[str, Any]:
    """Everything this room holds about a person: which skill they said fits which outcome."""
    rows = Alignment.objects.filter(decided_by=person).order_by("decided_at")
    return {"skills_decided": list(rows.values("text", "uri", "label", "status", "decided_at"))}


def size_of(taxonomy: Taxonomy) -> int:
    """How many skills a version has; groups of skills are not counted."""
    return Skill.objects.filter(taxonomy=taxonomy, is_group=False).count()


def access_alignment(person: Person, identifier: str, *, to: str) -> Alignment:
    """Load an alignment for someone whose role with its organisation carries the permission ``to``. Raises Http404."""
    try:
        row = Alignment.objects.select_related("organisation").filter(pk=UUID(identifier)).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404("no such alignment")
    demand(person, to, row.organisation)
    return row
