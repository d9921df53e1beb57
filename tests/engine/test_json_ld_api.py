"""The toRdf cases of the JSON-LD 1.1 test suite (w3c/json-ld-api), read by us and by stock PyLD.

Contexts are processed by stock PyLD, so the cases about contexts test PyLD and us alike. The walk over the document is
our own: in no case may it say anything else than the suite expects. It may refuse, for a reason that stands below.
Most cases define their words in the document itself, where a credential may do little (``vocabulary``); so each case is
also run with its context moved to a pinned address, where a context may do everything.

The expand cases are not run: their result is an expanded document, and our walk makes none. It goes from the document
to quads in one step; what expansion does to contexts, terms and values shows in the quads of the toRdf cases.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from pyld import jsonld

from opencairn.engine.canonical import canonicalize, to_quads
from opencairn.engine.canonical.jsonld import Vocabulary
from opencairn.engine.objections import Objection, Unsupported

SUITE = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "json-ld-api"
BASE = "https://w3c.github.io/json-ld-api/tests/"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SUITE.is_dir(), reason="the reference data ../shared is not here"),
    pytest.mark.filterwarnings("ignore::SyntaxWarning"),  # PyLD's word about what the cases do on purpose
]

#: Why a document that PyLD reads is refused, and in how many cases, with the context at a pinned address.
REFUSED = {
    "no-context": 23,  # words with no context, or an expanded document: no credential
    "not-an-address": 23,  # a relative, compact or blank-node identifier: it means another thing elsewhere
    "unsupported-name": 90,  # a second way to say something, or a part that falls out: see the docstring of jsonld
    "bad-context": 5,  # @import by a relative address: a pinned context has no base
    "undefined-term": 6,  # the name has no meaning, so it would fall out unsigned
    "undefined-type": 3,  # the type is relative, or a blank node
    "type-twice": 2,  # two names for the type: a reader sees one of them
    "second-name": 2,  # an inner inline context changes what a name of the outer one means
    "context-trick": 3,  # an inner inline context sets @vocab or @propagate
}


def read(name: str) -> Any:
    return json.loads((SUITE / name).read_text())


def cases(kind: str) -> list[Any]:
    listed = read("toRdf-manifest.jsonld")["sequence"] if SUITE.is_dir() else []
    return [case for case in listed if f"jld:{kind}" in case["@type"] and not _is_of_another_kind(case)]


def _is_of_another_kind(case: dict[str, Any]) -> bool:
    """Whether a case asks for the rules of JSON-LD 1.0, or for triples that are no RDF."""
    option = case.get("option", {})
    return option.get("processingMode") == "json-ld-1.0" or option.get("produceGeneralizedRdf", False)


def served(url: str) -> Any:
    """Serve the folder of the suite at its address, and under ``?context`` the context of each document alone."""
    path, _, part = url.partition("?")
    file = SUITE / path.removeprefix(BASE)
    if not path.startswith(BASE) or not file.is_file():
        raise Unsupported("The case asks for something that is not in its folder.", "unknown-context")
    found = json.loads(file.read_text())
    return {"@context": found["@context"]} if part else found


def document(case: dict[str, Any], *, moved: bool) -> Any:
    found = read(case["input"])
    if moved and isinstance(found, dict) and "@context" in found:
        return {**found, "@context": f"{BASE}{case['input']}?context"}
    return found


def ours(case: dict[str, Any], *, moved: bool) -> str:
    return canonicalize(to_quads(document(case, moved=moved), vocabulary=Vocabulary(served)))


def canonical(quads: str) -> str:
    def spelled(term: Any) -> str:
        return "" if isinstance(term, pyoxigraph.DefaultGraph) else str(term)

    found = pyoxigraph.parse(quads.encode(), pyoxigraph.RdfFormat.N_QUADS)
    return canonicalize(
        (spelled(q.subject), spelled(q.predicate), spelled(q.object), spelled(q.graph_name)) for q in found
    )


def theirs(case: dict[str, Any]) -> str | None:
    """Return what stock PyLD makes of a case; None where it refuses."""

    def load(url: str, options: object) -> dict[str, Any]:
        return {"contentType": "", "contextUrl": None, "documentUrl": url, "document": served(url)}

    options: dict[str, Any] = {"base": BASE + case["input"], "documentLoader": load, "format": "application/n-quads"}
    stated = case.get("option", {})
    options |= {name: stated[name] for name in ("base", "processingMode", "rdfDirection") if name in stated}
    if "expandContext" in stated:
        options["expandContext"] = BASE + stated["expandContext"]
    try:
        return canonical(jsonld.to_rdf(read(case["input"]), options))
    except (jsonld.JsonLdError, Unsupported, AttributeError, TypeError, ValueError, KeyError, SyntaxError):
        return None


@pytest.mark.parametrize("moved", [False, True], ids=["as-it-stands", "context-pinned"])
def test_where_we_answer_the_quads_are_those_of_the_suite(moved: bool) -> None:
    differing, answered = [], 0
    for case in cases("PositiveEvaluationTest"):
        try:
            found = ours(case, moved=moved)
        except Objection:
            continue
        answered += 1
        if found != canonical((SUITE / case["expect"]).read_text()):
            differing.append(case["@id"])
    assert differing == []
    assert answered >= (70 if moved else 13)


@pytest.mark.parametrize("moved", [False, True], ids=["as-it-stands", "context-pinned"])
def test_what_the_suite_refuses_we_refuse(moved: bool) -> None:
    for case in cases("NegativeEvaluationTest"):
        with pytest.raises(Objection):
            ours(case, moved=moved)


def test_what_pyld_reads_and_we_refuse_is_refused_for_a_stated_reason() -> None:
    refused: dict[str, list[str]] = {}
    for case in cases("PositiveEvaluationTest"):
        if theirs(case) == canonical((SUITE / case["expect"]).read_text()):
            try:
                ours(case, moved=True)
            except Objection as reason:
                refused.setdefault(reason.code, []).append(case["@id"])
    for code, which in sorted(refused.items()):
        sys.stdout.write(f"{code:<20} {len(which):>3}  {' '.join(which)}\n")
    assert {code: len(which) for code, which in refused.items()} == REFUSED


def test_every_case_ends_in_an_answer_or_a_refusal_with_a_sentence() -> None:
    answered, sentences = 0, []
    for kind in ("PositiveEvaluationTest", "NegativeEvaluationTest", "PositiveSyntaxTest"):
        for case in cases(kind):
            try:
                ours(case, moved=False)
                answered += 1
            except Objection as reason:
                sentences.append(reason.why)
    assert (answered, len(sentences)) == (37, 270)
    assert [why for why in sentences if not why.endswith((".", ")"))] == []
