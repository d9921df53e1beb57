"""What the pages of the work have in common: sections with a form each, and one way to act on one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.quality.actions import AlreadyApplied


@dataclass
class Section:
    """One part of a page: a heading, words, facts, and perhaps a form that is posted to ``action``."""

    key: str
    title: str
    words: str = ""
    facts: list[tuple[str, Any]] = field(default_factory=list)
    form: forms.Form | None = None
    action: str = ""
    button: str = ""
    second: bool = False


def refuse(form: Any, error: Refused) -> None:
    """Show a refusal above the form it answers, so that nothing typed is lost. A draft in the way is linked to."""
    for line in (error.message, *error.details):
        form.add_error(None, line)
    if isinstance(error, AlreadyApplied) and error.draft:
        there = reverse("quality:application", args=[error.draft.pk])
        form.add_error(None, format_html('<a href="{}">{}</a>', there, _("Go on with it")))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form, even where that is nothing; None where a page is only asked for."""
    return request.POST if request.method == "POST" else None


def done(
    request: HttpRequest, form: forms.Form, act: Callable[..., Any], said: str, to: str, *args: Any
) -> HttpResponse | None:
    """Act with a valid form and redirect with a word; None where the form, which says why, has to be shown again."""
    if not form.is_valid():
        return None
    try:
        act(**form.cleaned_data)
    except Refused as error:
        refuse(form, error)
        return None
    messages.success(request, said)
    return redirect(to, *args)


def page(
    request: HttpRequest, sections: list[Section], *, template: str = "quality/work.html", **facts: Any
) -> HttpResponse:
    """Show a page of sections; with 422 where one of their forms was refused."""
    wrong = any(each.form is not None and each.form.is_bound and each.form.errors for each in sections)
    return render(request, template, {"sections": sections, **facts}, status=422 if wrong else 200)
