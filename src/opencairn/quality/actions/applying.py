"""Applications: begun, filled with a dossier, sent when they are complete, or taken back."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.text import pick
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.queries import gaps_of
from opencairn.quality import rules
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Call, Exhibit, Review, Scheme
from opencairn.quality.queries import (
    barred_since,
    call_open_on,
    continues,
    dossier_of,
    regulatory_frameworks,
    reviews_drafts,
)

from .impartial import must_have_mandate

OBJECTS_SAID = {
    "provider": lambda: _("the provider as a whole"),
    "programme": lambda: _("a course"),
    "module": lambda: _("a module"),
    "scheme": lambda: _("a certification scheme"),
}


class CannotBeReviewed(Refused):
    """This programme, quality body or framework does not allow an application."""


class AlreadyApplied(Refused):
    """There is an open review of the same thing by the same body under the same framework.

    ``draft`` is the application itself where it was begun and not sent, so that it can be gone on with.
    """

    def __init__(self, open_one: Review | None, quality_body: Organisation) -> None:
        self.draft = open_one if open_one and open_one.draft else None
        message = _("%(name)s already has an open application for this version. Wait for its decision.")
        if self.draft:
            message = _("This application was begun already, and is not sent yet.")
        super().__init__(message % {"name": quality_body.name})


def must_be_a_body(body: Organisation, *judged: Organisation | None) -> None:
    """Refuse an organisation that reviews nothing here, or that would judge itself."""
    if not body.is_quality_body or body.verified_at is None or body.closed_at is not None:
        raise CannotBeReviewed(
            _("%(name)s does not review courses here. Choose another quality body.") % {"name": body.name}
        )
    if body in judged:
        raise CannotBeReviewed(_("An organisation cannot accredit its own courses. Choose another quality body."))


def _must_be_ready(version: ProgrammeVersion, under: rules.Framework) -> None:
    if version.programme.withdrawn_at is not None:
        raise CannotBeReviewed(_("This course was withdrawn. A withdrawn course cannot be reviewed."))
    if under not in regulatory_frameworks():
        raise CannotBeReviewed(_("This framework is not one for accrediting courses. Choose another from the list."))
    if version.published_as == "micro-credential":
        return
    if not reviews_drafts(under) or version.published_at is not None:
        raise CannotBeReviewed(
            _("Publish the course as a micro-credential first: a quality body reviews what is public.")
        )
    if gaps_of(version):
        raise CannotBeReviewed(_("The description is not complete yet. Fill its gaps first, then apply."))


def _track(under: rules.Framework, facts: Collection[str] | None, judged: str) -> str:
    """Return the way through a hybrid framework that the facts lead to (Q8), where it judges what is applied for."""
    if facts is not None and (unknown := set(facts) - set(under.facts)):
        raise CannotBeReviewed(_("The framework asks about other facts than %(name)s.") % {"name": min(unknown)})
    track = under.track_for(facts or ())
    asked = track.object if track else under.object
    beside = judged == "provider" and under.needs >= {asked, judged}  # asked for together with its programmes
    if asked != judged and not beside:
        said = OBJECTS_SAID.get(asked, lambda: asked)()
        words = _("Under this framework, and with what you say of yourself, apply for %(object)s.") % {"object": said}
        raise CannotBeReviewed(words, details=(pick(track.title, _wanted())[1],) if track else ())
    return track.key if track else ""


def _wanted() -> tuple[str, str]:
    return (get_language() or "en", "en")


def _must_have_waited(since: date | None, under: rules.Framework, at: datetime) -> None:
    again = rules.may_apply_again_on(under, since) if since else date.min
    if at.date() < again:
        raise CannotBeReviewed(
            _("After a refusal or a withdrawal this framework asks you to wait: apply again on %(day)s or later.")
            % {"day": date_format(again)}
        )


def _call(under: rules.Framework, body: Organisation, at: datetime) -> Call | None:
    if under.assessor.kind != "jury":
        return None
    call = call_open_on(body, under.key, at.date())
    if call is None:
        raise CannotBeReviewed(_("%(name)s has no call open today under this framework.") % {"name": body.name})
    return call


@transaction.atomic
def begin_application(
    *,
    judged: ProgrammeVersion | Scheme | Organisation,
    quality_body: Organisation,
    framework: str,
    facts: Collection[str] | None = None,
    module: bool = False,
    statement: str = "",
    by: Person | None,
    at: datetime,
) -> Review:
    """Begin an application for a course (a ``module`` is described as one too), a scheme, or a provider itself.

    It is a draft until it is sent. ``facts`` are those of the framework that are true of the applicant; None asks
    everything. An accreditation of the same body that has not ended yet is renewed by it.
    """
    version = judged if isinstance(judged, ProgrammeVersion) else None
    scheme = judged if isinstance(judged, Scheme) else None
    applicant = version.programme.provider if version else scheme.owner if scheme else judged
    assert isinstance(applicant, Organisation)
    must_be_a_body(quality_body, applicant, version.awarding_body if version else None)
    try:
        under = framework_of(framework)
    except KeyError:
        raise CannotBeReviewed(_("There is no quality framework of that name. Choose one from the list.")) from None
    if version:
        _must_be_ready(version, under)
    if under.assessor.kind == "self":
        raise CannotBeReviewed(_("Under this framework nobody else judges: say it in your own description."))
    what = ("module" if module else "programme") if version else "scheme" if scheme else "provider"
    track = _track(under, facts, what)
    must_have_mandate(quality_body, under, at.date())
    _must_have_waited(barred_since(quality_body, under.key, judged), under, at)
    renews = continues(quality_body, under.key, judged, at.date())
    try:
        with transaction.atomic():
            return Review.objects.create(
                applicant=applicant,
                object=what,
                version=version,
                scheme=scheme,
                quality_body=quality_body,
                framework=under.key,
                framework_version=under.version,
                track=track,
                facts=None if facts is None else sorted(facts),
                stage="renewal" if renews else "initial",
                renews=renews,
                call=_call(under, quality_body, at),
                statement=statement.strip(),
                requested_by=by,
                requested_at=at,
                draft=True,
            )
    except IntegrityError:
        there = Review.objects.filter(closed_at=None, audit=None, quality_body=quality_body, framework=under.key)
        about = {"version": version, "scheme": scheme, "applicant": applicant}
        raise AlreadyApplied(there.filter(**about).first(), quality_body) from None


class NotADraft(Refused):
    """What was sent stays as it was sent."""


def _draft(review: Review) -> Review:
    """Return the application, locked, while it can still be changed."""
    review = Review.objects.select_for_update(of=("self",)).select_related("quality_body").get(pk=review.pk)
    if not review.draft or review.closed_at is not None:
        raise NotADraft(_("This application was sent, so its dossier stays as it is."))
    return review


class CannotBeFiled(Refused):
    """Words or a file that cannot go into this dossier."""

    status = 422


def _place(review: Review, criterion: str, document: int) -> None:
    under = framework_of(review.framework, review.framework_version)
    asked = next((each for each in under.criteria if each.key == criterion), None)
    if asked is None or not 0 <= document < len(asked.documents):
        raise CannotBeFiled(_("The framework asks for no such document. Go back to the dossier and choose one."))
    if Exhibit.objects.filter(review=review).count() >= rules.MOST_FILES:
        raise CannotBeFiled(
            _("A dossier holds %(most)d pieces at most. Take one out, or put several into one file.")
            % {"most": rules.MOST_FILES}
        )


@transaction.atomic
def state_case(review: Review, *, statement: str, at: datetime) -> Review:
    """Write the provider's own case into a draft."""
    review = _draft(review)
    review.statement = statement.strip()
    review.save(update_fields=["statement"])
    return review


@transaction.atomic
def file_words(
    review: Review, *, criterion: str, document: int, text: str, by: Person | None, at: datetime
) -> Exhibit | None:
    """Put words in the place of a document, or take them out where they are empty."""
    review = _draft(review)
    there = Exhibit.objects.filter(review=review, criterion=criterion, document=document, size=0).first()
    if not text.strip():
        if there:
            there.delete()
        return None
    if there is None:
        _place(review, criterion, document)
        there = Exhibit(review=review, criterion=criterion, document=document)
    there.text, there.added_by, there.added_at = text.strip(), by, at
    there.save()
    return there


@transaction.atomic
def file_document(
    review: Review, *, criterion: str, document: int, name: str, content: bytes, by: Person | None, at: datetime
) -> Exhibit:
    """Put a file into a draft's dossier: PDF, PNG, JPEG or plain text, by its bytes and not by its name."""
    review = _draft(review)
    _place(review, criterion, document)
    if not content or len(content) > rules.LARGEST_FILE:
        raise CannotBeFiled(_("A file may hold up to 4 MB, and something at least. Make it smaller, or split it."))
    kind = rules.kind_of(content)
    if kind is None:
        raise CannotBeFiled(_("Only PDF, PNG, JPEG and plain text are taken. Save it as one of these, then try again."))
    media_type, ending = kind
    return Exhibit.objects.create(
        review=review,
        criterion=criterion,
        document=document,
        name=rules.file_name(name, ending),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        added_by=by,
        added_at=at,
    )


@transaction.atomic
def take_out(exhibit: Exhibit, *, at: datetime) -> None:
    """Take a piece out of a draft's dossier."""
    _draft(exhibit.review)
    exhibit.delete()


class Incomplete(Refused):
    """The dossier has gaps: ``gaps``, as ``rules.dossier_gaps`` returns them. ``details`` name each in words."""

    status = 422

    def __init__(self, under: rules.Framework, gaps: tuple[tuple[str, int], ...]) -> None:
        self.gaps = gaps
        message = _("The application is not complete. These are missing:")
        super().__init__(message, details=tuple(self._said(under, *gap) for gap in gaps))

    @staticmethod
    def _said(under: rules.Framework, key: str, place: int) -> str:
        """The standard and its document."""
        if not key:
            return _("Your own case")
        criterion = next(each for each in under.criteria if each.key == key)
        return f"{pick(criterion.title, _wanted())[1]}: {pick(criterion.documents[place], _wanted())[1]}"


@transaction.atomic
def send_application(review: Review, *, by: Person | None, at: datetime) -> Review:
    """Send a complete application to its quality body."""
    review = _draft(review)
    under = framework_of(review.framework, review.framework_version)
    given = dossier_of(review)
    gaps = rules.dossier_gaps(
        under, facts=review.facts, given={(each.criterion, each.document) for each in given}, statement=review.statement
    )
    if gaps:
        raise Incomplete(under, gaps)
    if review.call and at.date() > review.call.closes_on:
        raise CannotBeReviewed(_("The call closed on %(day)s.") % {"day": date_format(review.call.closes_on)})
    review.draft, review.requested_at, review.requested_by = False, at, by
    review.save(update_fields=["draft", "requested_at", "requested_by"])
    return review


@transaction.atomic
def take_back(review: Review, *, at: datetime) -> Review:
    """Take an application back before it is decided. It stays on record as taken back."""
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.closed_at is not None or review.audit_id is not None:
        raise NotADraft(_("This application is closed, so it cannot be taken back."))
    review.taken_back_at = review.closed_at = at
    review.save(update_fields=["taken_back_at", "closed_at"])
    return review


@transaction.atomic
def request_review(
    version: ProgrammeVersion,
    *,
    quality_body: Organisation,
    framework: str,
    facts: Collection[str] | None = None,
    module: bool = False,
    statement: str,
    by: Person | None,
    at: datetime,
) -> Review:
    """Apply in one step, where the framework asks for a statement and no documents. Raises Incomplete for others.

    A complete draft of a course can be judged where publishing waits for a decision under this framework.
    """
    begun = begin_application(
        judged=version, quality_body=quality_body, framework=framework, facts=facts, module=module,
        statement=statement, by=by, at=at,
    )  # fmt: skip
    return send_application(begun, by=by, at=at)


@transaction.atomic
def name_scheme(
    *, owner: Organisation, name: str, summary: str, website: str = "", digcomp: Collection[str] = (), at: datetime
) -> Scheme:
    """Name a certification scheme of an organisation, so that a label can be applied for.

    ``digcomp`` are the competences that it certifies, by their numbers in DigComp 2.2.
    """
    if not name.strip():
        raise CannotBeReviewed(_("Give the scheme its name."))
    if unknown := set(digcomp) - set(rules.DIGCOMP):
        raise CannotBeReviewed(_("DigComp 2.2 has no competence %(number)s.") % {"number": min(unknown)})
    slug = base = slugify(name)[:70] or "scheme"
    number = 1
    while Scheme.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return Scheme.objects.create(
        owner=owner,
        slug=slug,
        name=name.strip()[:250],
        summary=summary.strip(),
        website=website,
        digcomp=sorted(set(digcomp)),
        created_at=at,
    )
