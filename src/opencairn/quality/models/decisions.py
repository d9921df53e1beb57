import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme, ProgrammeVersion


class ReviewQuerySet(models.QuerySet["Review"]):
    """Named reads of the reviews table."""

    def open(self) -> "ReviewQuerySet":
        """Reviews without a decision."""
        return self.filter(closed_at=None)


class Review(models.Model):
    """One application of a provider for one programme version, judged under one version of a framework."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.PROTECT, related_name="+", related_query_name="review"
    )
    quality_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    statement = models.TextField(blank=True, default="", help_text="The provider's own case.")
    requested_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField()
    reviewer = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Review"]] = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "quality_body", "framework"], condition=Q(closed_at=None), name="review_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.version} under {self.framework}"


class Finding(models.Model):
    """What the reviewer found for one criterion: an outcome of the framework's scale, with reasons and evidence."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", related_query_name="finding")
    criterion = models.CharField(max_length=60)
    outcome = models.CharField(max_length=30)
    reasons = models.TextField()
    evidence = models.TextField(blank=True, default="")
    found_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="finding_once_per_criterion")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.outcome}"


class Decision(models.Model):
    """A dated verdict of a quality body. It covers ``programme``, within ``scope``, from ``first_on`` to ``last_on``.

    ``scope`` may narrow: ``{"eqf_levels": [5, 6], "fields": ["05"], "credential_types": ["MicroCredential"]}``; a key
    that is absent does not narrow. A decision is never edited: what came later is a Sanction or another Decision.
    """

    number = models.CharField(max_length=30, unique=True)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    quality_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="accreditation"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+", related_query_name="decision")
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=12, choices=[("accredited", "accredited"), ("refused", "refused")])
    scope = models.JSONField(default=dict, blank=True)
    reasons = models.TextField()
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="refused") | Q(first_on__isnull=False, last_on__gte=F("first_on")),
                name="decision_accredited_has_dates",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.verdict}"


class Sanction(models.Model):
    """A suspension or withdrawal of a decision from a day on; a suspension may be lifted.

    A suspension counts from ``from_on`` to the day before ``lifted_on``. A withdrawal has no end.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="sanction")
    kind = models.CharField(max_length=12, choices=[("suspension", "suspension"), ("withdrawal", "withdrawal")])
    from_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)
    reasons = models.TextField()
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["from_on"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.decision.number} from {self.from_on}"
