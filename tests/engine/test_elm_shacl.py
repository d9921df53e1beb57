"""What we write passes the official SHACL profiles of the European Learning Model, offline; skipped without ../shared.

Guards, because the profiles are silent about a document that says nothing to them: the graph must hold one credential,
no pattern may be one that Python cannot read, and nothing may be imported from the network.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from pyshacl import validate
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.namespace import SH

from opencairn.engine.annex_one import annex_one_gaps
from opencairn.engine.canonical import canonical, contexts
from opencairn.engine.formats import elm
from opencairn.engine.model import Attainment
from opencairn.engine.verify import examine

from .elm_samples import FULL
from .samples import ATTAINMENT, offering

SHARED = Path(__file__).resolve().parents[3] / "shared"
MODEL = SHARED / "elm"
CONTEXTS = {
    elm.CONTEXTS[0]: SHARED / "vectors" / "contexts" / "2018-credentials-v1.jsonld",
    elm.CONTEXTS[1]: MODEL / "context" / "edc-ap-context.jsonld",
}
PROFILES = ("EDC-generic-no-cv", "EDC-generic-full")
CREDENTIAL = URIRef("http://data.europa.eu/snb/model/elm/EuropeanDigitalCredential")
PNG = bytes.fromhex("89504e470d0a1a0a") + b"the rest of a picture"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not MODEL.is_dir(), reason="the reference data ../shared is not here"),
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning"),  # rdflib, to itself
]


def from_disk(url: str, _options: Any) -> dict[str, Any]:
    document = json.loads(CONTEXTS[url].read_text())
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}


@cache
def profile() -> Graph:
    graph = Graph()
    for name in PROFILES:
        graph.parse(MODEL / "shacl" / "edc" / f"{name}.ttl")
    graph.remove((None, OWL.imports, None))
    for pattern in graph.objects(None, SH.pattern):
        re.compile(str(pattern))
    return graph


def graph_of(document: Any) -> Graph:
    quads = jsonld.to_rdf(
        document, {"documentLoader": from_disk, "format": "application/n-quads", "base": "urn:nowhere:"}
    )
    graph = Graph().parse(data=quads, format="nquads")
    assert len(list(graph.subjects(RDF.type, CREDENTIAL))) == 1
    return graph


def broken(document: Any) -> set[str]:
    """The properties that the profiles complain about, by the last part of their names."""
    _conforms, report, _text = validate(graph_of(document), shacl_graph=profile(), do_owl_imports=False)
    assert isinstance(report, Graph)
    paths = {str(each) for each in report.objects(None, SH.resultPath)}
    assert bool(paths) is not _conforms
    return {re.split("[/#]", path)[-1] for path in paths}


def official(name: str) -> Any:
    document = json.loads((MODEL / "examples" / name).read_text())
    return json.loads(document["payload"]) if "payload" in document else document


def test_a_credential_with_every_field_passes() -> None:
    assert broken(elm.write(FULL)) == set()


def test_a_credential_with_pages_of_a_picture_passes() -> None:
    assert broken(elm.write(FULL, pages=(PNG, PNG))) == set()


def sealed_name(attainment: Attainment) -> Attainment:
    return replace(attainment, issuer=replace(attainment.issuer, legal_identifier="VATDE-123456789"))


def test_a_credential_with_few_fields_passes() -> None:
    what = ATTAINMENT.achievement
    bare = replace(ATTAINMENT, achievement=type(what)(what.id, "", what.name, {}, {}, ()), status=None, results=())
    assert broken(elm.write(sealed_name(bare))) == set()


@pytest.mark.parametrize("kind", ["written", "something of our own"])
@pytest.mark.parametrize("assured", ["internal", "none", "external-programme"])
@pytest.mark.parametrize("supervised", ["supervised-no-id", "supervised-id"])
def test_each_code_passes_whether_the_eu_lists_it_or_not(kind: str, assured: str, supervised: str) -> None:
    what = replace(
        ATTAINMENT.achievement,
        assessment_types=(kind,),
        quality_assurance=assured,
        supervision=supervised,
        national_level="Stufe 5 nach Landesrecht",
        participation="at sea",
    )
    assert broken(elm.write(sealed_name(replace(ATTAINMENT, achievement=what)))) == set()


def test_only_the_identifier_of_the_seal_is_missing_where_the_issuer_has_none() -> None:
    assert broken(elm.write(ATTAINMENT)) == {"issuer", "eidasLegalIdentifier"}


def test_the_profiles_do_complain() -> None:
    document = elm.write(FULL)
    del document["displayParameter"], document["issued"]
    assert broken(document) == {"displayParameter", "issued"}


def test_the_signed_sample_of_the_eu_passes_and_states_no_quality_assurance() -> None:
    document = official("Sample-MC-Annex1-signed.jsonld")
    assert broken(document) == set()
    assert annex_one_gaps(elm.read(document)) == ("quality_assurance",)


def test_what_we_write_of_the_eu_s_own_sample_passes_again() -> None:
    assert broken(elm.write(elm.read(official("Sample-MC-Annex1-signed.jsonld")))) == set()


def test_a_sealed_file_is_not_mistaken_for_a_credential_that_passes() -> None:
    sealed = json.loads((MODEL / "examples" / "Sample-MC-Annex1-signed.jsonld").read_text())
    with pytest.raises(AssertionError):
        graph_of(sealed)
    without = elm.write(FULL) | {"@context": [elm.CONTEXTS[1]]}
    with pytest.raises(AssertionError):
        graph_of(without)


@pytest.mark.parametrize(
    "name", ["Sample-MC-Annex1-signed.jsonld", "Sample-MC-Annex1-unsigned.jsonld", "credential-sample.jsonld"]
)
def test_every_official_sample_is_read(name: str) -> None:
    read = elm.read(official(name))
    assert read.achievement.name
    assert read.learner.name


# --- with the contexts imported, as an operator does ---


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[None]:
    before = contexts.shelf().folder
    contexts.use_folder(tmp_path / "contexts")
    for url, file in CONTEXTS.items():
        contexts.bring(url, file.read_bytes())
    yield
    contexts.use_folder(before)


@pytest.mark.usefixtures("imported")
def test_every_word_that_we_write_is_defined_by_the_contexts_of_the_document() -> None:
    for attainment in (FULL, ATTAINMENT):
        assert canonical(elm.write(attainment)).count("\n") > 200


@pytest.mark.usefixtures("imported")
def test_a_sample_of_the_eu_without_a_seal_is_invalid_and_its_dates_without_a_zone_are_said_first() -> None:
    data = (MODEL / "examples" / "Sample-MC-Annex1-unsigned.jsonld").read_bytes()
    report = examine(data, at=datetime(2026, 11, 21, tzinfo=UTC), fetch=offering({}), trust=None)
    assert report.verdict == "invalid"
    assert [(step.outcome, step.code) for step in report.steps[:2]] == [
        ("fail", "bad-date"),
        ("unknown", "not-reached"),
    ]
