"""The skills of the taxonomies in use, for programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from opencairn.people.answers import NotUnderstood, limit, page, parameter, parameters, said

from . import queries
from .models import Skill

router = Router(tags=["skills"])
LONGEST_QUERY = 500


class SkillRecord(Schema):
    """A skill of a taxonomy in use."""

    model_config = ConfigDict(extra="forbid")

    uri: str = Field(description="Its address, by which skills are compared.")
    taxonomy: str = Field(description="The key of its taxonomy, such as esco.")
    version: str = Field(description="The version of its taxonomy.")
    kind: str = Field(description="As the taxonomy says, such as knowledge.")
    reuse: str = Field(description="As the taxonomy says, such as cross-sector.")
    labels: dict[str, str] = Field(description="Its name by language.")
    descriptions: dict[str, str] = Field(description="What is meant, by language.")
    broader: list[str] = Field(description="The addresses of all broader concepts.")
    score: float | None = Field(description="How well it fits the words asked with; null where none were given.")


class SkillPage(Schema):
    """Some skills: in the order they were imported, or the best fitting first where words were given."""

    model_config = ConfigDict(extra="forbid")

    items: list[SkillRecord] = Field(description="The skills.")
    next: str | None = Field(description="The address of the next page; null on the last.")


@router.get(
    "/skills", response=SkillPage, summary="The skills of the taxonomies in use",
    openapi_extra=parameters(
        parameter("q", "Words in any language: the best fitting skills of all taxonomies in use, without pages.",
                  type="string", maxLength=LONGEST_QUERY),
        parameter("language", "The language of the words; guessed where it is not given."),
        parameter("taxonomy", "The key of one taxonomy, such as esco."),
        parameter("uri", "The skill with this address alone."),
    ),
)  # fmt: skip
def skills(request: HttpRequest) -> HttpResponse:
    """Skills that their publisher has not retired. What the suggestions rest on is the same as on the pages."""
    most, words, key = limit(request), request.GET.get("q", ""), request.GET.get("taxonomy", "")
    keys = [each.key for each in queries.taxonomies() if each.current_since]
    if key and key not in keys:
        raise NotUnderstood(
            _("There is no taxonomy “%(key)s” in use. There are: %(known)s.")
            % {"key": key[:40], "known": ", ".join(keys) or "–"}
        )
    if len(words) > LONGEST_QUERY:
        raise NotUnderstood(_("“q” is too long: at most %(most)d characters.") % {"most": LONGEST_QUERY})
    if words.strip():
        language = request.GET.get("language", "")[:35]
        suggested = queries.suggest(words, language=language, keys=[key] if key else (), top=most)[:most]
        known = queries.skills_named(each.uri for each in suggested)
        return said(
            {"items": [_record(known[each.uri], each.score) for each in suggested if each.uri in known], "next": None}
        )
    rows = Skill.objects.in_force().select_related("taxonomy")
    if key:
        rows = rows.filter(taxonomy__key=key)
    if "uri" in request.GET:
        rows = rows.filter(uri=request.GET["uri"].replace("\x00", ""))
    listed = list(rows.filter(pk__gt=_cursor(request)).order_by("pk")[: most + 1])
    after = str(listed[most - 1].pk) if len(listed) > most else ""
    return said(page(request, [_record(one, None) for one in listed[:most]], after=after))


def _cursor(request: HttpRequest) -> int:
    words = request.GET.get("cursor") or "0"
    if not (words.isascii() and words.isdigit() and len(words) < 19):
        raise NotUnderstood(_("This is no cursor of ours. Leave it out to begin at the beginning."))
    return int(words)


def _record(one: Skill, score: float | None) -> dict[str, Any]:
    same = ("uri", "kind", "reuse", "labels", "descriptions", "broader")
    return {name: getattr(one, name) for name in same} | {
        "taxonomy": one.taxonomy.key,
        "version": one.taxonomy.version,
        "score": score,
    }
