import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme


class EntryQuerySet(models.QuerySet["Entry"]):
    """Named reads of the index."""

    def marked(self, key: str, codes: tuple[str, ...]) -> "EntryQuerySet":
        """Entries that carry one of these codes under a filter."""
        return self.filter(pk__in=Mark.objects.filter(key=key, code__in=codes).values("entry"))


class Entry(models.Model):
    """One public programme, flattened for filtering and ordering. Rebuilt from the programmes room, never edited.

    What a page shows is read from the programme itself; only what is searched, counted or ordered stands here.
    ``work`` is hours for ordering. ``next_start`` is the next dated start. ``lapses_on`` is the last day on which
    all of this holds: the first that a run starts or takes no more learners; refreshing renews it.
    """

    programme = models.OneToOneField(
        Programme, on_delete=models.CASCADE, primary_key=True, related_name="+", related_query_name="entry"
    )
    kind = models.CharField(max_length=20)
    title_key = models.CharField(max_length=300)
    provider_slug = models.SlugField(max_length=80)
    eqf_level = models.PositiveSmallIntegerField(null=True)
    level_applies = models.BooleanField(default=True)
    ects = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    work = models.PositiveIntegerField(null=True)
    participation = models.CharField(max_length=20, blank=True, default="")
    languages = models.CharField(max_length=500, blank=True, default="", help_text="Tags between bars: |de|en|.")
    field_code = models.CharField(max_length=4, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    quality_assurance = models.CharField(max_length=40, blank=True, default="")
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    next_start = models.DateField(null=True)
    lapses_on = models.DateField(null=True)
    starts_any_day = models.BooleanField(default=False)
    hours = models.PositiveIntegerField(null=True)
    days = models.PositiveIntegerField(null=True, help_text="From the first to the last day of the next dated run.")
    starts = models.JSONField(default=list, help_text="Months of all starts to come, such as 2026-09, and any-day.")
    national_levels = models.JSONField(default=list)
    offering_type = models.CharField(max_length=40, blank=True, default="")
    region = models.CharField(max_length=130, blank=True, default="", help_text="Country and town: DE:Tarnau.")
    skills = models.JSONField(default=list, help_text="Skills and all that is broader.")
    has_price_support = models.BooleanField(default=False)
    is_stackable = models.BooleanField(default=False)
    programme_changed_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Entry"]] = EntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["title_key"], name="entry_title")]

    def __str__(self) -> str:
        return self.title_key


class Term(models.Model):
    """One word of an entry, without case and accents, with the weight of the best place it stands in."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+", related_query_name="term")
    word = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "entry"], name="term_once_per_entry")]

    def __str__(self) -> str:
        return self.word


STANDING = "standing"  # a mark under no filter: how the taxonomies stood when the entry was filed


class Mark(models.Model):
    """One code of an entry under one filter, such as ``language: de``; the counts beside the filters come from here."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+", related_query_name="mark")
    key = models.CharField(max_length=20)
    code = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "code", "entry"], name="mark_once_per_entry")]

    def __str__(self) -> str:
        return f"{self.key}: {self.code}"


class Shortlist(models.Model):
    """Courses that one person chose for another, with words to each, behind a link that cannot be guessed.

    Nothing is kept about whom it is for. ``organisation`` is the one the author advises for, if any. The link works up
    to and including ``expires_on``, until it is taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", related_query_name="shortlist")
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True, default="")
    token = models.CharField(max_length=60, unique=True)
    created_at = models.DateTimeField()
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Pick(models.Model):
    """One course on a shortlist, with what its author says about it."""

    shortlist = models.ForeignKey(Shortlist, on_delete=models.CASCADE, related_name="+", related_query_name="pick")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", related_query_name="pick")
    note = models.CharField(max_length=500, blank=True, default="")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["shortlist", "programme"], name="pick_once_per_list")]

    def __str__(self) -> str:
        return f"{self.programme} on {self.shortlist}"


class Sending(models.Model):
    """That a shortlist was sent by e-mail at a moment; to whom is not kept. It counts against the day's limit."""

    shortlist = models.ForeignKey(Shortlist, on_delete=models.CASCADE, related_name="+", related_query_name="sending")
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.shortlist} sent"


def out_of_step(day: date, standing: str) -> "models.QuerySet[Programme]":
    """Programmes whose entry is missing, older than their last public change, past its last day, or no longer due.

    Nor does an entry hold whose provider is at another place by now, or that was filed while the taxonomies did not
    have this ``standing``.
    """
    earlier = Mark.objects.filter(Q(code__lt=standing) | Q(code__gt=standing), key=STANDING)
    public = Q(pk__in=Programme.objects.public().values("pk"))
    behind = Q(entry__isnull=True) | ~Q(entry__programme_changed_at=F("changed_at")) | Q(entry__lapses_on__lt=day)
    behind |= Q(pk__in=earlier.values("entry"))
    town = Concat("provider__country", Value(":"), "provider__locality")
    behind |= ~Q(entry__country=F("provider__country"))
    behind |= Q(provider__locality="") & ~Q(entry__region="") | ~Q(provider__locality="") & ~Q(entry__region=town)
    return Programme.objects.filter((public & behind) | (~public & Q(entry__isnull=False)))
