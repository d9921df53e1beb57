"""Template tag for the places of an offering, in words."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opencairn.learning import queries
from opencairn.learning.queries import Place
from opencairn.programmes.models import Offering

register = template.Library()


@register.simple_tag
def places_left(offering: Offering) -> str:
    """The free places in words: "6 of 24 places left", "Full" or "No limit"."""
    left = queries.places_left(offering)
    if left is None or offering.capacity is None:
        return _("No limit")
    if left == 0:
        return _("Full")
    return ngettext("%(left)d of %(all)d place left", "%(left)d of %(all)d places left", offering.capacity) % {
        "left": left,
        "all": offering.capacity,
    }


@register.filter
def in_a_word(place: Place) -> str:
    """Where a learner stands, in a word or two."""
    return {
        "withdrawn": _("Withdrawn"),
        "awarded": _("Awarded"),
        "award-withdrawn": _("Award withdrawn"),
        "cancelled": _("Cancelled"),
        "passed": _("Every outcome passed"),
        "waiting": _("Waiting for results"),
        "under-way": _("Under way"),
        "to-come": _("Not started yet"),
    }[place.state]


@register.filter
def mark_of(place: Place) -> str:
    """How a learner's state is drawn: pass, fail, or "" where nothing is decided and no mark is due."""
    return {"awarded": "pass", "passed": "pass", "award-withdrawn": "fail", "cancelled": "fail"}.get(place.state, "")


@register.filter
def next_step(place: Place) -> str:
    """What happens next, said to the learner."""
    offering, provider = place.enrolment.offering, place.enrolment.version.programme.provider.name
    award = place.award or place.taken_back
    return {
        "withdrawn": _("You gave your place back. You can enrol again while there are places."),
        "awarded": _("Awarded on %(awarded)s. The signed credential comes to your cairn."),
        "award-withdrawn": _("Your award was withdrawn on %(taken_back)s. %(provider)s can decide a new one."),
        "cancelled": _("The provider cancelled this date. Look for another one."),
        "passed": _("You passed every outcome. %(provider)s decides the award next."),
        "waiting": _("The course is over. %(provider)s has results still to record."),
        "under-way": _("%(provider)s records a result for each outcome as you are assessed."),
        "to-come": _("The course starts on %(day)s. There is nothing to do until then."),
    }[place.state] % {
        "provider": provider,
        "day": date_format(offering.starts_on) if offering.starts_on else "",
        "awarded": date_format(award.awarded_on) if award else "",
        "taken_back": date_format(award.withdrawn_at) if award and award.withdrawn_at else "",
    }
