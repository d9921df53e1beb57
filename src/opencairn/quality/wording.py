"""What a decision covers, and what a scheme certifies, in plain words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.programmes import vocabulary

from .models import Decision
from .rules import ScopeChange


def scope_said(scope: Mapping[str, Any], decision: Decision) -> list[str]:
    """Return a scope in sentences, one for each limit; one that says so where there is no limit."""
    told = [
        (_("Only level %(levels)s of the European Qualifications Framework"), "levels", scope.get("eqf_levels")),
        (_("Only this field of study: %(fields)s"), "fields", [_field(code) for code in scope.get("fields", ())]),
        (_("Only credentials of these types: %(types)s"), "types", scope.get("credential_types")),
        (_("Only these courses: %(courses)s"), "courses", scope.get("programmes")),
        (_("Only in: %(places)s"), "places", scope.get("jurisdictions")),
        (
            _("Only taught this way: %(modes)s"),
            "modes",
            [vocabulary.label("participation", each) for each in scope.get("modes", ())],
        ),
    ]
    found = [words % {name: ", ".join(str(each) for each in values)} for words, name, values in told if values]
    if found:
        return found
    return [_("The whole course") if decision.programme_id else _("Everything it does")]


def _field(code: str) -> str:
    return str(vocabulary.field_label(code) or code)


def change_said(change: ScopeChange) -> str:
    """Return how a scope changes, in a sentence."""
    return {
        "wider": _("It covers more than before, and nothing less."),
        "narrower": _("It covers less than before, and nothing more."),
        "same": _("It covers the same as before."),
    }.get(change, _("It covers something that it did not cover before, and leaves out something that it did."))


DIGCOMP = {  # the competences of DigComp 2.2, in its words
    "1.1": __("Browsing, searching and filtering data, information and digital content"),
    "1.2": __("Evaluating data, information and digital content"),
    "1.3": __("Managing data, information and digital content"),
    "2.1": __("Interacting through digital technologies"),
    "2.2": __("Sharing through digital technologies"),
    "2.3": __("Engaging in citizenship through digital technologies"),
    "2.4": __("Collaborating through digital technologies"),
    "2.5": __("Netiquette"),
    "2.6": __("Managing digital identity"),
    "3.1": __("Developing digital content"),
    "3.2": __("Integrating and re-elaborating digital content"),
    "3.3": __("Copyright and licences"),
    "3.4": __("Programming"),
    "4.1": __("Protecting devices"),
    "4.2": __("Protecting personal data and privacy"),
    "4.3": __("Protecting health and well-being"),
    "4.4": __("Protecting the environment"),
    "5.1": __("Solving technical problems"),
    "5.2": __("Identifying needs and technological responses"),
    "5.3": __("Creatively using digital technologies"),
    "5.4": __("Identifying digital competence gaps"),
}


def problem_said(problem: str) -> str:
    """Return why a register elsewhere could not be read, or its copy was not taken, in a sentence."""
    return {
        "offline": _("It could not be reached."),
        "truncated": _("What it sent was cut off."),
        "forged": _("What it sent was changed after it was signed."),
        "another-key": _("What it sent was signed by another key than the one agreed."),
        "unsigned": _("What it sent was not signed."),
        "older": _("What it sent is older than the copy here."),
        "ahead": _("What it sent is dated in the future."),
    }.get(problem, _("What it sent could not be read."))
