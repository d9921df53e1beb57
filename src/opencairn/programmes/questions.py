"""The questions of a description, in order. The pages, the full form and the lists all read this tuple."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Answer:
    """One field of a question: the field of the version it fills, and how it is asked.

    Kinds: titles, line and text (by language), words, number, day, choice, choices, level, field, languages, body,
    address.
    """

    name: str
    kind: str
    label: Any
    hint: Any = ""


@dataclass(frozen=True)
class Question:
    """One page of the desk: what the list calls it, what it asks, a sentence of help, and its fields.

    ``rows`` names the fact that is a list, where the answer is one: its rows stand in ``forms/rows.py``.
    """

    key: str
    short: Any
    asks: Any
    lead: Any
    answers: tuple[Answer, ...] = ()
    rows: str = ""


QUESTIONS: tuple[Question, ...] = (
    Question(
        "title",
        _("Title and languages"),
        _("What is it called?"),
        _("A title in plain words. Write it in every language you will describe the course in."),
        (Answer("title", "titles", _("Title")),),
    ),
    Question(
        "summary",
        _("Summary"),
        _("What is it, in one or two sentences?"),
        _("People read this first, in lists and at the top of the page."),
        (
            Answer("summary", "text", _("Summary"), _("At most 800 characters.")),
            Answer(
                "plain_summary",
                "text",
                _("The same in easy words"),
                _("Short sentences, everyday words, no terms of the trade: for people who read with effort."),
            ),
        ),
    ),
    Question(
        "description",
        _("Description"),
        _("What is it about?"),
        _("What learners do, for whom it is made, and what it is good for."),
        (Answer("description", "text", _("Description")),),
    ),
    Question(
        "awarding-body",
        _("Awarding body"),
        _("Who awards it?"),
        _("The organisation whose name will stand on the credential. Its country counts as the country of the issuer."),
        (Answer("awarding_body", "body", _("Awarding body")),),
    ),
    Question(
        "partners",
        _("Partners"),
        _("Who made it possible with you?"),
        _(
            "Who designed it with you, pays for it, stands behind it, takes part as an employer, or awards it with "
            "you. The name of an organisation that is registered here links to its page."
        ),
        rows="partners",
    ),
    Question(
        "field",
        _("Kind and field"),
        _("What kind of course is it, and in which field?"),
        _("The field decides which mineral the stone is made of."),
        (
            Answer("offering_type", "choice", _("Kind of course")),
            Answer("field_code", "field", _("Field of education"), _("From the international list, ISCED-F 2013.")),
        ),
    ),
    Question(
        "outcomes",
        _("Learning outcomes"),
        _("What will a learner be able to do?"),
        _("One outcome a row. Begin with a verb: “Calibrate a probe”. Three to eight are usual."),
        rows="learning_outcomes",
    ),
    Question(
        "workload",
        _("Workload"),
        _("How much work is it?"),
        _("Count everything a typical learner does: classes, practice, reading and the assessment itself."),
        (
            Answer("ects", "number", _("Workload in ECTS credits"), _("One credit is 25 to 30 hours. Such as 2.5.")),
            Answer("hours", "number", _("Workload in hours"), _("Whole hours. State one of the two, or both.")),
            Answer("hours_most", "number", _("Up to, in hours"), _("Only where it differs from person to person.")),
            Answer("weeks", "number", _("Length in weeks"), _("From the first day to the last. Such as 10.")),
        ),
    ),
    Question(
        "level",
        _("Level"),
        _("How demanding is it?"),
        _("A level of the European Qualifications Framework (EQF) says how demanding the outcomes are."),
        (
            Answer("eqf_level", "level", _("EQF level")),
            Answer("level_not_applicable", "words", _("If no level applies: why?")),
            Answer(
                "national_level",
                "words",
                _("Level in your own country"),
                _("Such as DQR 6. Several frameworks: DQR 6; NFQ 8."),
            ),
        ),
    ),
    Question(
        "assessment",
        _("Assessment"),
        _("How is it assessed?"),
        _("Say how you find out that somebody can do what the outcomes promise."),
        (
            Answer("assessment_types", "choices", _("Type of assessment"), _("Choose all that count.")),
            Answer("assessment", "text", _("What learners do, and the criteria"), _("Say what counts how much.")),
        ),
    ),
    Question(
        "supervision",
        _("Supervision"),
        _("Who watches the assessment, and is identity checked?"),
        _("Employers and universities look for this when they decide what a credential is worth to them."),
        (Answer("supervision", "choice", _("Supervision and identity")),),
    ),
    Question(
        "participation",
        _("Participation"),
        _("Where does the learning happen?"),
        _("Say how people take part, so that they can tell whether it fits their life."),
        (
            Answer("participation", "choice", _("Form of participation")),
            Answer(
                "participation_note", "line", _("In more words"), _("Such as: online each week, four days on site.")
            ),
        ),
    ),
    Question(
        "languages",
        _("Languages of teaching"),
        _("In which languages is it taught?"),
        _("The languages learners hear, speak and are assessed in."),
        (Answer("languages", "languages", _("Languages of teaching")),),
    ),
    Question(
        "quality",
        _("Quality assurance"),
        _("Who checks the quality?"),
        _("What you say here stands beside what the public register says. They should agree."),
        (
            Answer("quality_assurance", "choice", _("Type of quality assurance")),
            Answer("quality_assurance_note", "text", _("In more words"), _("Who checks, how, and how often.")),
            Answer(
                "signed_off_by",
                "words",
                _("Who signed off this version inside your organisation"),
                _("The body, not a person: such as the Senate committee for continuing education."),
            ),
            Answer("signed_off_on", "day", _("On which day")),
        ),
    ),
    Question(
        "entry",
        _("Entry"),
        _("What must people bring with them?"),
        _("Say it early: nobody should find out on the first day."),
        (
            Answer("prerequisites", "text", _("Prerequisites"), _("Knowledge, certificates or experience.")),
            Answer(
                "inherent_requirements",
                "text",
                _("Inherent requirements"),
                _("What the work itself demands, such as standing in a river or telling colours apart."),
            ),
        ),
    ),
    Question(
        "certificate",
        _("Grade and certificate"),
        _("What do learners get in the end?"),
        _("How the result is graded, and what document says so."),
        (
            Answer("grading", "text", _("Grade"), _("The scale, and what is a pass.")),
            Answer("certification", "text", _("Certificate"), _("Such as: a signed credential and a certificate.")),
        ),
    ),
    Question(
        "need",
        _("Evidence of need"),
        _("Who needs people who can do this, and who says so?"),
        _(
            "What you read or whom you asked before you made the course, such as a survey of 40 waterworks. A sector "
            "is a branch, such as water supply."
        ),
        rows="need",
    ),
    Question(
        "standards",
        _("Standards of the trade"),
        _("Which standards of companies or trades does it follow?"),
        _("Such as the exam of a maker of software. Leave empty what does not apply."),
        rows="vendor_standards",
    ),
    Question(
        "further",
        _("Afterwards, and help with costs"),
        _("What does it lead to, and who helps to pay?"),
        _("Leave empty what does not apply."),
        (
            Answer("stackability", "text", _("Counts towards"), _("Larger programmes that take it into account.")),
            Answer("price_support", "text", _("Financial help"), _("Funds, discounts and learning accounts.")),
            Answer("further_information", "text", _("Further information")),
            Answer("homepage", "address", _("Web page"), _("The course's own page, if it has one.")),
        ),
    ),
    Question(
        "review",
        _("Next review"),
        _("By when will you look at it again?"),
        _("The last question. Everyone sees the day, and sees when it has passed. One to three years are usual."),
        (Answer("review_due_on", "day", _("Reviewed again by")),),
    ),
)


def question(key: str) -> Question | None:
    """Return the question of this key, None where there is none."""
    return next((one for one in QUESTIONS if one.key == key), None)


def around(key: str) -> tuple[Question | None, Question | None]:
    """The questions before and after this one, None at the ends."""
    at = [one.key for one in QUESTIONS].index(key)
    return (QUESTIONS[at - 1] if at else None), (QUESTIONS[at + 1] if at + 1 < len(QUESTIONS) else None)
