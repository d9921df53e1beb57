"""What we write of programmes passes the official profile of learning opportunities and its lists; needs ../shared.

Guards, because the profile is silent about a document that says nothing to it: the graph must hold as many
opportunities as were written, no pattern may be one that Python cannot read, and nothing may be imported.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from pyshacl import validate
from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.namespace import SH

from opencairn.catalogue.exchange import descriptions
from opencairn.programmes.formats import Description, elm_json
from opencairn.programmes.formats.losses import FILLED
from opencairn.web.demo import synthetic

from .test_both_ways import UNLISTED
from .test_import import MS, NJ, run

SHARED = Path(__file__).resolve().parents[3] / "shared"
PROFILE = SHARED / "elm" / "shacl" / "loq" / "LOQ-constraints.ttl"
LISTS = PROFILE.with_name("LOQ-constraints-mdr.ttl")  # what may only be said with a controlled vocabulary
CONTEXTS = {
    elm_json.CONTEXT[0]: SHARED / "vectors" / "contexts" / "2018-credentials-v1.jsonld",
    elm_json.CONTEXT[1]: SHARED / "elm" / "context" / "edc-ap-context.jsonld",
}
OPPORTUNITY = URIRef("http://data.europa.eu/snb/model/elm/LearningOpportunity")
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PROFILE.is_file(), reason="the reference data ../shared is not here"),
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning"),  # rdflib, to itself
]


def from_disk(url: str, _options: Any) -> dict[str, Any]:
    document = json.loads(CONTEXTS[url].read_text())
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}


@cache
def profile() -> Graph:
    """The profile and its lists, with the patterns in Java's spelling put aside for one that says: a web address."""
    graph = Graph().parse(PROFILE).parse(LISTS)
    graph.remove((None, OWL.imports, None))
    for shape, pattern in list(graph.subject_objects(SH.pattern)):
        try:
            re.compile(str(pattern))
        except (re.error, FutureWarning):  # Java: \p{…}, sets within sets, (?i) in the middle
            graph.set((shape, SH.pattern, Literal(r"^(https?|mailto|ftp):\S+$")))
    return graph


def broken(descriptions: Iterable[Description], *, opportunities: int) -> list[str]:
    """What the profile complains about, each complaint with its path, value and message."""
    document = json.loads(b"".join(elm_json.write(descriptions)))
    options = {"documentLoader": from_disk, "format": "application/n-quads", "base": "urn:nowhere:"}
    graph = Graph().parse(data=jsonld.to_rdf(document, options), format="nquads")
    assert len(list(graph.subjects(RDF.type, OPPORTUNITY))) == opportunities
    conforms, report, _text = validate(graph, shacl_graph=profile(), do_owl_imports=False)
    assert isinstance(report, Graph)
    results = list(report.subjects(RDF.type, SH.ValidationResult))
    assert bool(results) is not conforms
    parts = (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)
    return [" | ".join(str(report.value(each, part)) for part in parts) for each in results]


def test_a_programme_with_every_field_passes() -> None:
    assert broken([FILLED], opportunities=3) == []


def test_a_programme_with_few_fields_passes() -> None:
    few = {name: FILLED.facts[name] for name in ("title", "languages", "field_code")}
    bare = replace(FILLED, facts=few, offerings=[], awarding_bodies=(), partners=(), quality=())
    assert broken([bare], opportunities=1) == []


def test_what_the_lists_of_the_union_do_not_have_passes_as_well() -> None:
    assert broken([UNLISTED], opportunities=3) == []


def test_an_agent_and_an_organisation_at_one_address_stay_two() -> None:
    stranger = replace(FILLED.provider, country="")
    both = replace(FILLED, awarding_bodies=(stranger, FILLED.provider))
    assert broken([both, replace(FILLED, url=FILLED.url + "2/")], opportunities=6) == []


AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STATED = {"languages": ["en"], "field_code": "0613"}
OUTCOME = {"text": {"en": "Weld a seam"}, "skills": []}


def test_both_real_catalogues_pass_once_what_they_lack_is_stated(db: None) -> None:
    assert run(NJ, "--format", "nj-etpl") == run(MS, "--format", "mslearn") == 0
    taken = list(descriptions(AT.date()))
    assert (len(taken), len([each for each in taken if not elm_json.lacks(each)])) == (998, 0)
    whole = [
        replace(
            each,
            provider=replace(each.provider, country=each.provider.country or "US"),
            facts=each.facts | {name: each.facts[name] or stated for name, stated in STATED.items()},
            outcomes=each.outcomes or [OUTCOME],
        )
        for each in taken
    ]
    assert broken(whole, opportunities=998 + sum(len(each.offerings) for each in whole if each.offerings[1:])) == []


def test_hundreds_of_invented_programmes_pass(db: None) -> None:
    synthetic.generate(offerings=300, seed=1, at=AT)
    assert broken(descriptions(AT.date()), opportunities=300) == []


def test_the_lists_do_complain() -> None:
    nowhere = replace(FILLED, facts=FILLED.facts | {"field_code": "no field"})
    assert any("ThematicAreaRestriction" in each for each in broken([nowhere], opportunities=3))


def test_the_profile_does_complain() -> None:
    nowhere = replace(FILLED, facts=FILLED.facts | {"homepage": "not an address"})
    assert broken([nowhere], opportunities=3)


def test_what_the_profile_demands_is_said_and_such_a_programme_is_left_out() -> None:
    listing = replace(FILLED, facts={"title": {"en": "Welding"}}, outcomes=[])
    assert elm_json.lacks(listing).startswith(
        "The European Learning Model demands the languages of teaching, the field"
    )
    assert broken([listing, FILLED], opportunities=3) == []
