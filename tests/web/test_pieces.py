from datetime import UTC, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from opencairn.web.templatetags.words import country_name, or_not_stated, said, said_in


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="As on the sheet.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    ects = forms.DecimalField(label="Credits", required=False)
    mode = forms.ChoiceField(label="Mode", choices=[("a", "Online"), ("b", "On site")], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("x", "Oral"), ("y", "Written")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agree = forms.BooleanField(label="I agree", help_text="It can be taken back.")
    file = forms.FileField(label="File", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def rendered(form: forms.Form) -> str:
    source = '{% include "web/error_summary.html" %}{% for field in form %}{% include "web/field.html" %}{% endfor %}'
    return Template(source).render(Context({"form": form}))


def test_every_kind_of_field_has_label_hint_and_input() -> None:
    text = rendered(Sample())
    assert '<label class="label" for="id_title">Title <span class="needed">required</span></label>' in text
    assert 'aria-describedby="id_title_helptext"' in text
    assert '<legend class="label">Mode' in text
    assert text.count('type="radio"') == 2
    assert text.count('type="checkbox"') == 3
    assert '<textarea name="note"' in text
    assert 'class="input short"' in text
    assert 'type="hidden"' in text
    assert 'role="alert"' not in text


def test_errors_stand_in_the_summary_and_beside_their_field() -> None:
    text = rendered(Sample({"ects": "two"}))
    assert "There are 4 problems" in text
    for field in ("title", "ects", "mode", "agree"):
        assert f'href="#id_{field}"' in text
        assert f'id="id_{field}_error"' in text
        assert f'id="id_{field}"' in text
    assert 'aria-invalid="true"' in text


def test_marks_and_outcomes_are_words_too() -> None:
    said_words = {"pass": "Passed", "fail": "Failed", "unknown": "Could not check", "not-applicable": "Does not apply"}
    for outcome, words in said_words.items():
        text = Template('{% include "web/outcome.html" %}').render(Context({"outcome": outcome}))
        assert words in text
        assert 'aria-hidden="true"' in text
    text = Template('{% include "web/outcome.html" with outcome="fail" text="Suspended" %}').render(Context())
    assert 'class="outcome failed"' in text
    assert "Suspended" in text


def test_pages_keep_what_was_searched() -> None:
    request = RequestFactory().get("/find/?q=water&page=2")
    page = Paginator(range(200), 10).page(2)
    text = Template('{% include "web/pages.html" %}').render(RequestContext(request, {"page": page}))
    assert "?q=water&amp;page=3" in text
    assert 'aria-current="page" aria-label="Page 2"' in text
    one = Paginator(range(3), 10).page(1)
    assert "nav" not in Template('{% include "web/pages.html" %}').render(RequestContext(request, {"page": one}))


def test_crumbs_mark_the_last() -> None:
    text = Template('{% include "web/crumbs.html" %}').render(Context({"crumbs": [("Find", "/find/"), ("<x>", None)]}))
    assert '<li aria-current="page">&lt;x&gt;</li>' in text


@pytest.mark.parametrize(("value", "shown"), [("", True), (None, True), ([], True), (0, False), ("x", False)])
def test_a_gap_is_shown_as_a_gap(value: object, shown: bool) -> None:
    assert ("not-stated" in str(or_not_stated(value))) is shown


def test_texts_are_said_in_the_readers_language() -> None:
    text = {"de": "Wasser", "en": "Water"}
    assert (said(text), said_in(text)) == ("Water", "en")
    assert country_name("DE") == "Germany"
    assert country_name("QQ") == "QQ"


def test_english_dates_are_written_in_full_day_first() -> None:
    text = Template('{{ at|date:"DATE_FORMAT" }}').render(Context({"at": datetime(2026, 9, 14, tzinfo=UTC)}))
    assert text == "14 September 2026"
