"""Every write of the skills room."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.text import pick
from opencairn.people.models import Organisation, Person

from . import queries, rules
from .models import Alignment, Skill, Taxonomy
from .taxonomies import Plug, Row, checked

BATCH = 500
DEMO = rules.DEMO
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
Tell = Callable[[Row, str], None]
SAID_ONCE = ("code", "kind", "reuse", "status", "is_group")
BY_LANGUAGE = ("labels", "alternatives", "descriptions")


class WrongVersion(Refused):
    """A version needs a name that can stand in an address."""

    status = 422


class NothingToKeep(Refused):
    """Not one row of an archive could be kept, so it is not a version of anything."""

    status = 422


class AlreadyCurrent(Refused):
    """The version is the current one already."""


class UnknownSkill(Refused):
    """Only a skill of a taxonomy that was imported can be confirmed or rejected."""

    status = 422


@transaction.atomic
def import_taxonomy(
    plug: Plug, rows: Iterable[Row], *, version: str, source: str, at: datetime, tell: Tell = lambda _row, _status: None
) -> Taxonomy:
    """Keep the rows of an archive as one version: all of it, or nothing where the archive breaks on the way.

    A version is only added to: rows that are there already stay as they are, a new language joins them, and a row that
    contradicts what is there is refused. ``tell`` hears each row with "created", "updated", "unchanged" or "refused".
    The first version of a taxonomy becomes the current one, and takes the place of the demo's extract. Raises
    WrongVersion, NothingToKeep, and BrokenSource of the rows.
    """
    if not VERSION.fullmatch(version):
        raise WrongVersion(_("Say which version this is with --version, such as 1.2.0."))
    taxonomy, made = Taxonomy.objects.select_for_update().get_or_create(
        key=plug.key, version=version, defaults={"imported_at": at, "added_to_at": at, "name": plug.name}
    )
    changed, kept = _keep(taxonomy, rows, tell)
    if not kept:
        raise NothingToKeep(_("Not one row of this archive could be kept."))
    languages = sorted({*taxonomy.languages, *changed}, key=lambda tag: (tag != "en", tag))
    if changed:
        taxonomy.languages, taxonomy.added_to_at = languages, at
    taxonomy.credit, taxonomy.licence = plug.credit.format(version=version), plug.licence
    taxonomy.source = source[-300:] if made else taxonomy.source
    standing = Taxonomy.objects.current().filter(key=plug.key).first()
    if standing is None:
        taxonomy.current_since = at
    taxonomy.save()
    if standing is not None and standing.version == DEMO != version:
        make_current(taxonomy, at=at)
    return taxonomy


def _keep(taxonomy: Taxonomy, rows: Iterable[Row], tell: Tell) -> tuple[set[str], int]:
    """Keep rows in batches; return the languages in which something was added, and how many rows are kept."""
    changed: set[str] = set()
    kept, stream = 0, iter(rows)
    while batch := list(islice(stream, BATCH)):
        sound = [row for row in map(checked, batch) if _not_refused(row, tell)]
        kept += len(sound)
        changed |= _merge(taxonomy, sound, tell)
    return changed, kept


def _not_refused(row: Row, tell: Tell) -> bool:
    if row.refused:
        tell(row, "refused")
    return not row.refused


def _merge(taxonomy: Taxonomy, rows: list[Row], tell: Tell) -> set[str]:
    there = {skill.uri: skill for skill in Skill.objects.filter(taxonomy=taxonomy, uri__in={row.uri for row in rows})}
    new: dict[str, Skill] = {}
    updated: dict[str, Skill] = {}
    changed: set[str] = set()
    for row in rows:
        skill = there.get(row.uri) or new.get(row.uri)
        if skill is None:
            new[row.uri] = _skill(taxonomy, row)
            changed |= set(row.labels)
            tell(row, "created")
            continue
        status, why = _add(skill, row)
        if status == "updated":
            changed |= set(row.labels)
            if row.uri in there:
                updated[row.uri] = skill
        tell(row if not why else Row(row.where, row.uri, refused=why), status)
    Skill.objects.bulk_create(new.values())
    Skill.objects.bulk_update(updated.values(), [*BY_LANGUAGE, "broader", "collections", "occupations"])
    return changed


def _skill(taxonomy: Taxonomy, row: Row) -> Skill:
    facts = {name: getattr(row, name) for name in SAID_ONCE}
    texts = {"labels": dict(row.labels), "descriptions": dict(row.descriptions)}
    names = {tag: list(each) for tag, each in row.alternatives.items()}
    return Skill(
        taxonomy=taxonomy, uri=row.uri, broader=list(row.broader), collections=list(row.collections),
        occupations=row.occupations, alternatives=names, **facts, **texts,
    )  # fmt: skip


def _add(skill: Skill, row: Row) -> tuple[str, str]:
    """Add what a row says that the skill does not say yet. Return the status, and why it is refused."""
    for tag, label in row.labels.items():
        if skill.labels.get(tag, label) != label:
            why = _("this version already calls it “%(label)s”; import another wording as another version.")
            return "refused", why % {"label": skill.labels[tag]}
    before = {name: _copied(getattr(skill, name)) for name in (*BY_LANGUAGE, "broader", "collections", "occupations")}
    for name in BY_LANGUAGE:
        said: Mapping[str, Any] = getattr(row, name)
        fresh = {tag: list(words) if isinstance(words, tuple) else words for tag, words in said.items()}
        setattr(skill, name, fresh | getattr(skill, name))
    skill.broader = list(dict.fromkeys((*skill.broader, *row.broader)))
    skill.collections = list(dict.fromkeys((*skill.collections, *row.collections)))
    skill.occupations = max(skill.occupations, row.occupations)
    return ("unchanged" if all(getattr(skill, name) == value for name, value in before.items()) else "updated"), ""


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, dict | list) else value


@transaction.atomic
def make_current(taxonomy: Taxonomy, *, at: datetime) -> Taxonomy:
    """Take suggestions and labels from this version from now on; confirmed alignments stay as they are, for review."""
    rows = {row.pk: row for row in Taxonomy.objects.select_for_update().filter(key=taxonomy.key)}
    if rows[taxonomy.pk].current_since is not None:
        raise AlreadyCurrent(_("%(name)s is the current version already.") % {"name": taxonomy})
    Taxonomy.objects.filter(key=taxonomy.key).update(current_since=None)
    taxonomy.current_since = at
    taxonomy.save(update_fields=["current_since"])
    return taxonomy


@transaction.atomic
def decide(
    *, outcome: str, text: str, language: str, uri: str, confirmed: bool, organisation: Organisation, by: Person | None,
    at: datetime, score: float | None = None, method: str = "person",
) -> Alignment:  # fmt: skip
    """Record that a person says a skill fits a learning outcome, or does not; a later decision takes its place."""
    skill = queries.skills_named([uri]).get(uri)
    if skill is None:
        raise UnknownSkill(_("This skill is not in any taxonomy that was imported here."))
    words = pick(skill.labels, (language, "en"))[1]
    row, _made = Alignment.objects.select_for_update().get_or_create(
        outcome=outcome, uri=uri,
        defaults={"organisation": organisation, "text": text[:5000], "language": language, "created_at": at},
    )  # fmt: skip
    row.status = "confirmed" if confirmed else "rejected"
    row.label, row.taxonomy, row.version = words, skill.taxonomy.key, skill.taxonomy.version
    row.score, row.method, row.decided_by, row.decided_at = score, method, by, at
    row.save()
    return row


@transaction.atomic
def review(row: Alignment, *, keep: bool, by: Person, at: datetime) -> Alignment:
    """Record what a person made of an alignment that a newer version put in question: it stays, or it is taken back."""
    now = Alignment.objects.select_for_update().get(pk=row.pk)
    current = queries.current(now.taxonomy)
    now.status = "confirmed" if keep else "rejected"
    now.reviewed_for, now.decided_by, now.decided_at = current, by, at
    now.save()
    return now


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Forget who decided; the decision is the organisation's and stays."""
    Alignment.objects.filter(decided_by=person).update(decided_by=None)
