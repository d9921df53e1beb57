"""The forms of the desk: one for each question, made from ``questions.QUESTIONS``, and one for a planned run."""

from .answers import AnswerForm
from .everything import Problems, sheet, sheets
from .offerings import ReasonForm, RunForm
from .outcomes import OutcomesForm
from .programme import NewProgrammeForm

__all__ = [
    "AnswerForm",
    "NewProgrammeForm",
    "OutcomesForm",
    "Problems",
    "ReasonForm",
    "RunForm",
    "sheet",
    "sheets",
]
