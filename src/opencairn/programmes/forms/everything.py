"""All questions at once, for the full form; and their problems together, for one summary."""

from collections.abc import Iterator

from django.forms import BoundField
from django.http import QueryDict

from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.questions import QUESTIONS, Question

from .answers import AnswerForm
from .outcomes import OUTCOMES
from .partners import NEED, PARTNERS, STANDARDS
from .rows import RowsForm

KINDS = {kind.fact: kind for kind in (OUTCOMES, PARTNERS, NEED, STANDARDS)}
Sheet = AnswerForm | RowsForm


def sheet(question: Question, version: ProgrammeVersion, person: Person, data: QueryDict | None = None) -> Sheet:
    """The form of one question."""
    if question.rows:
        return RowsForm(data, question=question, version=version, kind=KINDS[question.rows], person=person)
    return AnswerForm(data, question=question, version=version, person=person)


def sheets(version: ProgrammeVersion, person: Person, data: QueryDict | None = None) -> list[Sheet]:
    """The forms of all questions, in their order."""
    return [sheet(question, version, person, data) for question in QUESTIONS]


class Problems:
    """The errors of several sheets with the face of one form, for ``web/error_summary.html``."""

    def __init__(self, sheets: list[Sheet]) -> None:
        self.sheets = sheets

    @property
    def errors(self) -> list[str]:
        """Every message."""
        return [str(text) for one in self.sheets for found in one.errors.values() for text in found]

    def non_field_errors(self) -> list[str]:
        """Messages that belong to no single field."""
        return [str(text) for one in self.sheets for text in one.non_field_errors()]

    def __iter__(self) -> Iterator[BoundField]:
        return (field for one in self.sheets for field in one)
