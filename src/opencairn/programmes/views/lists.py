"""The lists that descriptions are held against, to read and to take along."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from opencairn.programmes import profiles
from opencairn.programmes.wording import demands


def index(request: HttpRequest) -> HttpResponse:
    """Every list: whose it is, what it asks, and its file."""
    first = profiles.required()
    rows = [
        {
            "profile": one,
            "required": one in first,
            "elements": [{"element": each, "demands": demands(each)} for each in one.elements],
        }
        for one in profiles.on_the_shelf()
    ]
    return render(request, "programmes/profiles.html", {"rows": rows})


def file(request: HttpRequest, key: str) -> HttpResponse:
    """The file of one list, as it was written."""
    try:
        words = profiles.words_of(key)
    except KeyError as error:
        raise Http404("no such list") from error
    response = HttpResponse(words, content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.toml"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
