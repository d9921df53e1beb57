"""How the words of accrediting agencies are said with the acts of this register.

The phrases are the 36 kinds of action in the database of accredited institutions of the US Department of Education
(DAPIP), into which 54 agencies report.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Verb = Literal["accredit", "renew", "refuse", "hold", "lift", "withdraw", "amend", "stay", "reject", "uphold"]


class Act(NamedTuple):
    """One act of the register: the verb, the kind of sanction or change, the cause of an end, and whether granted."""

    verb: Verb
    kind: str = ""
    cause: str = ""
    granted: bool = True


US_ACTIONS: Mapping[str, Act] = {
    "Initial Accreditation": Act("accredit"),
    "Renewal of Accreditation": Act("renew"),
    "Loss of Accreditation or Preaccreditation: Denial": Act("refuse"),
    "Heightened Monitoring or Focused Review": Act("hold", "monitoring"),
    "Probation or Equivalent or More Severe Status: Monitoring": Act("hold", "monitoring"),
    "Probation or Equivalent or a More Severe Status: Warning": Act("hold", "warning"),
    "Warning or Equivalent-Factors Affecting Academic Quality": Act("hold", "warning"),
    "Probation or Equivalent or a More Severe Status: Probation": Act("hold", "probation"),
    "Probation or Equivalent or a More Severe Status: Other": Act("hold", "probation"),
    "Probation or Equivalent or a More Severe Status: Show Cause": Act("hold", "show-cause"),
    "Removal of Monitoring Status": Act("lift", "monitoring"),
    "Accreditation Reaffirmed: Warning Removed": Act("lift", "warning"),
    "Accreditation Reaffirmed: Probation Removed": Act("lift", "probation"),
    "Removal of Show Cause Status": Act("lift", "show-cause"),
    "Loss of Accreditation or Preaccreditation: Voluntary Withdrawal": Act("withdraw", cause="relinquished"),
    "Loss of Accreditation or Preaccreditation: Lapse": Act("withdraw", cause="lapsed"),
    "Loss of Accreditation or Preaccreditation: Other": Act("withdraw"),
    "Institution Closed": Act("withdraw", cause="closed"),
    "Program Merged Into Institutional Accreditation": Act("withdraw", cause="merged"),
    "Agency no longer recognized": Act("withdraw", cause="body-gone"),
    "Stay Denial Pending Appeal": Act("stay"),
    "Affirm Denial Following Appeal": Act("reject"),
    "Accreditation Reinstated: Termination Overturned on Appeal": Act("uphold"),
    "Additional Location Closed": Act("amend", "location"),
    "Approved for Distance Education": Act("amend", "distance"),
    "Removal of Approval for Correspondence Education": Act("amend", "correspondence"),
    "Grant Substantive Change: Program": Act("amend", "programme"),
    "Grant Substantive Change: Degree": Act("amend", "degree"),
    "Grant Substantive Change: Ownership": Act("amend", "ownership"),
    "Grant Substantive Change: Final Branch Approval": Act("amend", "branch"),
    "Grant Substantive Change: Other": Act("amend", "other"),
    "Deny Substantive Change: Program": Act("amend", "programme", granted=False),
    "Deny Substantive Change: Degree": Act("amend", "degree", granted=False),
    "Deny Substantive Change: Ownership": Act("amend", "ownership", granted=False),
    "Deny Substantive Change: Final Branch Approval": Act("amend", "branch", granted=False),
    "Deny Substantive Change: Other": Act("amend", "other", granted=False),
}


def act_of(phrase: str) -> Act:
    """Return what an agency's phrase says here, whatever its spaces. Raises KeyError for a phrase that is not known."""
    return US_ACTIONS[" ".join(phrase.split())]
