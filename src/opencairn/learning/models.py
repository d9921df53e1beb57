import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from opencairn.people.models import Person
from opencairn.programmes.models import Offering, Outcome, ProgrammeVersion

ORIGINS = [("assessment", "assessment"), ("prior-learning", "prior learning"), ("stack", "stack")]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Named reads of the enrolments table."""

    def active(self) -> "EnrolmentQuerySet":
        """Enrolments that were not withdrawn: they take a place."""
        return self.filter(withdrawn_at=None)


class Enrolment(models.Model):
    """A person's place in an offering. ``version`` is the description they agreed to, frozen with the consent text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", related_query_name="enrolment")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="+", related_query_name="enrolment")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    name_on_credential = models.CharField(max_length=200)
    consent_text = models.TextField(help_text="The words the person agreed to, as shown.")
    consented_at = models.DateTimeField()
    enrolled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Enrolment"]] = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "offering"], condition=Q(withdrawn_at=None), name="enrolment_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.offering}"


class Result(models.Model):
    """The result of one learner for one learning outcome; recording again replaces it until the award is decided."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+", related_query_name="result")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    passed = models.BooleanField()
    value = models.CharField(max_length=60, blank=True, default="", help_text="A mark or grade, in the scheme's words.")
    note = models.TextField(blank=True, default="")
    recorded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "outcome"], name="result_once_per_outcome")]

    def __str__(self) -> str:
        return f"{self.outcome}: {'passed' if self.passed else 'not passed'}"


class AwardQuerySet(models.QuerySet["Award"]):
    """Named reads of the awards table."""

    def standing(self) -> "AwardQuerySet":
        """Awards that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Award(models.Model):
    """The decision that a person achieved a programme. Issuing needs nothing else than this.

    An enrolment has one standing award at most. After a mistaken one was withdrawn, a right one can be decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", related_query_name="award")
    version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.PROTECT, related_name="+", related_query_name="award"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", related_query_name="award"
    )
    origin = models.CharField(max_length=20, choices=ORIGINS, default="assessment")
    name_on_credential = models.CharField(max_length=200)
    awarded_on = models.DateField()
    grade = models.CharField(max_length=60, blank=True, default="")
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager["Award"]] = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(withdrawn_at=None), name="award_one_standing")
        ]

    def __str__(self) -> str:
        return f"{self.version} to {self.name_on_credential}"
