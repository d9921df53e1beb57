from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick
from opencairn.people.models import Organisation, Person
from opencairn.quality import queries, rules
from opencairn.quality.models import COMPLAINT_OUTCOMES, Decision, Scheme
from opencairn.quality.wording import DIGCOMP

from .reviewing import day_field, words_field


def _said(text: rules.Text) -> str:
    return pick(text, (get_language() or "en", "en"))[1]


def _choose(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def digcomp_choices() -> list[tuple[str, str]]:
    """The competences of DigComp as choices, in the reader's language."""
    return [(key, f"{key} {words}") for key, words in DIGCOMP.items()]


class BeginForm(forms.Form):
    """Who applies, to which quality body, and what is true of the applicant, under one framework."""

    applicant = forms.ModelChoiceField(
        Organisation.objects.none(), label=__("Organisation"), to_field_name="slug", empty_label=None
    )
    scheme_name = forms.CharField(label=__("Name of the certification scheme"), max_length=250, required=False)
    scheme = forms.ModelChoiceField(
        Scheme.objects.none(), label=__("Certification scheme"), to_field_name="slug", empty_label=__("A new one"),
        required=False,
    )  # fmt: skip
    digcomp = forms.MultipleChoiceField(
        label=__("Digital competences that the new scheme certifies"), required=False,
        widget=forms.CheckboxSelectMultiple, choices=digcomp_choices,
        help_text=__("By their numbers in DigComp 2.2. They stand with the label, so that schemes can be compared."),
    )  # fmt: skip
    quality_body = forms.ModelChoiceField(
        Organisation.objects.none(), label=__("Quality body"), to_field_name="slug", empty_label=__("Choose"),
        help_text=__("The organisation that will judge you. It is independent of you."),
        error_messages={"required": __("Choose a quality body.")},
    )  # fmt: skip
    facts = forms.MultipleChoiceField(
        label=__("What is true of you"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=__("What is asked of you depends on it."),
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, framework: rules.Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = queries.providers_of(person)
        _choose(self.fields["applicant"], mine)
        bodies = Organisation.objects.quality_bodies().verified().filter(closed_at=None)
        _choose(self.fields["quality_body"], bodies)
        _choose(self.fields["scheme"], Scheme.objects.filter(owner__in=mine))
        facts = self.fields["facts"]
        assert isinstance(facts, forms.MultipleChoiceField)
        facts.choices = [(key, _said(words)) for key, words in framework.facts.items()]
        if not framework.facts:
            del self.fields["facts"]
        self.schemes = "scheme" in framework.objects
        if not self.schemes:
            del self.fields["scheme"], self.fields["scheme_name"], self.fields["digcomp"]

    def clean(self) -> dict[str, Any]:
        """A scheme is chosen or named."""
        facts = super().clean() or {}
        if self.schemes and not facts.get("scheme") and not facts.get("scheme_name"):
            self.add_error("scheme_name", _("Choose a scheme of yours, or give the name of a new one."))
        return facts


class CaseForm(forms.Form):
    """The applicant's own case."""

    statement = words_field(
        __("Your own case"), rows=6, required=False, help_text=__("In a few sentences: why you meet the standards.")
    )


class PlaceForm(forms.Form):
    """Words, a file, or both, for one document of the dossier."""

    text = words_field(__("Your answer"), rows=3, required=False)
    file = forms.FileField(
        label=__("A file"), required=False, allow_empty_file=True,
        help_text=__("PDF, PNG, JPEG or plain text, up to 4 MB."),
    )  # fmt: skip


class AssignForm(forms.Form):
    """Who is asked to assess."""

    assessor = forms.ModelChoiceField(
        Person.objects.none(), label=__("Assessor"), empty_label=__("Choose"),
        error_messages={"required": __("Choose somebody.")},
    )  # fmt: skip

    def __init__(self, *args: Any, body: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["assessor"], queries.assessors_of(body))


class DeclareForm(forms.Form):
    """The statement about conflicts of interest."""

    conflict = forms.TypedChoiceField(
        label=__("Does a conflict of interest stand in the way?"),
        choices=[("no", __("No: I have no tie to the applicant")), ("yes", __("Yes: somebody else has to assess"))],
        widget=forms.RadioSelect, coerce=lambda given: given == "yes",
        error_messages={"required": __("Choose one of the two.")},
    )  # fmt: skip
    statement = words_field(
        __("What the tie is or was"), rows=2, required=False, help_text=__("Only your quality body reads it.")
    )


class PlanForm(forms.Form):
    """The day on which an audit is planned."""

    on = day_field(__("Planned for"))


class ResultForm(forms.Form):
    """The day an audit was held, and what it came to in words."""

    held_on = day_field(__("Held on"))
    reasons = words_field(__("What it came to"), help_text=__("Published with the decision."))


class ReportForm(forms.Form):
    """How a condition was mended."""

    report = words_field(__("What you did"), help_text=__("Say where it can be seen. Your quality body reads it."))


class MeetForm(forms.Form):
    """The day from which a condition counts as met."""

    on = day_field(__("It counts as met from"))


class ExtendForm(forms.Form):
    """How many months more."""

    months = forms.IntegerField(label=__("Months more"), min_value=1, max_value=24)


class ConditionForm(forms.Form):
    """A condition of the body's own."""

    text = words_field(__("What has to be mended"), rows=3)
    due_on = day_field(__("To be met by"), help_text=__("This day still counts."))
    missed = forms.ChoiceField(
        label=__("When it is missed"),
        choices=[("suspend", __("Suspended until it is met")), ("withdraw", __("Withdrawn"))],
    )


class AppealForm(forms.Form):
    """Against what, and why."""

    against = forms.ChoiceField(label=__("Against"), error_messages={"required": __("Choose what you appeal against.")})
    grounds = words_field(__("Your grounds"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        against = self.fields["against"]
        assert isinstance(against, forms.ChoiceField)
        against.choices = choices


class GiveUpForm(forms.Form):
    """The day from which a provider gives its accreditation up."""

    from_on = day_field(__("From this day on"))
    reasons = words_field(__("Why"), rows=2, help_text=__("It stands in the public register at once."))


class VerdictForm(forms.Form):
    """What an appeal comes to."""

    upheld = forms.TypedChoiceField(
        label=__("The appeal is"), choices=[("yes", __("Upheld")), ("no", __("Rejected"))], widget=forms.RadioSelect,
        coerce=lambda given: given == "yes", error_messages={"required": __("Choose one of the two.")},
    )  # fmt: skip
    reasons = words_field(__("Reasons"))


class ComplaintForm(forms.Form):
    """What anyone may write to a quality body."""

    text = words_field(__("What happened"), rows=6, longest=10_000)
    name = forms.CharField(label=__("Your name"), max_length=200, required=False)
    email = forms.EmailField(
        label=__("Your e-mail address"),
        required=False,
        help_text=__("For a receipt and the answer. You can leave it out."),
    )
    confidential = forms.BooleanField(label=__("Do not tell the provider who I am"), required=False, initial=True)


class ReplyForm(forms.Form):
    """What came of a complaint."""

    outcome = forms.ChoiceField(
        label=__("The complaint"), choices=COMPLAINT_OUTCOMES, widget=forms.RadioSelect,
        help_text=__("How many complaints about a provider were right is public; what they say is not."),
        error_messages={"required": __("Say whether the complaint was right.")},
    )  # fmt: skip
    answer = words_field(__("Your answer"))


class MandateForm(forms.Form):
    """A mandate for an organisation or for a person."""

    granted_by = forms.ModelChoiceField(
        Organisation.objects.none(), label=__("Given by"), to_field_name="slug", required=False,
        empty_label=__("The authority at the top"),
    )  # fmt: skip
    authority = forms.CharField(label=__("Authority at the top, such as a ministry"), max_length=250, required=False)
    holder = forms.ModelChoiceField(
        Organisation.objects.none(), label=__("To this organisation"), to_field_name="slug", required=False,
        empty_label=__("None: to a person"),
    )  # fmt: skip
    email = forms.EmailField(label=__("Or to the person with this e-mail address"), required=False)
    framework = forms.ChoiceField(label=__("Under this framework"), required=False)
    first_on = day_field(__("First day"))
    last_on = day_field(__("Last day"))

    def __init__(self, *args: Any, granters: Any, at_the_top: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["granted_by"], granters)
        _choose(self.fields["holder"], Organisation.objects.quality_bodies())
        framework = self.fields["framework"]
        assert isinstance(framework, forms.ChoiceField)
        framework.choices = [
            ("", _("Any")),
            *((each.key, _said(each.name)) for each in queries.frameworks_with_a_chain()),
        ]
        if not at_the_top:
            del self.fields["authority"]
            self.fields["granted_by"].required = True

    def clean(self) -> dict[str, Any]:
        """One holder: an organisation, or a person that is known here."""
        facts = super().clean() or {}
        email = facts.pop("email", "")
        if email and not facts.get("holder"):
            facts["holder"] = Person.objects.filter(email=email.lower(), is_active=True).first()
        if not facts.get("holder"):
            self.add_error(
                "holder", _("Choose an organisation, or give the address of a person who has an account here.")
            )
        return facts


class EndForm(forms.Form):
    """From when a mandate no longer counts, and why."""

    on = day_field(__("It no longer counts from"))
    reasons = words_field(__("Reasons"), rows=2)


class CallForm(forms.Form):
    """A call for an award with a jury."""

    quality_body = forms.ModelChoiceField(
        Organisation.objects.none(), label=__("Quality body"), to_field_name="slug", empty_label=None
    )
    framework = forms.ChoiceField(label=__("Quality framework"))
    title = forms.CharField(label=__("Title of the call"), max_length=200)
    theme = words_field(__("Its theme"), rows=3, required=False)
    opens_on = day_field(__("First day for applications"))
    closes_on = day_field(__("Last day for applications"))

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["quality_body"], bodies)
        framework = self.fields["framework"]
        assert isinstance(framework, forms.ChoiceField)
        framework.choices = [(each.key, _said(each.name)) for each in queries.frameworks_with_a_jury()]


def appealable(decision: Decision, sanctions: Any) -> list[tuple[str, str]]:
    """What a provider may appeal against, as choices: the refusal, or a sanction by its number."""
    if decision.verdict == "refused":
        return [("decision", _("The refusal"))]
    kinds = {"suspension": _("The suspension from %(day)s on"), "withdrawal": _("The withdrawal from %(day)s on")}
    return [
        (str(each.pk), kinds[each.kind] % {"day": each.from_on.isoformat()})
        for each in sanctions
        if each.pk and each.kind in kinds and each.cause != "relinquished"
    ]
