"""The forms of the quality room."""

from .register import AnswerForm, AskForm, FollowForm, RegisterForm, RevokeForm
from .reviewing import ApplicationForm, DecisionForm, FindingForm, LiftForm, SanctionForm, day_field

__all__ = [
    "AnswerForm",
    "ApplicationForm",
    "AskForm",
    "DecisionForm",
    "FindingForm",
    "FollowForm",
    "LiftForm",
    "RegisterForm",
    "RevokeForm",
    "SanctionForm",
    "day_field",
]
