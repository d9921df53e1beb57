import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import ProgrammeVersion


class Scheme(models.Model):
    """A scheme that certifies what people can do, whoever taught them (Q12). It is judged itself, not its courses.

    ``digcomp`` lists the competences it is mapped to, by their numbers in DigComp 2.2, such as "1.1".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="scheme")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=250)
    summary = models.TextField(blank=True, default="")
    website = models.URLField(blank=True, default="")
    digcomp = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """A call of a quality body for a framework in which a jury gives points (Q11): open from one day to another."""

    quality_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    theme = models.TextField(blank=True, default="")
    opens_on = models.DateField()
    closes_on = models.DateField()
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-closes_on"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=models.F("opens_on")), name="call_closes_after_opening")
        ]

    def __str__(self) -> str:
        return self.title


class ReviewQuerySet(models.QuerySet["Review"]):
    """Named reads of the reviews table."""

    def sent(self) -> "ReviewQuerySet":
        """Applications that reached their quality body, and audits."""
        return self.filter(draft=False)

    def open(self) -> "ReviewQuerySet":
        """Those that were sent and have no decision."""
        return self.sent().filter(closed_at=None)


class Review(models.Model):
    """One application, from its dossier to the decision; or the findings of one audit (``stage`` names its kind).

    It is judged under one version of a framework. What is judged is ``version`` for a programme or a module,
    ``scheme`` for a certification scheme, and ``applicant`` itself for a provider. While it is a ``draft``, only the
    applicant sees it, and ``requested_at`` says when it was begun; afterwards, when it was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    applicant = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="review")
    object = models.CharField(max_length=12, default="programme")
    version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.PROTECT, null=True, related_name="+", related_query_name="review"
    )
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="+")
    quality_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    track = models.CharField(max_length=60, blank=True, default="", help_text="The way through a hybrid framework.")
    facts = models.JSONField(null=True, blank=True, help_text="Facts stated; without any list, all is asked.")
    stage = models.CharField(max_length=20, default="initial")
    renews = models.ForeignKey("quality.Decision", on_delete=models.PROTECT, null=True, related_name="+")
    audit = models.OneToOneField("quality.Audit", on_delete=models.PROTECT, null=True, related_name="+")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, related_name="+")
    statement = models.TextField(blank=True, default="", help_text="The provider's own case.")
    requested_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField()
    draft = models.BooleanField(default=False)
    reviewer = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Review"]] = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "quality_body", "framework"],
                condition=Q(closed_at=None, audit=None),
                name="review_one_open",
            ),
            models.UniqueConstraint(
                fields=["applicant", "quality_body", "framework"],
                condition=Q(closed_at=None, audit=None, object="provider"),
                name="review_one_open_of_a_provider",
            ),
            models.UniqueConstraint(
                fields=["scheme", "quality_body", "framework"],
                condition=Q(closed_at=None, audit=None),
                name="review_one_open_of_a_scheme",
            ),
            models.CheckConstraint(
                condition=Q(object="provider", version=None, scheme=None)
                | Q(object="scheme", version=None, scheme__isnull=False)
                | Q(object__in=["programme", "module"], version__isnull=False, scheme=None),
                name="review_judges_its_object",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.version or self.scheme or self.applicant} under {self.framework}"


class Exhibit(models.Model):
    """One piece of a dossier: words, or a file, for one document that a criterion names (``document`` counts from 0).

    The bytes lie in the database, so that they are backed up, exported and erased with the rest.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", related_query_name="exhibit")
    criterion = models.CharField(max_length=60)
    document = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, default="")
    name = models.CharField(max_length=120, blank=True, default="")
    media_type = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    content = models.BinaryField(null=True, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["criterion", "document", "pk"]

    def __str__(self) -> str:
        return self.name or self.text[:60]


class Assignment(models.Model):
    """One person is asked to assess one application, and states whether a conflict of interest stands in the way."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", related_query_name="assignment")
    assessor = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    assigned_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True, blank=True)
    conflict = models.BooleanField(null=True, blank=True)
    statement = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["assigned_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "assessor"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.assessor} assesses {self.review_id}"


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


class Score(models.Model):
    """The outcome that one member of a jury gives on one criterion, with the reasons for it (Q11)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", related_query_name="score")
    criterion = models.CharField(max_length=60)
    juror = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=30)
    reasons = models.TextField()
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "criterion", "juror"], name="score_once_per_juror")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.outcome}"
