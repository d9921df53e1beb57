"""What the first page and the field guide show: published programmes, and the minerals of the stones."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from opencairn.programmes import isced, stones
from opencairn.programmes import queries as programmes
from opencairn.programmes.models import Offering, Programme, ProgrammeVersion
from opencairn.quality import queries as quality

CAIRN = 7  # stones on the first page
SHELF = 4  # programmes that start soon
SAMPLES = ((1.0, 2, 2), (3.0, 4, 3), (6.0, 6, 4), (15.0, 8, 6))  # ECTS, EQF level, outcomes

# The path of one micro-credential, in the order of the rooms of the house: who acts, and what they do.
PATH = (
    (_("A provider describes a course"), _("What you will be able to do, how much work it is, how it is assessed.")),
    (_("A quality body checks it"), _("It holds the course against a public list of criteria, and decides.")),
    (_("You find it"), _("You compare courses of many providers, stated in the same words and the same order.")),
    (_("You learn"), _("In a classroom, at work or online: a few hours, or a few months of evenings.")),
    (_("You are assessed"), _("Someone checks that you can do what the course promised, outcome by outcome.")),
    (_("You receive a signed credential"), _("A small file. Nobody can change a letter of it without it showing.")),
    (_("You keep it and share it"), _("It is yours. You decide who sees it, and you can take a link back.")),
    (_("Anyone can check it"), _("An employer or a school sees at once whether it is genuine, without an account.")),
)


def page(day: date) -> dict[str, Any]:
    """Return the facts of the first page on a day: versions for the cairn, offerings that start soon, a specimen."""
    current = programmes.with_stones(
        ProgrammeVersion.objects.filter(
            pk__in=Programme.objects.micro_credentials().values("current"), ects__isnull=False, eqf_level__isnull=False
        ).select_related("programme__provider")
    )
    widest = list(current.order_by("-ects", "programme_id")[: 12 * CAIRN])
    return {
        "cairn": _varied(widest),
        "specimen": widest[0] if widest else None,
        "soon": _soon(day),
        "programmes": Programme.objects.micro_credentials().count(),
    }


def _varied(versions: list[ProgrammeVersion]) -> list[ProgrammeVersion]:
    """Choose one stone of each field while there are fields, so that the cairn shows several minerals."""
    chosen: dict[str, ProgrammeVersion] = {}
    for version in versions:
        chosen.setdefault(version.field_code[:2], version)
    rest = [version for version in versions if version not in chosen.values()]
    return [*chosen.values(), *rest][:CAIRN]


def _soon(day: date) -> list[tuple[Offering, quality.Standing]]:
    """Choose the next dated starts, one for each programme, each with what its accreditation is worth today."""
    upcoming = (
        Offering.objects.upcoming(day)
        .filter(starts_on__isnull=False, programme__in=Programme.objects.micro_credentials())
        .select_related("programme__current", "programme__provider")
    )
    once: dict[Any, Offering] = {}
    for offering in upcoming[: 8 * SHELF]:
        once.setdefault(offering.programme_id, offering)
    chosen = [(each, version) for each in list(once.values())[:SHELF] if (version := each.programme.current)]
    covered = quality.coverings([version for _each, version in chosen], day)
    return [(each, covered[version.pk].counted) for each, version in chosen]


def guide() -> dict[str, Any]:
    """Return the field guide's stones: each mineral in four sizes, and the three states."""
    minerals = [
        {
            "code": code,
            "name": mineral.name,
            "field": isced.field_label(code),
            "stones": [stones.Stone(f"guide-{code}", ects, eqf, code, outcomes) for ects, eqf, outcomes in SAMPLES],
        }
        for code, mineral in stones.MINERALS.items()
    ]
    return {
        "sizes": [(f"{ects:g}", eqf) for ects, eqf, _outcomes in SAMPLES],
        "minerals": minerals,
        "solid": stones.Stone("guide-05", 5.0, 6, "05", 5),
        "dotted": stones.Stone("guide-05", None, 6, "05", 5),
        "outlined": stones.Stone("guide-05", 5.0, 6, "05", 5, earned=False),
    }
