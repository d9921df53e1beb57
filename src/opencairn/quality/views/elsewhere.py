"""The registers kept elsewhere that this site follows: public to read, the operator's to choose."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from opencairn.kit.errors import Refused
from opencairn.people.access import demand, may, person_of
from opencairn.people.models import Person
from opencairn.quality import actions, queries
from opencairn.quality.forms import FollowForm
from opencairn.quality.models import ForeignRegister
from opencairn.quality.wording import problem_said

from .pieces import refuse


def _page(request: HttpRequest, form: FollowForm | None = None, status: int = 200) -> HttpResponse:
    at = now()
    facts = {
        "crumbs": [(_("Register"), reverse("quality:register")), (_("Registers elsewhere"), None)],
        "registers": [(each, queries.asked_of(each, at=at)) for each in queries.followed_registers()],
        "may_follow": may(request.user, "register.follow"),
        "form": form or FollowForm(),
    }
    return render(request, "quality/elsewhere.html", facts, status=status)


@require_GET
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Which registers this site asks, how old its copies are, and why one could not be read."""
    return _page(request)


@login_required
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow a register, by its address, its file, or every one that a trust list names."""
    demand(request.user, "register.follow")
    form = FollowForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            messages.success(request, _followed(form, person_of(request)))
        except Refused as error:
            refuse(form, error)
        else:
            return redirect("quality:elsewhere")
    return _page(request, form, status=422)


def _followed(form: FollowForm, person: Person) -> str:
    """Do what the form asks, and return the sentence that says so."""
    given, at = form.cleaned_data, now()
    name, address, key = given["name"], given["address"], given["key"]
    if file := given["file"]:
        assert isinstance(file, UploadedFile)
        return _from_file(file.read(), name=name, address=address, key=key, person=person)
    made = actions.follow_register(name=name, address=address, key=key, by=person, at=at)
    made = actions.read_register(made, at=at)
    return _said(made)


def _from_file(data: bytes, *, name: str, address: str, key: str, person: Person) -> str:
    at = now()
    if actions.is_trust_list(data):
        added, left = actions.follow_list(data, by=person, at=at)
        return ngettext("%(number)d register was added.", "%(number)d registers were added.", len(added)) % {
            "number": len(added)
        } + (" " + _("%(left)d lines could not be followed.") % {"left": left} if left else "")
    return _said(actions.follow_file(data, name=name, address=address, key=key, by=person, at=at))


def _said(register: ForeignRegister) -> str:
    if register.problem:
        return _("%(name)s is followed, but could not be read yet: %(why)s") % {
            "name": register.name,
            "why": problem_said(register.problem),
        }
    return _("%(name)s is followed, and was read.") % {"name": register.name}


def _register(request: HttpRequest, number: int) -> ForeignRegister:
    demand(request.user, "register.follow")
    return get_object_or_404(queries.followed_registers(), pk=number)


@login_required
@require_POST
def read_again(request: HttpRequest, number: int) -> HttpResponse:
    """Read a register now, by its address or from a newer file."""
    register = _register(request, number)
    if file := request.FILES.get("file"):
        actions.take_copy(register, file.read(), at=now())
        messages.success(request, _("The new copy was taken."))
    elif register.address:
        messages.success(request, _said(actions.read_register(register, at=now())))
    else:
        raise Refused(_("This register has no address. Choose its new file."))
    return redirect("quality:elsewhere")


@login_required
@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Stop following a register."""
    actions.drop_register(_register(request, number), at=now())
    messages.success(request, _("The register is no longer followed."))
    return redirect("quality:elsewhere")
