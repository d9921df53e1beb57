"""Which accreditation covers a course as one version describes it: a decision about the course, or about its provider.

Source of the question: "was the issuer accredited for this programme, at this level and in this field, on the day of
the award" (rules.scope says what a scope may narrow). Only a regulatory framework accredits: an award of a jury, or a
line in a list of badges, is told by the register and covers nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.quality import rules
from opencairn.quality.frameworks import on_the_shelf
from opencairn.quality.models import STOPS, Amendment, Appeal, Audit, Condition, Decision, Sanction

from .standing import NOTHING, Standing, about, period_of, standing_of, weigh
from .stops import Later, amended, granted_to, later_than, sanctions_of

_COLUMNS = ("slug", "provider__country", "current__eqf_level", "current__field_code", "current__participation")


class _Row(NamedTuple):
    """One decision in force: about a programme (None: the provider as a whole), with its scope."""

    programme: UUID | None
    provider: UUID
    scope: Mapping[str, Any]
    told: tuple[Any, ...]

    def covers(self) -> bool:
        """Whether the scope covers the programme as it is described today; most scopes narrow nothing."""
        return not self.scope or rules.covers(self.scope, **_facts_told(*self.told))


@dataclass(frozen=True)
class Covering:
    """What covers a course on a day. ``whole`` is whether it is the accreditation of the provider as a whole.

    ``outside`` names the part of a scope (a key of rules.scope.SCOPE_KEYS) that leaves the course out, where a decision
    would be in force but for it; "" elsewhere.
    """

    standing: Standing
    whole: bool = False
    outside: str = ""

    @property
    def counted(self) -> Standing:
        """What it is worth for the course: nothing where the scope leaves it out."""
        return NOTHING if self.outside else self.standing


def scope_facts(version: ProgrammeVersion) -> Mapping[str, Any]:
    """Return the facts of a description that a scope may narrow, by the names that ``rules.covers`` gives them."""
    of = version.programme
    return rules.scope_facts(
        version.eqf_level, version.field_code, version.participation, programme=of.slug, country=of.provider.country
    )


_KEYS = {
    "eqf_level": "eqf_levels", "field_code": "fields", "credential_type": "credential_types",
    "programme": "programmes", "jurisdiction": "jurisdictions", "mode": "modes",
}  # fmt: skip


def _advising() -> set[str]:
    """The frameworks of the shelf that advise or grow from below: what is decided under them accredits nothing."""
    return {each.key for each in on_the_shelf() if each.approach != "regulatory"}


def _accrediting() -> QuerySet[Decision]:
    return Decision.objects.exclude(framework__in=_advising())


def covering(version: ProgrammeVersion) -> Callable[[date], Covering]:
    """Return what says for any day what covers a course; the register is asked once, now.

    A decision about the course itself comes before one about its provider.
    """
    on = _covered([version])
    return lambda day: on(day)[version.pk]


def accredited_on(
    programme: Programme, day: date, *, eqf_level: int | None = None, field_code: str | None = None
) -> bool:
    """Whether a decision about the programme accredited it on the day, for this level and field where given."""
    granted, later = granted_to(programme.pk)
    advising = _advising()
    granted = [each for each in granted if each.framework not in advising]
    periods = ((each, period_of(each, later.sanctions.get(each.pk, ()))) for each in granted)
    return any(
        period is not None
        and rules.state_on(day, period) == "accredited"
        and rules.covers(later.scope_of(each, day), eqf_level=eqf_level, field_code=field_code)
        for each, period in periods
    )


def standing_as_described(version: ProgrammeVersion, day: date) -> Standing:
    """Return the standing of a course as one version describes it, by its own decisions or those of its provider."""
    return covering(version)(day).counted


def coverings(versions: Iterable[ProgrammeVersion], day: date) -> dict[int, Covering]:
    """Return what covers each of many versions on a day, by their keys, in two questions."""
    return _covered(list(versions))(day)


def _covered(versions: Sequence[ProgrammeVersion]) -> Callable[[date], dict[int, Covering]]:
    decided = about({each.programme_id for each in versions}, {each.programme.provider_id for each in versions})
    advising = _advising()
    decided = [each for each in decided if each.framework not in advising]
    later = later_than(decided)
    by_what: dict[UUID, list[Decision]] = defaultdict(list)
    for each in decided:
        by_what[each.programme_id or each.provider_id].append(each)
    told = {
        each.pk: (scope_facts(each), by_what[each.programme_id], by_what[each.programme.provider_id])
        for each in versions
    }
    return lambda day: {key: _covering(*of, later, day) for key, of in told.items()}


def _covering(
    facts: Mapping[str, Any], own: list[Decision], whole: list[Decision], later: Later, day: date
) -> Covering:
    sanctions = later.sanctions
    own_inside = [each for each in own if rules.covers(later.scope_of(each, day), **facts)]
    first = _own_word(own_inside, sanctions, day)
    if first.state != "none":
        return Covering(first)
    inside = [each for each in whole if rules.covers(later.scope_of(each, day), **facts)]
    of_provider = weigh(inside, sanctions, day)
    of_course = weigh(own_inside, sanctions, day)
    if of_course.state != "none" and not of_provider.accredited:
        return Covering(of_course)
    if of_provider.state != "none":
        return Covering(of_provider, whole=True)
    for is_whole, decisions in ((False, own), (True, whole)):
        wide = weigh(decisions, sanctions, day)
        if wide.accredited and wide.decision:
            return Covering(wide, is_whole, _narrowed_by(later.scope_of(wide.decision, day), facts))
    return Covering(NOTHING)


def _own_word(inside: Iterable[Decision], sanctions: Mapping[int, list[Sanction]], day: date) -> Standing:
    """Return what decisions about a course say against those about its provider; none where they give way.

    One in force, suspended or withdrawn was said about this very course. One that ended, is still to begin, or refused
    a further label takes nothing from what its provider may do.
    """
    said = [
        each
        for each in inside
        if standing_of(each, sanctions.get(each.pk, []), day).state not in {"not-yet", "refused"}
    ]
    found = weigh(said, sanctions, day)
    return NOTHING if found.state == "expired" else found


def _narrowed_by(scope: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the first part of a scope that does not cover the facts."""
    return next(_KEYS[name] for name, fact in facts.items() if not rules.covers(scope, **{name: fact}))


def accredited_programmes(day: date) -> set[UUID]:
    """Return the programmes that are accredited on a day as they are described today, in a few queries.

    ``rules.state_on`` is said in SQL; whether the scope covers the description in force is asked here. The few
    decisions with an appeal or a changed scope are worked out one by one. A test holds it against ``covering``.
    """
    rows = _in_force(_accrediting().exclude(object="scheme"), day)
    own = {each.programme for each in rows if each.programme and each.covers()}
    scopes: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for each in rows:
        if each.programme is None:
            scopes[each.provider].append(each.scope)
    return own | _by_their_providers(day, scopes, but=own) if scopes else own


def _by_their_providers(day: date, scopes: Mapping[UUID, list[Mapping[str, Any]]], *, but: set[UUID]) -> set[UUID]:
    """Return the further programmes that an accreditation of their provider covers on a day."""
    told: dict[UUID, list[Any]] = {}
    rows = Programme.objects.filter(provider__in=scopes).values_list("pk", "provider_id", *_COLUMNS)
    for pk, provider, *described in rows:
        wide = scopes[provider]
        if pk not in but and (not all(wide) or any(rules.covers(one, **_facts_told(*described)) for one in wide)):
            told[pk] = described
    began = _accrediting().filter(programme__provider__in=scopes, verdict="accredited", first_on__lte=day)
    stopped = began.filter(_stopped(day) | _special()).values("programme")
    decided = [each for each in amended(began.filter(programme__in=stopped), day) if each.programme_id in told]
    sanctions = sanctions_of(decided) if decided else {}
    by_course: dict[UUID, list[Decision]] = defaultdict(list)
    for each in decided:
        if each.programme_id and rules.covers(each.scope, **_facts_told(*told[each.programme_id])):
            by_course[each.programme_id].append(each)
    words = {pk: _own_word(some, sanctions, day).state for pk, some in by_course.items()}
    return told.keys() - {pk for pk, said in words.items() if said not in {"none", "accredited"}}


def _facts_told(slug: str | None, country: str | None, level: int | None, *words: str | None) -> Mapping[str, Any]:
    field, mode = (each or "" for each in words)
    return rules.scope_facts(level, field, mode, programme=slug or "", country=country or "")


def _in_force(decisions: QuerySet[Decision], day: date) -> list[_Row]:
    """Return the decisions that are in force on a day, each with what its programme is described as today."""
    running = decisions.filter(verdict="accredited", first_on__lte=day, last_on__gte=day)
    columns = ("pk", "programme_id", "provider_id", "scope", *(f"programme__{name}" for name in _COLUMNS))
    rows = running.filter(~_stopped(day) | _special()).values_list(*columns)
    found = {key: _Row(programme, provider, scope, tuple(told)) for key, programme, provider, scope, *told in rows}
    special = amended(running.filter(_special()), day)
    against = sanctions_of(special) if special else {}
    for each in special:
        row = found.pop(each.pk)
        if standing_of(each, against.get(each.pk, []), day).accredited:
            found[each.pk] = row._replace(scope=each.scope)
    return list(found.values())


def _stopped(day: date) -> Q:
    """What stops a decision on a day: a sanction, or what follows from a missed audit or condition."""
    stopped = Sanction.objects.filter(decision=OuterRef("pk"), from_on__lte=day, kind__in=STOPS).filter(
        Q(kind="withdrawal") | Q(lifted_on=None) | Q(lifted_on__gt=day)
    )
    missed = (_missed(Audit, "last_on", "held_on", day), _missed(Condition, "due_on", "met_on", day))
    return Q(Exists(stopped)) | Q(Exists(missed[0])) | Q(Exists(missed[1]))


def _missed(table: type[Audit] | type[Condition], due: str, done: str, day: date) -> QuerySet[Any]:
    """Rows that were due before a day and stop a decision on it: not done by then, or too late where it withdraws."""
    late = Q(missed="withdraw") & Q(**{f"{done}__gt": F(due)})
    return table._default_manager.filter(  # noqa: SLF001 - the public name of a table's own manager
        Q(**{done: None}) | Q(**{f"{done}__gt": day}) | late,
        decision=OuterRef("pk"),
        missed__in=list(rules.FOLLOWS),
        **{f"{due}__lt": day},
    )


def _special() -> Q:
    changed = Amendment.objects.filter(decision=OuterRef("pk"), granted=True, scope__isnull=False)
    return Q(Exists(Appeal.objects.filter(decision=OuterRef("pk"), sanction__isnull=False))) | Q(Exists(changed))
