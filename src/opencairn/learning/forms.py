from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Person
from opencairn.programmes.models import Outcome

from .models import Result


def consent_text(provider: str) -> str:
    """The words a person agrees to, in the language they read; stored with the enrolment as they were shown."""
    return _(
        "I agree that %(provider)s keeps my name, my e-mail address and my results in this course, to teach and assess "
        "me and to issue my credential. I may withdraw before the award is decided, and I may ask for a copy of my "
        "data and have it erased."
    ) % {"provider": provider}


class EnrolForm(forms.Form):
    """The name for the credential, and the consent."""

    name_on_credential = forms.CharField(
        label=__("Your name, as it will stand on the credential"),
        max_length=200,
        help_text=__("Write it as on your identity card. It cannot be changed after the award."),
        error_messages={"required": __("Enter your name, as it will stand on the credential.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    consent = forms.BooleanField(
        label="", error_messages={"required": __("Tick this box to agree. Without it you cannot enrol.")}
    )

    def __init__(self, data: Any = None, *, person: Person, provider: str) -> None:
        super().__init__(data, initial={"name_on_credential": person.name})
        self.consent_text = consent_text(provider)
        self.fields["consent"].label = self.consent_text


class ResultForm(forms.Form):
    """The result of one learner for one outcome."""

    verdict = forms.ChoiceField(label=__("Result"), widget=forms.RadioSelect, required=False)
    value = forms.CharField(
        label=__("Mark"), max_length=60, required=False, help_text=__("If there is one, such as 2.0 or 78 %.")
    )
    note = forms.CharField(
        label=__("Note to the learner"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, outcome: Outcome, result: Result | None) -> None:
        written = {}
        if result is not None:
            written = {"verdict": "passed" if result.passed else "not-yet", "value": result.value, "note": result.note}
        super().__init__(data, prefix=f"outcome-{outcome.position}", initial=written)
        self.outcome = outcome
        verdict = self.fields["verdict"]
        assert isinstance(verdict, forms.ChoiceField)
        choices = [("passed", _("Passed")), ("not-yet", _("Not yet"))]
        verdict.choices = choices if result else [*choices, ("", _("No result yet"))]

    def clean(self) -> dict[str, Any]:
        """A mark or a note needs a result to belong to."""
        facts = super().clean() or {}
        if not facts.get("verdict") and not self.errors and (self.initial or facts.get("value") or facts.get("note")):
            self.add_error("verdict", _("Choose passed or not yet, so that the mark and the note have a result."))
        return facts


def result_forms(outcomes: Iterable[Outcome], results: Iterable[Result], data: Any = None) -> list[ResultForm]:
    """Return one form for each outcome, with what was recorded so far."""
    recorded = {each.outcome_id: each for each in results}
    return [ResultForm(data, outcome=outcome, result=recorded.get(outcome.pk)) for outcome in outcomes]


class AwardForm(forms.Form):
    """The grade as it will stand on the credential, and the day of the award."""

    grade = forms.CharField(
        label=__("Grade"), max_length=60, required=False, help_text=__("In the words of the course's own scheme.")
    )
    awarded_on = forms.DateField(
        label=__("Day of the award"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": __("Enter the day of the award, such as 2026-09-14."),
            "invalid": __("Enter a day as year, month and day, such as 2026-09-14."),
        },
    )
