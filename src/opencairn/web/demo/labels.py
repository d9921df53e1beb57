"""The provider's own quality label in the demo world: a chain of mandates, a label with an audit due and a condition
open, and an application in the making. Days are counted back from the clock.
"""

from datetime import datetime, timedelta

from opencairn.people import actions as people
from opencairn.quality import actions as quality
from opencairn.quality.frameworks import framework
from opencairn.quality.models import Decision, Review
from opencairn.quality.rules import last_possible_day

from .cast import Cast

LABEL, NEXT = "eduqua-like", "qualiopi-like"
GRANTED = 320  # days ago: the window of the first yearly audit is open
SEEN = "Seen in the dossier, and on the visit to Tarnau."
CASE = (
    "We are a small university of applied sciences on the river Tarn. Everyone who teaches here has done the work they "
    "teach, and goes back to it for a week each year."
)
DOSSIER = {
    "public-information": "Every course has its page, with price, length, entry requirements and results.",
    "objectives": "A talk before enrolling, with notes; a short entry test where a course builds on another.",
    "staff": "Each of the nine teachers has a file with degrees, jobs held, and what they learnt last year.",
}


def load(cast: Cast, *, at: datetime) -> Decision:
    """Load it once, after the programmes."""
    began = at - timedelta(days=GRANTED + 60)
    _mandates(cast, began - timedelta(days=400))
    review = quality.begin_application(
        judged=cast.provider, quality_body=cast.quality_body, framework=LABEL, by=cast.manager, at=began
    )
    _fill(review, began)
    quality.send_application(review, by=cast.manager, at=began + timedelta(days=9))
    quality.assign(review, assessor=cast.reviewer, by=cast.reviewer, at=began + timedelta(days=12))
    quality.declare(review, conflict=False, by=cast.reviewer, at=began + timedelta(days=13))
    for each in framework(LABEL).questions:
        quality.record_finding(
            review, criterion=each.key, outcome="met", reasons=SEEN, by=cast.reviewer, at=began + timedelta(days=50)
        )
    granted = at - timedelta(days=GRANTED)
    decision = quality.decide(
        review, verdict="accredited", reasons="All nineteen standards are met.", by=cast.reviewer, at=granted,
        first_on=granted.date(), last_on=last_possible_day(granted.date(), months=framework(LABEL).validity_months),
    )  # fmt: skip
    asked = at - timedelta(days=40)
    condition = quality.set_condition(
        decision, text="Publish how many learners finished each course.", due_on=at.date() + timedelta(days=25),
        by=cast.reviewer, at=asked,
    )  # fmt: skip
    quality.report_condition(
        condition, report="The figures of six courses are public. Two are being counted.", by=cast.manager,
        at=at - timedelta(days=3),
    )  # fmt: skip
    _application(cast, at=at - timedelta(days=6))
    return decision


def _mandates(cast: Cast, at: datetime) -> None:
    """The state recognises an accreditor, which accredits the agency, which names its assessor."""
    accreditor = people.ensure_organisation(
        name="National Accreditation Office",
        at=at,
        verified=True,
        country="IE",
        locality="Dublin",
        is_quality_body=True,
    )
    first, last = at.date(), last_possible_day(at.date(), months=96)
    top = quality.grant_mandate(
        granted_by=None, authority="Ministry of Education", holder=accreditor, first_on=first, last_on=last,
        by=cast.operator, at=at,
    )  # fmt: skip
    for holder, granter in ((cast.quality_body, top.holder), (cast.reviewer, cast.quality_body)):
        quality.grant_mandate(granted_by=granter, holder=holder, first_on=first, last_on=last, by=cast.reviewer, at=at)


def _fill(review: Review, at: datetime) -> None:
    for criterion in framework(review.framework).criteria:
        for place in range(len(criterion.documents)):
            words = "In the folder that we handed over on paper, with the number of the standard on its tab."
            quality.file_words(review, criterion=criterion.key, document=place, text=words, by=None, at=at)
    quality.state_case(review, statement=CASE, at=at)


def _application(cast: Cast, *, at: datetime) -> None:
    """A second application, of which three standards are answered."""
    draft = quality.begin_application(
        judged=cast.provider, quality_body=cast.quality_body, framework=NEXT, facts=["certifying", "long"],
        by=cast.manager, at=at,
    )  # fmt: skip
    quality.state_case(draft, statement=CASE, at=at)
    for criterion, words in DOSSIER.items():
        quality.file_words(draft, criterion=criterion, document=0, text=words, by=cast.manager, at=at)
    quality.file_document(
        draft, criterion="staff", document=1, name="training-plan.txt", by=cast.manager, at=at,
        content=b"Spring: a week at the water works (two teachers).\nAutumn: marking together, one afternoon each.\n",
    )  # fmt: skip
