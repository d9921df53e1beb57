import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from opencairn.learning.models import Award
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme
from opencairn.quality.models import Amendment, Decision, Endorsement


class IssuerKey(models.Model):
    """A signing key of an organisation. The private half is stored wrapped (encrypted); ``did`` is its did:key.

    What was signed with a compromised key counts where the transparency log shows that it was there before.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="issuer_key"
    )
    did = models.CharField(max_length=120, unique=True)
    algorithm = models.CharField(max_length=20, default="Ed25519")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    compromised_from = models.DateTimeField(
        null=True, blank=True, help_text="From then on somebody else may have signed with it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(retired_at=None), name="issuer_key_one_in_use")
        ]

    @property
    def ended_at(self) -> datetime | None:
        """When it last could sign a credential: it was replaced, or its organisation closed. None while in use."""
        return self.retired_at or self.organisation.closed_at

    def __str__(self) -> str:
        return self.did


class StatusList(models.Model):
    """One Bitstring Status List of an issuer: many credentials share it, at random indexes.

    ``bits`` holds length/8 bytes, most significant bit first. ``signed`` is the last published document, as text.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=400, unique=True)
    purpose = models.CharField(max_length=20, default="revocation")
    length = models.PositiveIntegerField(default=131_072)
    used = models.PositiveIntegerField(default=0)
    bits = models.BinaryField()
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    signed = models.TextField(blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.url


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Named reads of the credentials table."""

    def in_force(self) -> "CredentialQuerySet":
        """Credentials that were not revoked."""
        return self.filter(revoked_at=None)

    def current(self) -> "CredentialQuerySet":
        """Credentials that no newer one took the place of: one for each award at most."""
        return self.filter(replaced_at=None)


class Credential(models.Model):
    """A signed document made from an award. ``document`` is the exact text that was signed, never re-serialised.

    When the holder is erased the row stays as a tombstone without award and document, so that its status index is
    never given to another. A newer credential ``replaces`` an older one after a correction, which revokes the older
    one, or as a renewal, which leaves it valid to its end. ``valid_until`` is when the document expires, never the
    achievement.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey(
        Award, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", related_query_name="credential"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="+")
    document = models.TextField(blank=True, default="")
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField()
    issued_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.TextField(blank=True, default="")
    valid_until = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", related_query_name="newer"
    )
    replaced_as = models.CharField(
        max_length=12, blank=True, default="", choices=[("correction", "correction"), ("renewal", "renewal")]
    )
    replacement_note = models.TextField(blank=True, default="", help_text="What was wrong, or what was checked.")
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Credential"]] = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="credential_own_status_index"),
            models.UniqueConstraint(fields=["award"], condition=Q(replaced_at=None), name="credential_one_current"),
        ]

    def __str__(self) -> str:
        return f"urn:uuid:{self.id}"


class Validity(models.Model):
    """For how many months the credentials of a course are valid; a course without a row has no end date on them."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, primary_key=True, related_name="+")
    months = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.programme}: {self.months} months"


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Named reads of the policies table."""

    def open(self) -> "PolicyQuerySet":
        """Policies that were not ended."""
        return self.filter(ended_at=None)


class Policy(models.Model):
    """What an employer accepts, beside whether a credential is genuine. ``wanted`` is plain data (rules.WANTED).

    Whoever has ``token`` can check against it; it says nothing about any person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    wanted = models.JSONField(default=dict)
    token = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Policy"]] = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} of {self.organisation}"


class Testimony(models.Model):
    """A signed document about a provider or a programme: an accreditation, or an endorsement. It is public.

    ``document`` is the exact text that was signed. Its places are in lists that hold testimonies alone: the bit for
    ``revoked`` is set for good, the one for ``suspended`` (accreditations only) as long as the suspension lasts.

    What a changed scope (``amendment``) made untrue, or was signed with a key that may be in other hands, is said anew
    by one that ``replaces`` the one before, which is then ``superseded_at``, and revoked. ``logged_at`` is when the log
    took in its salted hash, None for what was signed before the log took testimonies, until the sweep puts it in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+", related_query_name="testimony"
    )
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)
    endorsement = models.ForeignKey(
        Endorsement, on_delete=models.PROTECT, null=True, blank=True, related_name="+", related_query_name="testimony"
    )
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="+")
    document = models.TextField()
    revoked_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    suspended_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    logged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revoked_list", "place"], name="testimony_own_place"),
            models.UniqueConstraint(
                fields=["decision"], condition=Q(superseded_at=None), name="testimony_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["endorsement"], condition=Q(superseded_at=None), name="testimony_one_endorsement"
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True, endorsement__isnull=False)
                | Q(decision__isnull=False, endorsement__isnull=True),
                name="testimony_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"testimony {self.decision or self.endorsement}"
