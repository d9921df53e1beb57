"""The forms of the desk: one for each question, made from ``questions.QUESTIONS``, and one for a planned run."""

from .answers import AnswerForm
from .everything import Problems, sheet, sheets
from .offerings import ReasonForm, RunForm
from .outcomes import with_outcome_parted
from .partners import AssuranceForm
from .programme import NewProgrammeForm
from .rows import RowsForm, with_more_rows

__all__ = [
    "AnswerForm",
    "AssuranceForm",
    "NewProgrammeForm",
    "Problems",
    "ReasonForm",
    "RowsForm",
    "RunForm",
    "sheet",
    "sheets",
    "with_more_rows",
    "with_outcome_parted",
]
