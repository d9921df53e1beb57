"""Describing, publishing and withdrawing programmes."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from opencairn.kit.errors import Forbidden, Refused
from opencairn.kit.ids import slug as slug_of
from opencairn.kit.text import is_filled, pick, plain
from opencairn.people.access import may
from opencairn.people.models import Organisation, Person
from opencairn.programmes import queries, rules, stones
from opencairn.programmes.facts import PLAIN, ROWS, TEXTS
from opencairn.programmes.models import Assurance, Outcome, Partner, Programme, ProgrammeVersion
from opencairn.programmes.profiles import EU, profile, required
from opencairn.programmes.rules import Completeness, Gap
from opencairn.programmes.wording import gap_sentence, profile_name

from .alignments import align, record_written, settle
from .checking import NotUsable, clean, clean_outcomes, clean_text

RESERVED_SLUGS = ("new",)  # /publish/new/ is a page of its own
COPIED = (*TEXTS, *PLAIN, *ROWS, "awarding_body")


class NotAProvider(Refused):
    """An organisation that does not provide learning cannot describe programmes."""

    status = 422


class Untitled(Refused):
    """A programme needs a title in at least one language."""

    status = 422


class Frozen(Refused):
    """A published version never changes."""


class Withdrawn(Refused):
    """A withdrawn programme is not changed or published again."""


class UnknownProfile(Refused):
    """A programme can only be published for lists that this site knows."""

    status = 422


class Incomplete(Refused):
    """The description lacks what the lists demand for which it was to be published; ``measured`` are those lists."""

    status = 409

    def __init__(self, measured: tuple[Completeness, ...]) -> None:
        message = _("This cannot be published yet. Fill the gaps, then publish again.")
        if all(one.profile == EU for one in measured):
            message = _("This cannot be published as a micro-credential yet. Fill the gaps, then publish again.")
        self.measured = measured
        self.gaps: tuple[Gap, ...] = tuple(gap for one in measured for gap in one.gaps)
        super().__init__(message, details=tuple(self._said(one, gap) for one in measured for gap in one.gaps))

    @staticmethod
    def _said(one: Completeness, gap: Gap) -> str:
        sentence = gap_sentence(gap)
        return sentence if one.profile == EU else f"{profile_name(one.profile)}: {sentence}"


class ReasonNeeded(Refused):
    """Withdrawing and cancelling are public: they need a reason."""

    status = 422


@transaction.atomic
def create_programme(*, provider: Organisation, title: Mapping[str, str], by: Person | None, at: datetime) -> Programme:
    """Make a programme with an empty draft, version 1, that carries the title and the provider as awarding body."""
    if not provider.is_provider or provider.closed_at is not None:
        raise NotAProvider(
            _("%(name)s is not registered as a provider of learning. Ask the operator of this site to change that.")
            % {"name": provider.name}
        )
    words = clean_text("title", title)
    if not is_filled(words):
        raise Untitled(_("Give the course a title in at least one language."))
    programme = Programme.objects.create(
        slug=free_slug(words, provider), provider=provider, created_at=at, changed_at=at
    )
    ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        title=words,
        awarding_body=provider,
        stone_grammar=stones.GRAMMAR,
        created_at=at,
        edited_at=at,
    )
    return programme


def free_slug(title: Mapping[str, str], provider: Organisation, *, seed: str = "") -> str:
    """A slug nobody uses yet: the title's, then with the provider's, then with six characters drawn from the seed."""
    words = pick(title, ("en",))[1]
    base = (
        slug_of(words) if any(c.isascii() and c.isalnum() for c in plain(words)) else f"{provider.slug[:40]}-programme"
    )
    wanted = [base, f"{base}-{provider.slug[:35]}".strip("-")]
    wanted += [f"{base}-{hashlib.sha256(f'{provider.slug}/{seed}/{n}'.encode()).hexdigest()[:6]}" for n in range(1000)]
    taken = set(RESERVED_SLUGS) | set(Programme.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(one for one in wanted if one not in taken)


def editable(version: ProgrammeVersion) -> ProgrammeVersion:
    """Lock a draft for writing and return it as it stands now. Raises Frozen for a published version."""
    now = ProgrammeVersion.objects.select_for_update().get(pk=version.pk)
    if now.published_at is not None:
        raise Frozen(
            _("Version %(number)d is published and never changes. Start the next version to change the description.")
            % {"number": now.number}
        )
    if Programme.objects.filter(pk=now.programme_id, withdrawn_at__isnull=False).exists():
        raise Withdrawn(_("This course is withdrawn. Describe a new course instead."))
    return now


@transaction.atomic
def describe(
    version: ProgrammeVersion, *, changes: Mapping[str, Any], by: Person | None, at: datetime
) -> ProgrammeVersion:
    """Change the named fields of a draft and no others, so that two people can work on different questions."""
    kept = clean(changes)
    if "title" in kept and not kept["title"]:
        raise NotUsable("title", _("Give the course a title in at least one language."))
    if "awarding_body" in kept:
        _demand_entitled(version, kept["awarding_body"], by=by)
    editable(version)
    for name, value in kept.items():
        setattr(version, name, value)
    version.edited_at = at
    version.save(update_fields=[*kept, "edited_at"])
    return version


def _demand_entitled(version: ProgrammeVersion, body: Any, *, by: Person | None) -> None:
    """Nobody may name a stranger as the awarding body: the provider itself, or one they describe programmes for."""
    if body is None or body == version.programme.provider:
        return
    if not isinstance(body, Organisation) or not body.is_provider:
        raise NotUsable("awarding_body", _("The awarding body must be a provider that is registered here."))
    if by is None or not may(by, "programme.describe", body):
        raise Forbidden(
            _("You cannot name %(name)s as the awarding body: you have no role there. Ask a manager there to add you.")
            % {"name": body.name}
        )


@transaction.atomic
def set_outcomes(
    version: ProgrammeVersion, *, outcomes: list[dict[str, Any]], by: Person | None, at: datetime
) -> list[Outcome]:
    """Put these learning outcomes, in this order, in the place of the draft's present ones."""
    kept = clean_outcomes(outcomes)
    editable(version)
    Outcome.objects.filter(version=version).delete()
    rows = [Outcome(version=version, position=n, **one) for n, one in enumerate(kept, start=1)]
    version.edited_at = at
    version.save(update_fields=["edited_at"])
    made = Outcome.objects.bulk_create(rows)
    record_written(version, made, by=by, at=at)
    return made


@transaction.atomic
def align_skill(version: ProgrammeVersion, *, position: int, uri: str, fits: bool, by: Person, at: datetime) -> Outcome:
    """Confirm or reject a skill for one outcome of a draft. Raises Outcome.DoesNotExist, Frozen, UnknownSkill."""
    now = editable(version)
    outcome = Outcome.objects.select_related("version__programme__provider").get(version=now, position=position)
    return align(outcome, uri=uri, fits=fits, by=by, at=at)


@transaction.atomic
def publish(
    version: ProgrammeVersion, *, by: Person | None, at: datetime, also_for: Iterable[str] = ()
) -> ProgrammeVersion:
    """Publish a draft for the lists that this site's catalogue requires, and for those named by their keys (D1, D3, D5).

    Raises Incomplete while one of these lists has a gap. What fills the European elements is published as a
    micro-credential; where the site requires other lists only, what does not is published as a listing. Later rooms may
    refuse too: settings.PUBLISHING_GATES names the functions that are asked.
    """
    programme = Programme.objects.select_for_update().get(pk=version.programme_id)
    if programme.withdrawn_at is not None:
        raise Withdrawn(_("This course is withdrawn and cannot be published again. Describe a new one instead."))
    now = editable(version)
    try:
        profiles = [profile(key) for key in dict.fromkeys((*(one.key for one in required()), *also_for))]
    except KeyError as error:
        raise UnknownProfile(_("This site knows no list called %(key)s.") % {"key": str(error)[:60]}) from error
    facts = queries.facts_of(now)
    measured = tuple(rules.completeness(facts, one) for one in profiles)
    if not all(one.is_full for one in measured):
        raise Incomplete(tuple(one for one in measured if not one.is_full))
    for gate in settings.PUBLISHING_GATES:
        import_string(gate)(now, at=at)
    outcomes = queries.outcomes_of(now)
    settle(programme, outcomes)
    Outcome.objects.bulk_update(outcomes, ["skills"])
    version.published_in = [one.key for one in profiles]
    earned = "micro-credential" if rules.may_publish(facts, EU) else "listing"
    return _put_in_force(version, programme, published_as=earned, by=by, at=at)


@transaction.atomic
def list_incomplete(version: ProgrammeVersion, *, at: datetime) -> ProgrammeVersion:
    """Make a draft public as a listing: found, marked "description incomplete", not open to enrolment here."""
    programme = Programme.objects.select_for_update().get(pk=version.programme_id)
    editable(version)
    return _put_in_force(version, programme, published_as="listing", by=None, at=at)


def _put_in_force(
    version: ProgrammeVersion, programme: Programme, *, published_as: str, by: Person | None, at: datetime
) -> ProgrammeVersion:
    version.published_at, version.published_as, version.published_by = at, published_as, by
    version.stone_grammar = stones.GRAMMAR
    fields = ["published_at", "published_as", "published_by", "published_in", "stone_grammar"]
    version.save(update_fields=fields)
    programme.current, programme.changed_at = version, at
    programme.save(update_fields=["current", "changed_at"])
    version.programme.current, version.programme.changed_at = version, at
    return version


@transaction.atomic
def draft_next_version(programme: Programme, *, by: Person | None, at: datetime) -> ProgrammeVersion:
    """Start the next version as a copy of the newest, outcomes and partners included; a draft that exists is returned.

    The sign-off of the internal quality check stays with the version it was given to.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if locked.withdrawn_at is not None:
        raise Withdrawn(_("This course is withdrawn. Describe a new course instead."))
    newest = queries.newest_version(locked)
    if newest.published_at is None:
        return newest
    # The new version is the review that was due: by when it is looked at again has to be said anew.
    stale = {"review_due_on"} if rules.is_overdue(newest.review_due_on, at.date()) else set()
    draft = ProgrammeVersion.objects.create(
        programme=programme,
        number=newest.number + 1,
        stone_grammar=stones.GRAMMAR,
        created_at=at,
        edited_at=at,
        **{name: getattr(newest, name) for name in COPIED if name not in stale},
    )
    Partner.objects.bulk_create(_copy_of(one, draft) for one in queries.partners_of(newest))
    copies = [
        Outcome(version=draft, position=one.position, text=one.text, skills=one.skills)
        for one in queries.outcomes_of(newest)
    ]
    settle(programme, copies)
    Outcome.objects.bulk_create(copies)
    return draft


def _copy_of(partner: Partner, version: ProgrammeVersion) -> Partner:
    return Partner(
        version=version, position=partner.position, role=partner.role, organisation=partner.organisation,
        name=partner.name, url=partner.url,
    )  # fmt: skip


@transaction.atomic
def withdraw(programme: Programme, *, reason: str, by: Person | None, at: datetime) -> Programme:
    """Take a programme off the offer, for a stated reason; its pages stay readable for those who hold it."""
    if not reason.strip():
        raise ReasonNeeded(_("Say why the course is withdrawn. Learners and holders will read it."))
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if locked.withdrawn_at is not None:
        raise Withdrawn(_("This course was already withdrawn. Nothing has changed."))
    programme.withdrawn_at, programme.withdrawal_reason, programme.changed_at = at, reason.strip()[:2000], at
    programme.save(update_fields=["withdrawn_at", "withdrawal_reason", "changed_at"])
    return programme


@transaction.atomic
def erase_person(person: Person, *, at: datetime) -> None:
    """Forget who published which version and stated assurance; the description is the organisation's and stays."""
    ProgrammeVersion.objects.filter(published_by=person).update(published_by=None)
    Assurance.objects.filter(stated_by=person).update(stated_by=None)
