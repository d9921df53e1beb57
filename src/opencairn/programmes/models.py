import uuid
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from opencairn.people.models import Organisation, Person

PUBLISHED_AS = [("micro-credential", "micro-credential"), ("listing", "listing")]
PARTNER_ROLES = [(role, role) for role in ("designer", "funder", "endorser", "employer", "awarding-body")]


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Named reads of the programmes table."""

    def public(self) -> "ProgrammeQuerySet":
        """Programmes in force: published, not withdrawn, their provider not closed; a listing is public too."""
        return self.filter(current__isnull=False, withdrawn_at=None, provider__closed_at=None)

    def micro_credentials(self) -> "ProgrammeQuerySet":
        """Public programmes published as a micro-credential."""
        return self.public().filter(current__published_as="micro-credential")


class Programme(models.Model):
    """A short, assessed course as a provider's lasting entry; what it says stands in its versions.

    ``current`` is the version in force. ``source`` and ``source_id`` say where an imported listing came from;
    ``source_uri`` is the identifier as it is compared with those of other sources, where it is a web address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="programme"
    )
    current = models.ForeignKey("ProgrammeVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=40, blank=True, default="")
    source_id = models.CharField(max_length=200, blank=True, default="")
    source_uri = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="Last public change, for projections that pull.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager["Programme"]] = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source=""), name="programme_once_per_source"
            )
        ]
        indexes = [
            models.Index(fields=["changed_at"], name="programme_changed"),
            models.Index(fields=["source_uri"], name="programme_source_uri"),
        ]

    def __str__(self) -> str:
        return self.slug


class ProgrammeVersion(models.Model):
    """One description of a programme: the union of the EU Annex I and the Australian elements.

    Texts are ``{language: words}``. Empty or None means "not stated". A published version never changes; the
    next one starts as its copy. Controlled values are the codes of ``vocabulary.py``.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", related_query_name="version")
    number = models.PositiveIntegerField()
    title = models.JSONField(default=dict, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    plain_summary = models.JSONField(default=dict, blank=True, help_text="The same for easy reading.")
    description = models.JSONField(default=dict, blank=True)
    awarding_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    offering_type = models.CharField(max_length=40, blank=True, default="")
    ects = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    hours = models.PositiveIntegerField(null=True, blank=True, help_text="Of work; the least, where it is a range.")
    hours_most = models.PositiveIntegerField(null=True, blank=True, help_text="The most, where it is a range.")
    weeks = models.PositiveSmallIntegerField(null=True, blank=True, help_text="From the first day to the last.")
    eqf_level = models.PositiveSmallIntegerField(null=True, blank=True)
    national_level = models.CharField(max_length=60, blank=True, default="")
    level_not_applicable = models.TextField(blank=True, default="", help_text="Why the level does not apply.")
    assessment_types = models.JSONField(default=list, blank=True)
    assessment = models.JSONField(default=dict, blank=True)
    participation = models.CharField(max_length=20, blank=True, default="")
    participation_note = models.JSONField(default=dict, blank=True)
    quality_assurance = models.CharField(max_length=40, blank=True, default="")
    quality_assurance_note = models.JSONField(default=dict, blank=True)
    signed_off_by = models.CharField(max_length=200, blank=True, default="", help_text="Of the internal quality check.")
    signed_off_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True, help_text="By when the description is looked at again.")
    review_reminded_at = models.DateTimeField(null=True, blank=True)
    prerequisites = models.JSONField(default=dict, blank=True)
    supervision = models.CharField(max_length=40, blank=True, default="")
    grading = models.JSONField(default=dict, blank=True)
    stackability = models.JSONField(default=dict, blank=True)
    further_information = models.JSONField(default=dict, blank=True)
    languages = models.JSONField(default=list, blank=True, help_text="Languages of teaching, BCP 47.")
    inherent_requirements = models.JSONField(default=dict, blank=True)
    price_support = models.JSONField(default=dict, blank=True)
    certification = models.JSONField(default=dict, blank=True)
    field_code = models.CharField(max_length=4, blank=True, default="", help_text="ISCED-F 2013: 2 to 4 digits.")
    homepage = models.URLField(max_length=500, blank=True, default="")
    need = models.JSONField(default=list, blank=True, help_text="[{source, date, sector, url, note}]")
    vendor_standards = models.JSONField(default=list, blank=True, help_text="[{name, owner, url}]")
    stone_grammar = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_as = models.CharField(max_length=20, blank=True, default="", choices=PUBLISHED_AS)
    published_in = models.JSONField(default=list, blank=True, help_text="Keys of the profiles it was held against.")
    published_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="version_once_per_number")]
        indexes = [
            models.Index(fields=["review_due_on"], name="version_review_due"),
            models.Index(fields=["homepage"], name="version_homepage"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} v{self.number}"


class Outcome(models.Model):
    """One learning outcome of a version. ``skills`` is a list of ``{"uri", "label", "framework"}``."""

    version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.CASCADE, related_name="+", related_query_name="outcome"
    )
    position = models.PositiveSmallIntegerField()
    text = models.JSONField(default=dict)
    skills = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="outcome_once_per_position")]

    def __str__(self) -> str:
        return f"{self.version} outcome {self.position}"


class Partner(models.Model):
    """Somebody who made a version possible beside its provider (Q18, Q19), as the provider states it.

    An organisation of this site, or a name in the provider's words. Further awarding bodies have the role
    "awarding-body"; the first is ``ProgrammeVersion.awarding_body``.
    """

    version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.CASCADE, related_name="+", related_query_name="partner"
    )
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, choices=PARTNER_ROLES)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=250, blank=True, default="")
    url = models.URLField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="partner_once_per_position"),
            models.CheckConstraint(
                condition=Q(organisation=None) & ~Q(name="") | Q(organisation__isnull=False, name=""),
                name="partner_is_registered_or_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.version}"


class Assurance(models.Model):
    """A provider's statement of assurance of quality: three texts that some catalogues ask of the unaccredited (D6).

    Who the provider is, how it assures quality, how it reviews and updates: National Microcredentials Framework,
    Australia, 2021.
    """

    provider = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="+", related_query_name="assurance"
    )
    provider_profile = models.JSONField(default=dict, blank=True)
    quality_process = models.JSONField(default=dict, blank=True)
    review_process = models.JSONField(default=dict, blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"assurance by {self.provider}"


class OfferingQuerySet(models.QuerySet["Offering"]):
    """Named reads of the offerings table."""

    def running(self) -> "OfferingQuerySet":
        """Offerings that were not cancelled."""
        return self.filter(cancelled_at=None)

    def upcoming(self, day: date) -> "OfferingQuerySet":
        """Offerings that start on this day or later, or at any time while one may still join; soonest first."""
        joinable = Q(starts_on=None) & (Q(enrol_until=None) | Q(enrol_until__gte=day))
        return self.running().filter(Q(starts_on__gte=day) | joinable).order_by(F("starts_on").asc(nulls_last=True))


class Offering(models.Model):
    """A dated run of a programme. No ``starts_on`` means it can be started any day; no ``capacity`` means no limit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", related_query_name="offering")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    enrol_until = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True, default="")
    languages = models.JSONField(default=list, blank=True)
    schedule = models.JSONField(default=dict, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager["Offering"]] = OfferingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="offering_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="offering_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} from {self.starts_on or 'any day'}"


class Revision(models.Model):
    """The one row whose lock puts the changes in an order. ``series`` tells this row of numbers from any other.

    A cursor names both, so that after a database was restored from a copy nobody goes on in the wrong place.
    """

    series = models.CharField(max_length=16)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}.{self.number}"


class Change(models.Model):
    """The last public change of one programme, and its place in the order of all: a projection that is pulled.

    ``programme`` is no key, so that the row outlives the programme. The other facts are those the last number was given
    for; where they differ from the programme's own, it is due for the next number.
    """

    programme = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    slug = models.SlugField(max_length=100)
    gone = models.BooleanField(default=False)
    version = models.BigIntegerField()
    changed_at = models.DateTimeField()
    names = models.CharField(max_length=600, help_text="Of the provider, its country, the awarding body.")
    partners = models.TextField(default="", blank=True, help_text="Names of the partners registered here.")

    class Meta:
        indexes = [models.Index(fields=["changed_at"], name="change_changed")]

    def __str__(self) -> str:
        return f"{self.number} {self.slug}"


class FeedQuerySet(models.QuerySet["Feed"]):
    """Named reads of the feeds table."""

    def due(self, at: datetime) -> "FeedQuerySet":
        """Feeds to be harvested at this instant: not paused, due, and in nobody's hands."""
        free = Q(busy_until=None) | Q(busy_until__lte=at)
        return self.filter(free, paused_at=None, due_at__lte=at).order_by("due_at")


class Feed(models.Model):
    """A catalogue at a web address that is looked at again and again. Without a provider it is the operator's.

    ``etag`` and ``modified`` are what the server called the file that was last taken whole, ``sha256`` its content.
    ``bell`` is the hash of the secret with which the other side may say that something changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500, unique=True)
    format = models.CharField(max_length=40)
    every = models.DurationField()
    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    etag = models.CharField(max_length=200, blank=True, default="")
    modified = models.CharField(max_length=60, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    bell = models.CharField(max_length=64)

    objects: ClassVar[models.Manager["Feed"]] = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """What programmes that this feed leads carry as their source."""
        return f"feed-{self.pk.hex}"

    def last_run_began_at(self) -> datetime | None:
        """When it was last looked at."""
        return FeedRun.objects.filter(feed=self).values_list("began_at", flat=True).first()


class FeedRun(models.Model):
    """One look at a feed. ``report`` has a line for each row that was not simply unchanged, up to a limit."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", related_query_name="run")
    attempt = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=10,
        default="running",
        choices=[(each, each) for each in ("running", "taken", "same", "held", "failed")],
    )
    why = models.TextField(blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.feed} {self.began_at:%Y-%m-%d %H:%M}"


class FeedItem(models.Model):
    """What one feed calls one programme, and in which run it was last listed.

    ``uri`` and ``also`` are the addresses that are compared with those of other feeds: its page and its identifier.

    The feed whose ``source`` the programme carries leads it; others name it too. ``gone_at`` is when the feed stopped.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", related_query_name="item")
    identifier = models.CharField(max_length=200)
    uri = models.CharField(max_length=500, blank=True, default="")
    also = models.CharField(max_length=500, blank=True, default="")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", related_query_name="listed")
    run = models.PositiveIntegerField(help_text="The attempt of the feed in which it was last listed.")
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "identifier"], name="feed_item_once")]
        indexes = [
            models.Index(fields=["uri"], name="feed_item_uri"),
            models.Index(fields=["also"], name="feed_item_also"),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} of {self.feed}"


class Delivery(models.Model):
    """How far the changes of this site were handed on to one higher register.

    ``reached`` is the number of the last change that it has acknowledged, ``upto`` the last of the parcel under way,
    which stays the same parcel, under the same key, until it is acknowledged.
    """

    target = models.CharField(max_length=500, unique=True)
    series = models.CharField(max_length=16, blank=True, default="")
    reached = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.target
