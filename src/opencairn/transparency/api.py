"""The log for programs: JSON at plain addresses without a query, so that any cache can keep what never changes."""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256 as digest
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opencairn.engine import merkle
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused

from . import actions, queries
from .rules import MOST_ENTRIES

A_MINUTE, A_YEAR = "public, max-age=60", "public, max-age=31536000, immutable"
MOST_HEADS = 500
Answer = Callable[..., tuple[object, str]]


class NotUnderstood(Refused):
    """The address does not say what is asked for in a way that can be answered."""

    status = 422


def for_programs(answer: Answer) -> Callable[..., HttpResponseBase]:
    """Make a view of a function that returns the data, and for how long it may be kept. A refusal is problem+json."""

    @wraps(answer)
    def view(request: HttpRequest, **asked: str) -> HttpResponseBase:
        try:
            data, kept = answer(request, **asked)
        except Refused as refusal:
            problem = {"title": refusal.message, "status": refusal.status}
            response = JsonResponse(problem, status=refusal.status, content_type="application/problem+json")
            response.headers["Access-Control-Allow-Origin"] = "*"
            return response
        return _cached(request, JsonResponse(data, json_dumps_params={"ensure_ascii": False}), kept)

    return require_safe(view)


def _cached(request: HttpRequest, response: HttpResponse, kept: str) -> HttpResponseBase:
    response.headers["ETag"] = f'"{digest(response.content).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = kept
    response.headers["Access-Control-Allow-Origin"] = "*"
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def number(words: str) -> int:
    """Read a number of an address. Raises NotUnderstood for what is none, is negative, or is beyond any log."""
    found = int(words) if re.fullmatch("[0-9]{1,19}", words) else -1
    if not 0 <= found <= merkle.LARGEST:
        raise NotUnderstood(_("Numbers of entries and sizes of the log are whole numbers, from 0 on."))
    return found


def _hash(words: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", words):
        raise NotUnderstood(_("A hash is written as 64 digits from 0 to 9 and a to f."))
    return words


@for_programs
def head(request: HttpRequest) -> tuple[dict[str, Any], str]:
    """The newest signed head, signed now where one is due."""
    return queries.head_of(actions.newest_head(at=timezone.now())).data, A_MINUTE


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The newest signed head as a signed note, which witnesses can sign too."""
    found = queries.head_of(actions.newest_head(at=timezone.now()))
    return _cached(request, HttpResponse(found.note, content_type="text/plain; charset=utf-8"), A_MINUTE)


@for_programs
def heads(request: HttpRequest) -> tuple[dict[str, Any], str]:
    """The newest five hundred heads, the newest first."""
    return {"heads": [queries.head_of(each).data for each in queries.heads()[:MOST_HEADS]]}, A_MINUTE


@for_programs
def keys(request: HttpRequest) -> tuple[dict[str, Any], str]:
    """The keys that signed heads, the newest first."""
    found = [
        {"id": key.did, "since": iso(key.created_at), "retired": iso(key.retired_at) if key.retired_at else None}
        for key in queries.log_keys()
    ]
    return {"keys": found}, A_MINUTE


@for_programs
def entries(request: HttpRequest, span: str) -> tuple[dict[str, Any], str]:
    """The entries from one to another, both included, five hundred at most; or one entry. They never change."""
    first, _hyphen, last = span.partition("-")
    start, end = number(first), number(last or first)
    if end - start >= MOST_ENTRIES:
        raise NotUnderstood(_("Ask for %(most)d entries at most.") % {"most": MOST_ENTRIES})
    return {"entries": [queries.entry_data(each) for each in queries.entries(start, end)]}, A_YEAR


@for_programs
def inclusion(request: HttpRequest, index: str, size: str) -> tuple[dict[str, Any], str]:
    """The proof that an entry stands in the log of a size."""
    found = queries.inclusion_of(queries.entry(number(index)), within=number(size))
    return (found.data if found else {}), A_MINUTE


@for_programs
def leaf(request: HttpRequest, leaf: str) -> tuple[dict[str, Any], str]:
    """The entry with this leaf hash, with the proof under the newest head."""
    return _newest(queries.inclusion_of(queries.entry_of_leaf(bytes.fromhex(_hash(leaf)))))


@for_programs
def credential(request: HttpRequest, sha256: str) -> tuple[dict[str, Any], str]:
    """The entry of the credential with this salted hash, with the proof under the newest head."""
    found = queries.entry_of_credential(_hash(sha256))
    if found is None:
        raise queries.NotInLog(_("The log has no credential with this hash."))
    return _newest(queries.inclusion_of(found))


def _newest(found: queries.Inclusion | None) -> tuple[dict[str, Any], str]:
    if found is None:
        raise queries.NotInLog(
            _("The entry is in the log, but no signed head covers it yet. Ask again in some minutes.")
        )
    return found.data, A_MINUTE


@for_programs
def consistency(request: HttpRequest, old: str, size: str) -> tuple[dict[str, Any], str]:
    """The proof that the log of one size began as the log of a smaller one. It never changes."""
    before, after = number(old), number(size)
    proof = queries.consistency(before, after)
    return {"old": before, "size": after, "proof": [each.hex() for each in proof]}, A_YEAR
