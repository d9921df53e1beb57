"""Template filters that say a framework's rules in plain words: the manual is written from the data that decides."""

from collections.abc import Collection

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick
from opencairn.programmes.vocabulary import language_said
from opencairn.quality.rules import Assessor, Cure, Fee, Framework, SanctionRule, Step, Text

register = template.Library()

APPROACHES = {
    "regulatory": __("Regulatory: a decision under it is an accreditation"),
    "advisory": __("Advisory: it helps to compare and to improve, and is no accreditation"),
    "organic": __("Organic: it grows from those who take part, and is no accreditation"),
}
OBJECTS = {
    "provider": __("A provider as a whole"),
    "programme": __("A course"),
    "module": __("One module of a course"),
    "scheme": __("A certification scheme"),
    "hybrid": __("It depends on who applies"),
}
ASSESSORS = {
    "authority": __("A public authority, or a body it has named"),
    "accredited-third-party": __("An independent assessor, accredited for it"),
    "peers": __("A panel of peers"),
    "jury": __("A jury of experts"),
    "self": __("The provider itself"),
}
AUDITS = {  # in the middle of a sentence
    "initial": pgettext_lazy("audit", "the first audit"),
    "surveillance": pgettext_lazy("audit", "the surveillance audit"),
    "interim": pgettext_lazy("audit", "the interim audit"),
    "review": pgettext_lazy("audit", "the review"),
    "renewal": pgettext_lazy("audit", "the renewal audit"),
}
MISSED = {
    "stale": __("If it is missed, what was decided is out of date."),
    "suspend": __("If it is missed, the accreditation is suspended from the next day until the audit is held."),
    "withdraw": __("If it is missed, the accreditation is withdrawn."),
}
SANCTIONS = {"warning": __("Warning"), "suspension": __("Suspension"), "withdrawal": __("Withdrawal")}
ACTS = {"publish": __("publishing"), "fund": __("public funding"), "issue": __("issuing credentials")}
AUDIT_LABELS = {  # at the beginning of one
    "surveillance": __("Surveillance audit"),
    "interim": __("Interim audit"),
    "review": __("Review of the accreditation"),
    "renewal": __("Renewal audit"),
}


def _said(text: Text) -> str:
    return pick(text, (get_language() or "en", "en"))[1]


def _months(number: int) -> str:
    if number % 12 == 0:
        years = number // 12
        return ngettext("%(number)d year", "%(number)d years", years) % {"number": years}
    return ngettext("%(number)d month", "%(number)d months", number) % {"number": number}


@register.filter
def approach_said(framework: Framework) -> str:
    """What kind of framework it is, in a sentence."""
    return approach_named(framework.approach)


@register.filter
def approach_named(key: str) -> str:
    """An approach, as the heading of its frameworks."""
    return str(APPROACHES[key])


@register.filter
def object_said(key: str) -> str:
    """What is judged."""
    return str(OBJECTS[key])


@register.filter
def assessor_said(assessor: Assessor) -> list[str]:
    """Who judges, how many they are, and how free of the applicant they have to be."""
    lines = [str(ASSESSORS[assessor.kind])]
    if assessor.least > 1:
        lines.append(_("At least %(number)d people judge together.") % {"number": assessor.least})
    if assessor.free_years:
        lines.append(
            _("None of them worked for the applicant or advised it in the last %(time)s.")
            % {"time": _months(12 * assessor.free_years)}
        )
    return lines + [_said(each) for each in assessor.chain]


def _outcomes(framework: Framework, keys: frozenset[str]) -> str:
    return ", ".join(_said(grade.label) for grade in framework.scale if grade.key in keys)


@register.filter
def decides_by(framework: Framework) -> list[str]:
    """The decision rule, in sentences."""
    rule, label = framework.decision, {grade.key: _said(grade.label) for grade in framework.scale}
    whole = framework.judged == "standard"
    lines = [_("Every standard needs a finding.") if whole else _("Every indicator needs a finding of its own.")]
    if any(each.mandatory for each in framework.questions):
        lines.append(
            _("What is mandatory may be found: %(words)s.") % {"words": _outcomes(framework, rule.mandatory_may_be)}
        )
    if not all(each.mandatory for each in framework.questions):
        lines.append(_("The others may be found: %(words)s.") % {"words": _outcomes(framework, rule.others_may_be)})
    lines += [_at_most(label[outcome], most) for outcome, most in rule.at_most.items()]
    lines += [
        _("From %(number)d findings of “%(words)s” on, they count as one more of “%(graver)s”.")
        % {"number": each.at_least, "words": label[each.outcome], "graver": label[each.as_one]}
        for each in rule.counts_as
    ]
    if rule.least_percent:
        lines.append(_("At least %(number)d per cent of the points are needed.") % {"number": rule.least_percent})
    return lines + [_cure(each, label) for each in rule.cures]


def _at_most(words: str, most: int) -> str:
    if most == 0:
        return _("“%(words)s” may not be found at all.") % {"words": words}
    line = ngettext("“%(words)s” may be found once at most.", "“%(words)s” may be found %(most)d times at most.", most)
    return line % {"most": most, "words": words}


def _cure(cure: Cure, label: dict[str, str]) -> str:
    facts = {"words": label[cure.outcome], "time": _months(cure.months)}
    if len(cure.at) < len(AUDITS):
        kinds = _(" or ").join(str(words) for kind, words in AUDITS.items() if kind in cure.at)
        line = _("“%(words)s” found at %(audits)s is to be mended within %(time)s.") % (facts | {"audits": kinds})
    else:
        line = _("“%(words)s” is to be mended within %(time)s.") % facts
    if cure.extensions:
        more = ngettext(
            "This can be granted %(n)d more time.", "This can be granted %(n)d more times.", cure.extensions
        )
        line += " " + more % {"n": cure.extensions}
    if cure.becomes:
        line += " " + _("Still open at the next audit, it becomes “%(words)s”.") % {"words": label[cure.becomes]}
    return line


@register.filter
def runs(framework: Framework) -> list[str]:
    """How long a decision lasts and what happens meanwhile, in sentences."""
    lines = [_("A decision lasts %(time)s at most.") % {"time": _months(framework.validity_months)}]
    lines += [_step(each) for each in framework.cycle]
    if framework.reapply_months:
        wait = _months(framework.reapply_months)
        lines.append(
            _("After a refusal or a withdrawal, a new application can be made after %(time)s.") % {"time": wait}
        )
    return lines


def _step(step: Step) -> str:
    facts = {"audit": AUDIT_LABELS[step.kind], "from": step.from_month, "to": step.to_month}
    if step.counted == "after-start":
        line = _("%(audit)s: from %(from)d to %(to)d months after the first day.") % facts
    elif step.to_month:
        line = _("%(audit)s: from %(from)d to %(to)d months before the end.") % facts
    else:
        line = _("%(audit)s: in the last %(from)d months.") % facts
    return f"{line} {MISSED[step.missed]}" if step.missed in MISSED else line


@register.filter
def audit_said(kind: str) -> str:
    """An audit by its kind."""
    return str(AUDIT_LABELS[kind])


@register.filter
def sanction_said(sanction: SanctionRule) -> str:
    """What may be taken away, and for how long at most."""
    kind = str(SANCTIONS[sanction.kind])
    if not sanction.months:
        return kind
    return _("%(sanction)s, %(time)s at most") % {"sanction": kind, "time": _months(sanction.months)}


@register.filter
def effects_said(framework: Framework) -> str:
    """What the lack of a positive decision stops, where the operator uses the framework as a gate."""
    acts = [str(words) for act, words in ACTS.items() if framework.blocks(act)]
    if not acts:
        return _("It blocks nothing.")
    return _("Where the operator makes it a gate, these need a positive decision: %(acts)s.") % {
        "acts": ", ".join(acts)
    }


@register.filter
def fee_said(fee: Fee) -> str:
    """The amount of a fee, or nothing where the quality body sets it."""
    return f"{number_format(fee.amount)} {fee.currency}" if fee.amount else ""


@register.filter
def fact_said(keys: Collection[str], framework: Framework) -> list[str]:
    """The facts about an applicant by which something applies, in words."""
    return [_said(words) for key, words in framework.facts.items() if key in keys]


@register.filter
def track_said(key: str, framework: Framework) -> list[str]:
    """The way through a hybrid framework that was taken, in words; nothing where it has only one."""
    return [_said(each.title) for each in framework.tracks if each.key == key]


@register.filter
def languages_said(framework: Framework) -> str:
    """The languages its texts are in."""
    return ", ".join(language_said(each) for each in framework.languages)
