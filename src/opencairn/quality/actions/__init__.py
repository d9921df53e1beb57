"""Every write of the quality room. A decision is never edited: what comes later is a row of its own."""

from .appealing import CannotAppeal, WrongAppeal, decide_appeal, lodge_appeal
from .applying import (
    AlreadyApplied,
    CannotBeFiled,
    CannotBeReviewed,
    Incomplete,
    NotADraft,
    begin_application,
    file_document,
    file_words,
    gaps_said,
    name_scheme,
    request_review,
    send_application,
    state_case,
    take_back,
    take_out,
)
from .assigning import AlreadyDeclared, CannotAssess, assign, declare
from .auditing import WrongAudit, begin_audit, close_audit, plan_audit, schedule
from .calling import WrongCall, open_call
from .complaining import WrongComplaint, answer_complaint, complain
from .deciding import (
    CriteriaNotMet,
    CriteriaOpen,
    ReviewClosed,
    WrongDecision,
    WrongFinding,
    decide,
    enter_decision,
    record_finding,
    score,
)
from .endorsing import (
    AlreadyAsked,
    CannotBeAsked,
    NothingToRevoke,
    WrongAnswer,
    answer_endorsement,
    ask_endorsement,
    revoke_endorsement,
)
from .erasing import erase_person
from .impartial import ConflictOfInterest, NoMandate, NotDeclared
from .mandating import WrongMandate, end_mandate, grant_mandate
from .mending import WrongCondition, extend_condition, meet_condition, report_condition, set_condition
from .sanctioning import (
    WrongAmendment,
    WrongSanction,
    amend,
    lift,
    relinquish,
    suspend,
    watch,
    withdraw_decision,
)
