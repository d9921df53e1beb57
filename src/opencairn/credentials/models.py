import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from opencairn.learning.models import Award
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme


class IssuerKey(models.Model):
    """A signing key of an organisation. The private half is stored wrapped (encrypted); ``did`` is its did:key."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="issuer_key"
    )
    did = models.CharField(max_length=120, unique=True)
    algorithm = models.CharField(max_length=20, default="Ed25519")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(retired_at=None), name="issuer_key_one_in_use")
        ]

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


class Credential(models.Model):
    """A signed document made from an award. ``document`` is the exact text that was signed, never re-serialised.

    When the holder is erased the row stays as a tombstone without award and document, so that its status index is
    never given to another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.OneToOneField(
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

    objects: ClassVar[models.Manager["Credential"]] = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="credential_own_status_index")
        ]

    def __str__(self) -> str:
        return f"urn:uuid:{self.id}"
