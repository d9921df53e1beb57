import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme

from .reviews import Review, Scheme

OBJECTS = ("provider", "programme", "module", "scheme")
SANCTIONS = [
    ("monitoring", "monitoring"),
    ("warning", "warning"),
    ("probation", "probation"),
    ("show-cause", "show cause"),
    ("suspension", "suspension"),
    ("withdrawal", "withdrawal"),
]
STOPS = ("suspension", "withdrawal")  # the others are watched in public, and the accreditation counts on
CAUSES = [
    ("", __("The quality body decided it")),
    ("relinquished", __("The provider gave it up")),
    ("lapsed", __("It was not kept up")),
    ("closed", __("The provider or the place closed")),
    ("merged", __("It became part of a larger accreditation")),
    ("body-gone", __("The quality body may no longer accredit")),
]


class Decision(models.Model):
    """A dated verdict of a quality body on a ``programme``, a ``scheme``, or the ``provider`` itself (``object``).

    It covers its object within ``scope`` from ``first_on`` to ``last_on``. The scope may narrow: ``{"eqf_levels": [5],
    "fields": ["05"], "credential_types": ["MicroCredential"], "programmes": ["water-quality"], "jurisdictions":
    ["DE"], "modes": ["online"]}``; a key that is absent does not narrow. A decision is never edited: what came later
    is a row of its own, here or in the tables below. ``renews`` names the accreditation it continues.
    """

    number = models.CharField(max_length=30, unique=True)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    quality_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="accreditation"
    )
    object = models.CharField(max_length=12, default="programme")
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, related_name="+", related_query_name="decision"
    )
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="+")
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=12, choices=[("accredited", "accredited"), ("refused", "refused")])
    scope = models.JSONField(default=dict, blank=True)
    reasons = models.TextField()
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["provider"], condition=Q(programme=None), name="decision_of_no_programme")]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="refused") | Q(first_on__isnull=False, last_on__gte=F("first_on")),
                name="decision_accredited_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(object="provider", programme=None, scheme=None)
                | Q(object="scheme", programme=None, scheme__isnull=False)
                | Q(object__in=["programme", "module"], programme__isnull=False, scheme=None),
                name="decision_is_about_its_object",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.verdict}"


class Sanction(models.Model):
    """What a body holds against an accreditation from a day on. Suspension and withdrawal stop it from counting.

    It counts from ``from_on`` to the day before ``lifted_on``. A withdrawal has no end but an appeal.
    ``cause`` says who or what ended it, where that was not the body's own verdict.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="sanction")
    kind = models.CharField(max_length=12, choices=SANCTIONS)
    cause = models.CharField(max_length=12, blank=True, default="", choices=CAUSES)
    from_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)
    reasons = models.TextField()
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["from_on", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.decision.number} from {self.from_on}"


class Audit(models.Model):
    """One audit of the framework's cycle, put into the calendar with the decision, and its result once it was held.

    ``missed`` says what follows the day after ``last_on`` when it was not held: nothing, stale, suspend or withdraw.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="audit")
    kind = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField()
    missed = models.CharField(max_length=10)
    planned_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    reasons = models.TextField(blank=True, default="")
    recorded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "kind", "first_on", "last_on"], name="audit_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="audit_window_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.decision.number}, {self.first_on} to {self.last_on}"


class Condition(models.Model):
    """What has to be mended by ``due_on``, that day included. Missed, it suspends or withdraws from the day after.

    The provider reports; the body judges, and ``met_on`` is the day from which it counts as met.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="condition")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, null=True, related_name="+")
    criterion = models.CharField(max_length=60, blank=True, default="")
    text = models.TextField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    extensions_left = models.PositiveSmallIntegerField(default=0)
    missed = models.CharField(max_length=10, default="suspend")
    report = models.TextField(blank=True, default="")
    reported_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    judged_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    imposed_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("first_due_on")), name="condition_only_extended")
        ]

    def __str__(self) -> str:
        return f"condition of {self.decision.number}, due on {self.due_on}"


class Amendment(models.Model):
    """A change of what an accreditation covers, granted or not; a granted ``scope`` replaces it from then on."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="amendment")
    kind = models.CharField(max_length=20)
    granted = models.BooleanField()
    from_on = models.DateField()
    scope = models.JSONField(null=True, blank=True)
    reasons = models.TextField()
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["from_on", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.decision.number} from {self.from_on}"


class ScopeRequest(models.Model):
    """A provider asks its quality body to change what an accreditation covers: to ``scope``, as a whole.

    ``amendment`` is the answer, granted or not. Until there is one, the provider can take the request back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="+", related_query_name="scope_request"
    )
    scope = models.JSONField(default=dict, blank=True)
    grounds = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    amendment = models.OneToOneField(Amendment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(amendment=None, taken_back_at=None), name="scope_request_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"change of scope asked for under {self.decision.number}"


class Appeal(models.Model):
    """A provider's appeal against a decision, or against one of its sanctions. It may stay their effect, or end it.

    ``stays_from`` is the first day on which what is appealed against has no effect while the appeal is open. An appeal
    that is upheld ends a sanction on ``decided_on``; a refusal is then judged again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="appeal")
    sanction = models.ForeignKey(Sanction, on_delete=models.PROTECT, null=True, related_name="+")
    grounds = models.TextField()
    stays_from = models.DateField(null=True, blank=True)
    lodged_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    lodged_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, blank=True, default="")
    reasons = models.TextField(blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["lodged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(outcome="", sanction=None), name="appeal_one_open_of_a_decision"
            ),
            models.UniqueConstraint(fields=["sanction"], condition=Q(outcome=""), name="appeal_one_open_of_a_sanction"),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision.number}"


class Change(models.Model):
    """That a decision, or something that counts with it, was written. The last number is the register's revision.

    Written after the entry of the transparency log, whose one row is held until the end of the transaction: so the
    order of the numbers is that of the commits, and what is read after a number misses nothing.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", related_query_name="change")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.decision.number}"
