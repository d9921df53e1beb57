"""Reads of the programmes room that its pages and later rooms use."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from opencairn.kit.text import pick
from opencairn.people.access import PERMISSIONS, demand, may
from opencairn.people.models import Membership, Organisation, Person
from opencairn.skills import queries as skills
from opencairn.skills import rules as skill_rules

from . import rules, stones
from .facts import ASSURANCE, OF_THIS_VERSION, PLAIN, ROWS, TEXTS
from .models import (
    Assurance,
    Change,
    Delivery,
    Feed,
    FeedItem,
    FeedRun,
    Offering,
    Outcome,
    Partner,
    Programme,
    ProgrammeVersion,
)  # fmt: skip
from .profiles import EU, on_the_shelf, required
from .vocabulary import LANGUAGES

AT_ONCE = 500  # programmes asked about in one query: what every database takes


def access_programme(person: Person | AnonymousUser, slug: str, *, to: str) -> Programme:
    """Load a programme for someone whose role with the provider carries the permission ``to``.

    A programme that was never published does not exist for others: 404. A public one refuses them: 403.
    """
    programme = get_object_or_404(Programme.objects.select_related("provider", "current"), slug=slug)
    if programme.current is None and not may(person, "programme.see_draft", programme.provider):
        raise Http404("no such programme")
    demand(person, to, programme.provider)
    return programme


def access_offering(person: Person | AnonymousUser, slug: str, offering_id: object, *, to: str) -> Offering:
    """Load one run of a programme for someone who may do ``to`` at the provider."""
    programme = access_programme(person, slug, to=to)
    return get_object_or_404(
        Offering.objects.select_related("programme__provider"), pk=offering_id, programme=programme
    )


def public_programme(slug: str) -> Programme:
    """Load a programme that has been published; a withdrawn one too, for those who hold it. Raises Http404."""
    programmes = Programme.objects.select_related("provider", "current__awarding_body")
    return get_object_or_404(programmes.filter(current__isnull=False), slug=slug)


def public_version(slug: str, number: int) -> ProgrammeVersion:
    """Load a published version by its number, current or not. Raises Http404."""
    versions = ProgrammeVersion.objects.select_related("programme__provider", "programme__current", "awarding_body")
    return get_object_or_404(versions, programme__slug=slug, number=number, published_at__isnull=False)


def draft_of(programme: Programme) -> ProgrammeVersion | None:
    """The version being written, None where there is none."""
    versions = ProgrammeVersion.objects.select_related("programme__provider", "awarding_body")
    return versions.filter(programme=programme, published_at=None).order_by("-number").first()


def newest_version(programme: Programme) -> ProgrammeVersion:
    """The draft where one is being written, else the newest published version."""
    versions = ProgrammeVersion.objects.select_related("programme__provider", "awarding_body")
    return versions.filter(programme=programme).order_by("-number")[:1].get()


def published_versions(programme: Programme) -> QuerySet[ProgrammeVersion]:
    """Every published version, newest first."""
    return ProgrammeVersion.objects.filter(programme=programme, published_at__isnull=False).order_by("-number")


def outcomes_of(version: ProgrammeVersion) -> list[Outcome]:
    """The learning outcomes of a version, in their order."""
    return list(Outcome.objects.filter(version=version).order_by("position"))


def outcome_keys(programme: Programme, text: Mapping[str, str]) -> list[str]:
    """The keys an outcome has in the skills room, one for each language, that of ``main_text`` first."""
    main = pick(text, ("en",))[0]
    tags = sorted((tag for tag in text if text[tag].strip()), key=lambda tag: (tag != main, tag))
    return [skill_rules.outcome_key(str(programme.pk), text[tag]) for tag in tags]


def main_text(outcome: Outcome) -> tuple[str, str]:
    """The language and the words by which skills are suggested for an outcome: English, else the first there is."""
    return pick(outcome.text, ("en",))


def skill_shares(version: ProgrammeVersion) -> dict[str, object]:
    """Which part of the outcomes builds digital and green skills, from confirmed skills alone (D11)."""
    return skills.shares(outcome_keys(version.programme, one.text) for one in outcomes_of(version))


def offer_built(provider: Organisation | None = None) -> dict[str, int]:
    """How much of the offer in force, of one provider or of all, builds digital and green skills (D11).

    ``courses``, those of them with a skill that a person confirmed for an outcome that still stands (``aligned``), and
    those that build a ``digital`` and a ``green`` one.
    """
    public = Programme.objects.public()
    public = public if provider is None else public.filter(provider=provider)
    built = skills.collections_built(provider)
    found: dict[UUID, list[list[str]]] = {}
    scopes = sorted({key.partition(":")[0] for key in built})
    for at in range(0, len(scopes), AT_ONCE):
        rows = Outcome.objects.filter(
            version__programme__in=public.filter(pk__in=scopes[at : at + AT_ONCE]),
            version=F("version__programme__current"),
        ).select_related("version__programme")
        for one in rows:
            held = [each for key in outcome_keys(one.version.programme, one.text) for each in built.get(key, ())]
            if held:
                found.setdefault(one.version.programme_id, []).extend(held)
    return {"courses": public.count(), "aligned": len(found), **skill_rules.building(found.values())}


def offerings_of(programme: Programme) -> QuerySet[Offering]:
    """Every run of a programme, cancelled ones too, by their start; those without a start last."""
    return Offering.objects.filter(programme=programme).order_by("starts_on", "created_at")


def partners_of(version: ProgrammeVersion) -> list[Partner]:
    """The partners of a version, in their order."""
    return list(Partner.objects.filter(version=version).select_related("organisation").order_by("position"))


def assurance_of(provider: Organisation) -> Assurance | None:
    """The provider's statement of assurance of quality, None where it made none."""
    return Assurance.objects.filter(provider=provider).first()


def facts_of(version: ProgrammeVersion) -> dict[str, Any]:
    """Everything a description states, as plain values for the rules, the formats and the comparison.

    All fields of the version under their own names, the three texts of the provider's statement of assurance, and:
    ``learning_outcomes`` (list of ``{"text", "skills"}``), ``partners`` (list of ``{"role", "name", "url",
    "organisation"}``, the last a slug or ""), ``designers`` (names of those of them who designed it), ``provider`` and
    ``awarding_body`` (names), ``issuer_country`` (ISO 3166-1 alpha-2), ``dates`` (starts of runs that were not
    cancelled, "any" for any day), ``run_weeks`` (the longest of them in weeks, None where none has both ends),
    ``prices`` (list of (amount, currency)). ``learner`` and ``issued_on`` are added by whoever makes a credential.
    """
    provider, body = version.programme.provider, version.awarding_body
    runs = list(Offering.objects.filter(programme_id=version.programme_id).running())
    assurance = assurance_of(provider)
    stated = {name: getattr(version, name) for name in TEXTS + PLAIN + ROWS + OF_THIS_VERSION}
    partners = [partner_facts(one) for one in partners_of(version)]
    days = [(run.ends_on - run.starts_on).days + 1 for run in runs if run.starts_on and run.ends_on]
    return stated | {
        "learning_outcomes": [{"text": one.text, "skills": one.skills} for one in outcomes_of(version)],
        "partners": partners,
        "designers": rules.designers(partners),
        "provider": provider.name,
        "awarding_body": body.name if body else "",
        "issuer_country": body.country if body else "",
        "dates": [run.starts_on.isoformat() if run.starts_on else "any" for run in runs],
        "run_weeks": -(-max(days) // 7) if days else None,
        "prices": [(run.price, run.currency) for run in runs if run.price is not None],
        **{name: getattr(assurance, name, {}) for name in ASSURANCE},
    }


def facts_for_principles(version: ProgrammeVersion) -> dict[str, Any]:
    """``facts_of`` and what the ten principles ask besides.

    ``skills`` (names of those confirmed for its outcomes), ``employers`` (names of partners who take part as such) and
    ``verified_body`` (the name of the awarding body, where the operator verified who it is).
    """
    facts, body = facts_of(version), version.awarding_body
    labels = [skill["label"] or skill["uri"] for one in facts["learning_outcomes"] for skill in one["skills"]]
    return facts | {
        "skills": list(dict.fromkeys(labels)),
        "employers": [one["name"] for one in facts["partners"] if one["role"] == "employer"],
        "verified_body": body.name if body and body.verified_at else "",
    }


def partner_facts(partner: Partner) -> dict[str, str]:
    """A partner as plain values: its role, name and address, and its slug where it is registered here."""
    there = partner.organisation
    return {
        "role": partner.role,
        "name": there.name if there else partner.name,
        "url": partner.url or (there.website if there else ""),
        "organisation": there.slug if there else "",
    }


def gaps_of(version: ProgrammeVersion) -> tuple[rules.Gap, ...]:
    """What keeps a version from being called a micro-credential; empty where nothing does."""
    return rules.gaps(facts_of(version), EU, belongs_to="programme")


def completeness_of(version: ProgrammeVersion, facts: Mapping[str, Any] | None = None) -> list[rules.Completeness]:
    """How far a version fills each profile: those that this site's catalogue requires first."""
    stated, first = facts_of(version) if facts is None else facts, required()
    others = [profile for profile in on_the_shelf() if profile not in first]
    return [rules.completeness(stated, profile) for profile in (*first, *others)]


def awaiting_review(providers: Iterable[Organisation], day: date) -> QuerySet[ProgrammeVersion]:
    """The versions in force of these providers whose review was due before this day, longest overdue first."""
    return (
        ProgrammeVersion.objects.filter(
            programme__current=F("pk"), programme__withdrawn_at=None, programme__provider__in=list(providers),
            review_due_on__lt=day,
        )
        .select_related("programme__provider", "awarding_body")
        .order_by("review_due_on", "pk")
    )  # fmt: skip


def languages_of(version: ProgrammeVersion) -> list[str]:
    """The languages a description is written in, those of its title: English, German, French, Spanish, then others."""
    order = {tag: at for at, tag in enumerate(dict.fromkeys(["en", "de", "fr", "es", *LANGUAGES]))}
    return sorted((tag for tag in version.title), key=lambda tag: (order.get(tag, len(order)), tag))


def stone_of(version: ProgrammeVersion, *, earned: bool = True) -> stones.Stone:
    """The facts a version's stone is drawn from. ``with_stones`` saves the query for the outcomes in a list."""
    count = getattr(version, "outcome_count", None)
    return stones.Stone(
        identifier=version.programme.slug,
        ects=float(version.ects) if version.ects is not None else None,
        eqf=version.eqf_level,
        field=version.field_code,
        outcomes=Outcome.objects.filter(version=version).count() if count is None else count,
        earned=earned,
        level_applies=not version.level_not_applicable,
    )


def with_stones(versions: QuerySet[ProgrammeVersion]) -> QuerySet[ProgrammeVersion]:
    """Add what stones need to a list of versions, in one query."""
    return versions.select_related("programme").annotate(outcome_count=Count("outcome"))


def stone_png(version: ProgrammeVersion, *, width: int = 780) -> bytes:
    """The stone as a PNG picture, see-through, this many pixels across: the badge image."""
    return stones.png(stones.draw(stone_of(version)), width=width)


def next_offering(programme: Programme, day: date) -> Offering | None:
    """The soonest run that starts on this day or later, else one that can be started any day; None where none is."""
    return Offering.objects.filter(programme=programme).upcoming(day).first()


def is_open_for_enrolment(offering: Offering, day: date) -> bool:
    """Whether one may enrol on this day: a micro-credential in force, not cancelled, and the last day not past.

    A listing is never open here: nobody has stated how it is assessed or assured. Nor is what a closed provider left,
    for nobody is there who could assess it.
    """
    programme = offering.programme
    current = programme.current
    if current is None or current.published_as != "micro-credential":
        return False
    if programme.withdrawn_at is not None or programme.provider.closed_at is not None:
        return False
    return rules.enrolment_open(
        day,
        starts_on=offering.starts_on,
        ends_on=offering.ends_on,
        enrol_until=offering.enrol_until,
        cancelled=offering.cancelled_at is not None,
    )


def providers_of(person: Person, *, to: str) -> QuerySet[Organisation]:
    """The providers for which a person may do ``to``."""
    mine = Membership.objects.filter(person=person, role__in=PERMISSIONS[to]).values("organisation")
    return Organisation.objects.filter(is_provider=True, closed_at=None, pk__in=mine).order_by("name")


def programmes_at_desk(person: Person) -> QuerySet[Programme]:
    """The programmes of every provider whose drafts this person may see, last changed first; imports apart."""
    providers = providers_of(person, to="programme.see_draft")
    return (
        Programme.objects.filter(provider__in=providers)
        .select_related("provider", "current")
        .order_by("-changed_at", "slug")
    )


def newest_versions(programmes: Iterable[Programme]) -> dict[object, ProgrammeVersion]:
    """The newest version of each programme, ready to draw, in one query."""
    rows = with_stones(ProgrammeVersion.objects.filter(programme__in=list(programmes))).select_related(
        "programme__provider", "awarding_body"
    )
    newest: dict[object, ProgrammeVersion] = {}
    for version in rows.order_by("number"):
        newest[version.programme_id] = version
    return newest


def export_person(person: Person) -> dict[str, Any]:
    """What this room holds about a person: which versions they published, for which provider they stated assurance."""
    versions = ProgrammeVersion.objects.filter(published_by=person).select_related("programme").order_by("published_at")
    return {
        "published_versions": [
            {"programme": one.programme.slug, "number": one.number, "published_at": one.published_at}
            for one in versions
        ],
        "stated_assurance": [
            {"provider": one.provider.name, "stated_at": one.stated_at}
            for one in Assurance.objects.filter(stated_by=person).select_related("provider").order_by("stated_at")
        ],
    }


def feeds_of(person: Person) -> QuerySet[Feed]:
    """The feeds a person may see: all for the operator, else those of the providers whose feeds they manage."""
    feeds = Feed.objects.select_related("provider").order_by("name")
    return feeds if may(person, "feed.oversee") else feeds.filter(provider__in=providers_of(person, to="feed.manage"))


def access_feed(person: Person | AnonymousUser, identifier: UUID, *, to: str) -> Feed:
    """Load a feed for the operator, or for someone who may do ``to`` at its provider. Raises Http404, Forbidden."""
    feed = get_object_or_404(Feed.objects.select_related("provider"), pk=identifier)
    if not may(person, "feed.oversee"):
        demand(person, to, feed.provider)
    return feed


def feed_to_ring(identifier: UUID) -> Feed:
    """Load a feed for whoever knows the secret of its bell, which the action asks for. Raises Http404."""
    return get_object_or_404(Feed, pk=identifier)


def feed_leading(programme: Programme) -> Feed | None:
    """The feed that says what a listing is, None where it came another way."""
    return Feed.objects.filter(pk=programme.source[5:]).first() if programme.source.startswith("feed-") else None


def last_runs(feed: Feed, *, most: int = 30) -> list[FeedRun]:
    """The latest looks at a feed, the newest first."""
    return list(FeedRun.objects.filter(feed=feed)[:most])


def listed_by(feed: Feed) -> int:
    """How many programmes a feed lists at present."""
    return FeedItem.objects.filter(feed=feed, gone_at=None).count()


def deliveries() -> QuerySet[Delivery]:
    """How far the changes were handed on, the latest attempt first."""
    return Delivery.objects.order_by("-tried_at")


def waiting_changes(delivery: Delivery) -> int:
    """How many numbered changes a register has not acknowledged yet."""
    return Change.objects.filter(number__gt=delivery.reached).count()
