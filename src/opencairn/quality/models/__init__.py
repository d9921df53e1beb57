"""The tables of the quality room."""

from .decisions import Decision, Finding, Review, Sanction
from .endorsements import Endorsement
from .registers import ForeignIssuer, ForeignRegister

__all__ = ["Decision", "Endorsement", "Finding", "ForeignIssuer", "ForeignRegister", "Review", "Sanction"]
