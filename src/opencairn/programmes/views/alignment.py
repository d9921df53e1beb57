"""The skills that may fit each outcome: suggested here, confirmed or rejected by a person, one press each."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opencairn.kit.text import pick
from opencairn.people.access import person_of
from opencairn.programmes import actions as programmes
from opencairn.programmes import queries
from opencairn.programmes.actions.alignments import SUGGESTED
from opencairn.programmes.models import Outcome, ProgrammeVersion
from opencairn.skills import queries as skills
from opencairn.skills.models import Skill

SHOWN = 5  # suggestions for one outcome: more is a search, not a suggestion


def skill_rows(version: ProgrammeVersion, *, chosen: str = "") -> dict[str, Any] | None:
    """Each outcome with what is confirmed and what may fit; None where no taxonomy is here, or no outcome.

    ``chosen`` is the key of the one taxonomy to suggest from; every one in use where it names none of them.
    """
    taxonomies, outcomes = skills.in_use(), queries.outcomes_of(version)
    if not taxonomies or not outcomes:
        return None
    asked = [one.key for one in taxonomies if one.key == chosen]
    shares = {name: share for name, share in queries.skill_shares(version).items() if share is not None}
    return {
        "taxonomies": taxonomies,
        "chosen": asked[0] if asked else "",
        "credits": list(dict.fromkeys(one.credit for one in taxonomies if one.credit)),
        "waiting": len(skills.orphans([version.programme.provider])),
        "outcomes": [_row(version, one, asked) for one in outcomes],
        "shares": {name: f"{share:.0%}" for name, share in shares.items()},
    }


def _row(version: ProgrammeVersion, outcome: Outcome, asked: list[str]) -> dict[str, Any]:
    decisions = skills.decided(queries.outcome_keys(version.programme, outcome.text))
    language, text = queries.main_text(outcome)
    settled = {row.uri for row in decisions} | {skill["uri"] for skill in outcome.skills}
    found = [
        one
        for one in skills.suggest(text, language=language, keys=asked, top=SUGGESTED)
        if one.score >= skills.ENOUGH and one.uri not in settled
    ][:SHOWN]
    known = skills.skills_named([one.uri for one in found] + [skill["uri"] for skill in outcome.skills])
    return {
        "outcome": outcome,
        "confirmed": [
            _shown(known.get(skill["uri"]), skill["uri"], skill["label"], skill.get("framework", ""))
            for skill in outcome.skills
        ],
        "suggested": [_shown(known.get(one.uri), one.uri, one.label, one.taxonomy) for one in found],
    }


def _shown(skill: Skill | None, uri: str, label: str, taxonomy: str) -> dict[str, Any]:
    wanted = (get_language() or "en", "en")
    tag, words = pick(skill.labels, wanted) if skill else ("", label)
    about_in, about = pick(skill.descriptions, wanted) if skill else ("", "")
    return {
        "uri": uri,
        "label": words,
        "taxonomy": taxonomy,
        "language": tag,
        "about": about,
        "about_in": about_in,
        "known": skill is not None,
    }


@require_POST
@login_required
def align(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what a person says about one skill for one outcome of the draft."""
    programme = queries.access_programme(request.user, slug, to="programme.describe")
    version = queries.draft_of(programme)
    position, fits = request.POST.get("outcome", ""), "fits" in request.POST
    uri = request.POST.get("fits") or request.POST.get("fits_not") or ""
    if version is None or not position.isascii() or not position.isdigit():
        raise Http404("no such outcome of a draft")
    try:
        programmes.align_skill(version, position=int(position), uri=uri, fits=fits, by=person_of(request), at=now())
    except (Outcome.DoesNotExist, OverflowError) as error:
        raise Http404("no such outcome of a draft") from error
    messages.success(request, _("Kept: the skill fits.") if fits else _("Kept: the skill does not fit."))
    address, chosen = reverse("programmes:question", args=[slug, "outcomes"]), request.POST.get("taxonomy", "")
    asked = f"?{urlencode({'taxonomy': chosen})}" if chosen else ""
    return redirect(f"{address}{asked}#skills-{position}")
