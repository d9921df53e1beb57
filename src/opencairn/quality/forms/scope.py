from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.quality import queries, rules
from opencairn.quality.models import Decision, Scheme

from .reviewing import VERDICTS, ScopeNames, day_field, words_field


class ScopeForm(ScopeNames):
    """What an accreditation covers as a whole: some limits, or none, which has to be said."""

    unlimited = forms.BooleanField(
        label=__("No limit at all"), required=False, help_text=__("Tick this only where everything is covered.")
    )
    field_order: tuple[str, ...] = (
        "levels", "field_codes", "credential_types", "programmes", "jurisdictions", "modes", "unlimited",
    )  # fmt: skip

    def __init__(self, *args: Any, decision: Decision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if decision is not None and decision.object != "provider":
            del self.fields["programmes"]

    def clean(self) -> dict[str, Any]:
        """Limits or none: neither named nor ticked is nothing that could be judged, and both contradict each other."""
        facts = super().clean() or {}
        if self.errors or not self.must_be_said(facts):
            return facts
        if not self.named() and not facts.get("unlimited"):
            self.add_error(None, _("Name what it should cover, or tick that there is no limit at all."))
        if self.named() and facts.get("unlimited"):
            self.add_error("unlimited", _("You named limits above. Take them out, or take this tick out."))
        return facts

    def must_be_said(self, facts: Mapping[str, Any]) -> bool:
        """Whether a scope is needed at all."""
        return True

    def scope(self) -> dict[str, Any]:
        """The scope as the register holds it."""
        return {} if self.cleaned_data["unlimited"] else self.named()


def as_initial(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scope as a form's first values."""
    lists = {
        "programmes": "programmes", "field_codes": "fields", "jurisdictions": "jurisdictions",
        "credential_types": "credential_types",
    }  # fmt: skip
    return {
        "levels": scope.get("eqf_levels", []),
        "modes": scope.get("modes", []),
        "unlimited": not scope,
        **{name: ", ".join(scope.get(key, ())) for name, key in lists.items()},
    }


class AskScopeForm(ScopeForm):
    """What a provider asks its quality body to let the accreditation cover, and why."""

    grounds = words_field(__("Why"), help_text=__("Say what changed, and where it can be seen."))
    field_order = (*ScopeForm.field_order, "grounds")


class AmendForm(ScopeForm):
    """A quality body says anew what an accreditation covers."""

    from_on = day_field(__("It counts from"), help_text=__("Awards of the days before keep what was covered then."))
    reasons = words_field(__("Reasons"), help_text=__("They stand in the public register at once."))
    field_order = (*ScopeForm.field_order, "from_on", "reasons")


class AnswerScopeForm(AmendForm):
    """A quality body grants or denies a change that was asked for."""

    granted = forms.TypedChoiceField(
        label=__("Your answer"), widget=forms.RadioSelect, coerce=lambda given: given == "yes",
        choices=[("yes", __("Granted")), ("no", __("Denied: it covers what it covered before"))],
        error_messages={"required": __("Choose one of the two.")},
    )  # fmt: skip
    field_order = ("granted", *AmendForm.field_order)

    def must_be_said(self, facts: Mapping[str, Any]) -> bool:
        """A denial leaves the scope as it is."""
        return bool(facts.get("granted"))


def _said(text: rules.Text) -> str:
    return pick(text, (get_language() or "en", "en"))[1]


def _named(rows: Any, label: Any, *, wrong: Any, to: str = "slug", **facts: Any) -> "forms.ModelChoiceField[Any]":
    """Something of the register by a word that people type: there may be too many for a list."""
    return forms.ModelChoiceField(
        rows, label=label, to_field_name=to, widget=forms.TextInput, error_messages={"invalid_choice": wrong}, **facts
    )


class EnterForm(ScopeForm):
    """A decision that a quality body took before it kept its register here."""

    quality_body = forms.ModelChoiceField(
        Organisation.objects.none(), label=__("Quality body"), to_field_name="slug", empty_label=None
    )
    provider = _named(
        Organisation.objects.filter(is_provider=True), __("Provider"), help_text=__("The last part of its address."),
        wrong=__("No provider has this address. Copy the last part of the address of its page."),
    )  # fmt: skip
    programme = _named(
        Programme.objects.all(), __("Course"), required=False,
        help_text=__("The last part of its address. Leave it empty where the provider as a whole was judged."),
        wrong=__("No course has this address. Copy the last part of the address of its page."),
    )  # fmt: skip
    scheme = forms.ModelChoiceField(
        Scheme.objects.select_related("owner"), label=__("Certification scheme"), to_field_name="slug",
        empty_label=__("None: a course, or the provider as a whole"), required=False,
    )  # fmt: skip
    framework = forms.ChoiceField(
        label=__("Quality framework"), error_messages={"required": __("Choose a quality framework.")}
    )
    verdict = forms.ChoiceField(
        label=__("Verdict"), choices=VERDICTS, widget=forms.RadioSelect,
        error_messages={"required": __("Choose a verdict.")},
    )  # fmt: skip
    decided_on = day_field(__("Decided on"))
    first_on = day_field(__("First day"), required=False, help_text=__("The accreditation counts from this day on."))
    last_on = day_field(__("Last day"), required=False, help_text=__("It counts on this day for the last time."))
    renews = _named(
        Decision.objects.filter(verdict="accredited"), __("It continues this decision"), to="number", required=False,
        help_text=__("The number of an earlier one in this register, such as 2023-004."),
        wrong=__("No accreditation has this number."),
    )  # fmt: skip
    reasons = words_field(__("Reasons"), help_text=__("Published with the decision, and never changed afterwards."))
    field_order = (
        "quality_body", "provider", "programme", "scheme", "framework", "verdict", "decided_on", "first_on", "last_on",
        "renews", *ScopeForm.field_order, "reasons",
    )  # fmt: skip

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body, framework = self.fields["quality_body"], self.fields["framework"]
        assert isinstance(body, forms.ModelChoiceField)
        assert isinstance(framework, forms.ChoiceField)
        body.queryset = bodies
        listed = [
            (f"{each.key}/{each.version}", f"{_said(each.name)} {each.version}") for each in queries.frameworks_judged()
        ]
        framework.choices = [("", _("Choose")), *listed]

    def must_be_said(self, facts: Mapping[str, Any]) -> bool:
        """A refusal covers nothing, and a label covers its scheme."""
        return facts.get("verdict") == "accredited" and not facts.get("scheme")

    def facts(self) -> dict[str, Any]:
        """What was entered, by the names of ``actions.Earlier``."""
        names = (
            "quality_body", "provider", "programme", "scheme", "verdict", "decided_on", "first_on", "last_on", "renews",
            "reasons",
        )  # fmt: skip
        key, _slash, version = self.cleaned_data["framework"].partition("/")
        given = {name: self.cleaned_data[name] for name in names}
        return given | {"framework": key, "framework_version": version, "scope": self.scope()}
