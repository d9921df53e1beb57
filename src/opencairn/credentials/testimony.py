"""What an accreditation or an endorsement says once it is signed: about whom, by whom, and what it covers."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from opencairn.engine.formats.open_badge_3_endorsement import Accredited, Vouching
from opencairn.engine.model import Status
from opencairn.kit.dates import midnight
from opencairn.kit.text import pick
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.programmes.vocabulary import eqf_uri, field_uri, uri
from opencairn.quality.models import Amendment, Decision, Endorsement
from opencairn.quality.queries import counts_as, windows_of
from opencairn.quality.rules import A_DAY

from .models import IssuerKey
from .statement import issuer_from

_SAID_OF = {"accreditation": "Accreditation of", "award": "Award to", "label": "Label for"}
CREDENTIAL_TYPE = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"


@dataclass(frozen=True)
class Ready:
    """A testimony before it is signed: everything but its key and its places in the status lists."""

    id: str
    endorsed: str
    name: str
    comment: str
    begins: datetime | None = None
    ends: datetime | None = None
    accredited: Accredited | None = None
    replaces: str = ""

    def by(self, key: IssuerKey, *, statuses: Sequence[Status], at: datetime) -> Vouching:
        """Return what this key signs."""
        return Vouching(
            id=f"urn:uuid:{self.id}",
            issuer=issuer_from(key.organisation, did=key.did),
            endorsed=self.endorsed,
            name=self.name,
            comment=self.comment,
            valid_from=(self.begins or at).replace(microsecond=0),
            valid_until=self.ends,
            statuses=statuses,
            accredited=self.accredited,
            replaces=self.replaces,
        )


def page_of(provider: Organisation, programme: Programme | None) -> str:
    """Return the URI of what is vouched for: the public page of a provider, or of one of its programmes."""
    path = (
        reverse("programmes:programme", args=[programme.slug])
        if programme
        else reverse("people:organisation", args=[provider.slug])
    )
    return f"{settings.BASE_URL}{path}"


def _called(provider: Organisation, programme: Programme | None) -> str:
    title = pick(programme.current.title, ("en",))[1] if programme and programme.current else ""
    return title or (programme.slug if programme else provider.name)


def of_endorsement(endorsement: Endorsement) -> Ready:
    """Return what an endorsement says: the endorser's own words about a provider or a programme."""
    what = _called(endorsement.provider, endorsement.programme)
    return Ready(
        id=str(uuid.uuid4()),
        endorsed=page_of(endorsement.provider, endorsement.programme),
        name=f"Endorsement of {what}",
        comment=endorsement.words,
        begins=endorsement.answered_at,
    )


def of_decision(decision: Decision, amendment: Amendment | None = None) -> Ready:
    """Return what an accreditation says: the decision with its scope, in the fields of the European Learning Model.

    Its validity is that of the decision, whole days: from the first instant of the first day to the last of the last.
    Where an ``amendment`` changed the scope, it says the changed one, and begins on the day from which that counts.
    A scheme is named by its entry in the register. The fields know accreditations of providers and of programmes only,
    so what is said of a scheme is left to words; so is an award of a jury or another label, which accredits nothing.
    """
    assert decision.first_on
    assert decision.last_on
    entry = f"{settings.BASE_URL}{reverse('quality:decision', args=[decision.number])}"
    scheme = decision.scheme
    what = scheme.name if scheme else _called(decision.provider, decision.programme)
    comment = f"Decision {decision.number} under the framework {decision.framework} {decision.framework_version}."
    scope, begins = decision.scope, decision.first_on
    if amendment is not None:
        scope, begins = amendment.scope or {}, max(amendment.from_on, begins)
        comment = f"{comment} Its scope was changed from {amendment.from_on} on."
    ends = midnight(decision.last_on + A_DAY) if decision.last_on < date.max else None
    kind = counts_as(decision)
    if scheme:
        comment = f"{comment} It is about a scheme, not about {decision.provider.name}."
    if kind != "accreditation":
        comment = f"{comment} It is no accreditation."
    return Ready(
        id=str(uuid.uuid4()),
        endorsed=f"{entry}#scheme" if scheme else page_of(decision.provider, decision.programme),
        name=f"{_SAID_OF[kind]} {what}",
        comment=comment,
        begins=midnight(begins),
        ends=ends,
        accredited=None if scheme or kind != "accreditation" else _covered(decision, scope, entry),
    )


def _covered(decision: Decision, scope: Mapping[str, Any], entry: str) -> Accredited:
    reviews = [each.first_on for each in windows_of(decision)]
    kind = "external-programme" if decision.programme else "external-institution"
    return Accredited(
        kind=uri("quality_assurance", kind),
        decision=entry,
        report=entry,
        issued=decision.decided_at.date(),
        review=min(reviews, default=None),
        expiry=decision.last_on,
        fields=[field_uri(code) for code in scope.get("fields", ())],
        levels=[eqf_uri(level) for level in scope.get("eqf_levels", ())],
        credential_types=[CREDENTIAL_TYPE + kind for kind in scope.get("credential_types", ())],
        jurisdictions=[f"urn:iso:std:iso:3166:-1:{code}" for code in scope.get("jurisdictions", ())],
        qualification=page_of(decision.provider, decision.programme) if decision.programme else "",
    )
