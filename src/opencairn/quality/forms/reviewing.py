from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.locales import is_country
from opencairn.kit.text import pick
from opencairn.people.models import Organisation
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import queries, rules
from opencairn.quality.models import CAUSES

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
OUTSIDE = __("Choose a day between the years 1900 and 2200.")
VERDICTS = [("accredited", __("Accredit")), ("refused", __("Refuse"))]


def day_field(label: Any, **facts: Any) -> forms.DateField:
    """A day from 1900 to 2200, asked for with the browser's own calendar and accepted as people type it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        widget=widget,
        validators=[MinValueValidator(FIRST_DAY, OUTSIDE), MaxValueValidator(LAST_DAY, OUTSIDE)],
        error_messages={
            "required": __("Enter a day, such as 2026-09-14."),
            "invalid": __("Enter a day as year, month and day, such as 2026-09-14."),
        },
        **facts,
    )


def words_field(label: Any, *, rows: int = 4, longest: int = 20_000, **facts: Any) -> forms.CharField:
    """Some sentences, at most so many letters long."""
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": __("Write a sentence or two here.")},
        **facts,
    )


class ApplicationForm(forms.Form):
    """A provider's application: which quality body, under which framework, and the provider's own case.

    What the framework asks of its applicants first (a way through it, facts) is asked once the framework is chosen.
    """

    quality_body = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=__("Quality body"),
        to_field_name="slug",
        empty_label=__("Choose"),
        help_text=__("The organisation that will look at your course. It is independent of you."),
        error_messages={"required": __("Choose a quality body.")},
    )
    framework = forms.ChoiceField(
        label=__("Quality framework"), error_messages={"required": __("Choose a quality framework.")}
    )
    way = forms.ChoiceField(
        label=__("What you apply for"), widget=forms.RadioSelect,
        error_messages={"required": __("This framework judges several things. Choose what you apply for.")},
    )  # fmt: skip
    facts = forms.MultipleChoiceField(
        label=__("What is true of you"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=__("What is asked of you depends on it. Tick none where none is true."),
    )  # fmt: skip
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    statement = words_field(
        __("Your own case"),
        rows=8,
        help_text=__("Say how the course meets the standards, and where your documents can be read."),
    )

    def __init__(self, data: Any = None, *, provider: Organisation, framework: str = "", **kwargs: Any) -> None:
        under = next((each for each in queries.regulatory_frameworks() if each.key == framework), None)
        super().__init__(data, initial={"framework": framework, "asked": framework}, **kwargs)
        bodies = self.fields["quality_body"]
        assert isinstance(bodies, forms.ModelChoiceField)
        bodies.queryset = queries.bodies_to_ask(provider)
        frameworks = self.fields["framework"]
        assert isinstance(frameworks, forms.ChoiceField)
        choices = [(each.key, f"{_said(each.name)} {each.version}") for each in queries.regulatory_frameworks()]
        frameworks.choices = [("", _("Choose")), *choices]
        self.under = under
        self.ways = under.ways_to("programme", "module") if under else ()
        self._ask(under)

    def _ask(self, under: rules.Framework | None) -> None:
        """Keep the questions that this framework has: a choice among its ways, and facts that no choice answers."""
        way, facts = self.fields["way"], self.fields["facts"]
        assert isinstance(way, forms.ChoiceField)
        assert isinstance(facts, forms.MultipleChoiceField)
        way.choices = [(each.key, _said(each.title)) for each in self.ways]
        answered = under.chosen_by(self.ways) if under else frozenset[str]()
        facts.choices = (
            [(key, _said(words)) for key, words in under.facts.items() if key not in answered] if under else []
        )
        if len(self.ways) < 2:
            del self.fields["way"]
        if not facts.choices:
            del self.fields["facts"]
        if not {"way", "facts"} & set(self.fields):
            del self.fields["asked"]

    def clean(self) -> dict[str, Any]:
        """What a framework asks first has to have been seen before it is answered by leaving everything empty."""
        found = super().clean() or {}
        if self.under and "asked" in self.fields and found.get("asked") != self.under.key:
            assert isinstance(self.data, QueryDict)
            self.data = self.data.copy()
            self.data["asked"] = self.under.key
            self.errors.pop("way", None)
            self.add_error(None, _("This framework asks something more first. Answer it, then send the application."))
        return found

    def given(self) -> dict[str, Any]:
        """The application as the actions take it: with the facts that were ticked, and those that the way means."""
        found = {name: self.cleaned_data[name] for name in ("quality_body", "framework", "statement")}
        if self.under is None or not self.under.facts:
            return found | {"facts": None, "module": False}
        chosen = self.cleaned_data.get("way", "")
        way = next((each for each in self.ways if each.key == chosen or len(self.ways) == 1), None)
        meant = way.only_if & self.under.chosen_by(self.ways) if way else frozenset[str]()
        facts = sorted({*self.cleaned_data.get("facts", ()), *meant})
        return found | {"facts": facts, "module": way is not None and way.object == "module"}


def _said(text: rules.Text) -> str:
    return pick(text, (get_language() or "en", "en"))[1]


class FindingForm(forms.Form):
    """What the reviewer found for one criterion."""

    outcome = forms.ChoiceField(label=__("Your finding"), error_messages={"required": __("Choose what you found.")})
    reasons = words_field(__("Reasons"), rows=3, help_text=__("Published with the decision."))
    evidence = words_field(
        __("Evidence"), rows=2, required=False, help_text=__("What you read or saw: documents, dates, people asked.")
    )

    def __init__(
        self,
        data: Any = None,
        *,
        framework: rules.Framework,
        criterion: rules.Criterion,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=criterion.key, initial=initial)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        wanted = (get_language() or "en", "en")
        grades = [(grade.key, pick(grade.label, wanted)[1]) for grade in framework.grades_for(criterion)]
        outcome.choices = [("", _("Choose")), *grades]


class _Words(forms.CharField):
    """Several short words in one line, with commas or spaces between."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(required=False, max_length=2000, **facts)

    def clean(self, value: Any) -> Any:
        """Split it."""
        return [each for each in super().clean(value).replace(",", " ").split() if each]


class ScopeNames(forms.Form):
    """The limits of a scope: levels, fields, types of credentials, courses, countries, ways of teaching."""

    levels = forms.TypedMultipleChoiceField(
        label=__("Only these levels"), required=False, widget=forms.CheckboxSelectMultiple, coerce=int,
        choices=[(level, str(level)) for level in range(1, 9)],
        help_text=__("Levels of the European Qualifications Framework."),
    )  # fmt: skip
    programmes = _Words(
        label=__("Only these courses"),
        help_text=__("The last part of each course's address, with commas between. Empty covers all."),
    )
    field_codes = _Words(
        label=__("Only these fields of study"), help_text=__("Codes of ISCED-F 2013, such as 06, 0613.")
    )
    credential_types = _Words(
        label=__("Only credentials of these types"),
        help_text=__("Courses here lead to the type MicroCredential. Empty covers all."),
    )
    jurisdictions = _Words(label=__("Only in these countries"), help_text=__("Codes of two letters, such as DE, FR."))
    modes = forms.MultipleChoiceField(
        label=__("Only taught this way"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("onsite", __("On site")), ("online", __("Online")), ("blended", __("Blended"))],
    )  # fmt: skip

    def clean_jurisdictions(self) -> list[str]:
        """Codes of countries, in capitals as the register writes them."""
        codes = [each.upper() for each in self.cleaned_data["jurisdictions"]]
        if unknown := [each for each in codes if not is_country(each)]:
            raise forms.ValidationError(_("There is no country with the code %(code)s.") % {"code": unknown[0][:60]})
        return codes

    def named(self) -> dict[str, Any]:
        """The limits that were named, by the keys of a scope."""
        keys = {
            "eqf_levels": "levels",
            "fields": "field_codes",
            "credential_types": "credential_types",
            "jurisdictions": "jurisdictions",
            "modes": "modes",
            "programmes": "programmes",
        }
        given = {key: self.cleaned_data.get(name) for key, name in keys.items()}
        return {key: values for key, values in given.items() if values}


class DecisionForm(ScopeNames):
    """The verdict with its reasons, its days, and what it covers."""

    verdict = forms.ChoiceField(label=__("Verdict"), choices=VERDICTS, widget=forms.RadioSelect,
        error_messages={"required": __("Choose a verdict.")},
    )  # fmt: skip
    reasons = words_field(__("Reasons"), help_text=__("Published with the decision, and never changed afterwards."))
    first_on = day_field(__("First day"), required=False, help_text=__("The accreditation counts from this day on."))
    last_on = day_field(__("Last day"), required=False, help_text=__("It counts on this day for the last time."))
    only_level = forms.BooleanField(label=__("Only for the level described today"), required=False, initial=True)
    only_field = forms.BooleanField(
        label=__("Only for the field of study described today"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        """An accreditation needs both days."""
        facts = super().clean() or {}
        if facts.get("verdict") == "accredited":
            for name in ("first_on", "last_on"):
                if name not in self.errors and not facts.get(name):
                    self.add_error(name, _("An accreditation needs this day. Enter one, such as 2026-09-14."))
        return facts

    def scope(self, version: ProgrammeVersion | None) -> dict[str, Any]:
        """The scope that was ticked, in the facts of the version reviewed; or that was named, of a provider."""
        scope = self.named()
        if version is None:
            return scope
        if self.cleaned_data["only_level"] and version.eqf_level is not None:
            scope["eqf_levels"] = [version.eqf_level]
        if self.cleaned_data["only_field"] and version.field_code:
            scope["fields"] = [version.field_code[:2]]
        return scope


class SanctionForm(forms.Form):
    """A suspension or a withdrawal, from a day on."""

    kind = forms.ChoiceField(
        label=__("What happens"),
        choices=[
            ("suspend", __("Suspend: it does not count from that day until you lift the suspension")),
            ("withdraw", __("Withdraw: it does not count from that day, for good")),
            ("monitoring", __("Watch it more closely: it counts on, and everyone can see this")),
            ("warning", __("Warn: it counts on, and everyone can see this")),
            ("probation", __("Put it on probation: it counts on, and everyone can see this")),
            ("show-cause", __("Ask to show cause why it should not be withdrawn: it counts on until then")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": __("Choose what happens.")},
    )
    from_on = day_field(__("From this day on"), help_text=__("Awards of the days before keep their standing."))
    cause = forms.ChoiceField(
        label=__("Who or what ended it"), required=False,
        choices=[each for each in CAUSES if each[0] != "relinquished"],
        help_text=__("Asked of a withdrawal only."),
    )  # fmt: skip
    reasons = words_field(__("Reasons"), help_text=__("They stand in the public register at once."))

    def clean(self) -> dict[str, Any]:
        """Only a withdrawal has a cause: what was left in that question counts for nothing else."""
        facts = super().clean() or {}
        cause = facts.pop("cause", "")
        return facts | ({"cause": cause} if facts.get("kind") == "withdraw" else {})


class LiftForm(forms.Form):
    """The day from which a suspended accreditation counts again."""

    on = day_field(__("It counts again from"))
