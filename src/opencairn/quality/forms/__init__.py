"""The forms of the quality room."""

from .register import AnswerForm, AskForm, DayForm, FollowForm, FundingForm, RegisterForm, RevokeForm
from .reviewing import ApplicationForm, DecisionForm, FindingForm, LiftForm, SanctionForm, day_field

__all__ = [
    "AnswerForm",
    "ApplicationForm",
    "AskForm",
    "DayForm",
    "DecisionForm",
    "FindingForm",
    "FollowForm",
    "FundingForm",
    "LiftForm",
    "RegisterForm",
    "RevokeForm",
    "SanctionForm",
    "day_field",
]
