"""Published vectors and real credentials, read from reference data beside the project; skipped where it is absent."""

import csv
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from opencairn.engine.canonical import canonicalize, parse, to_quads
from opencairn.engine.canonical.jcs import canonical_json
from opencairn.engine.canonical.rdfc import Quad, _Canonicalizer
from opencairn.engine.keys import from_multikey
from opencairn.engine.objections import Objection
from opencairn.engine.proofs.data_integrity import value_of
from opencairn.engine.verify import examine

from .pace import stops_within

SHARED = Path(__file__).resolve().parents[3] / "shared"
CANON = SHARED / "vectors" / "rdf-canon"
JCS = SHARED / "vectors" / "jcs"
EDDSA = SHARED / "vectors" / "vc-di-eddsa" / "eddsa-rdfc-2022"
ZOO = SHARED / "data" / "credential_zoo"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here"),
]
TODAY = datetime(2026, 11, 21, tzinfo=UTC)


def entries(kind: str) -> list[Any]:
    if not CANON.is_dir():
        return []
    listed = json.loads((CANON / "manifest.jsonld").read_text())["entries"]
    return [pytest.param(each, id=each["id"]) for each in listed if each["type"] == f"rdfc:{kind}"]


def quads_of(path: Path) -> list[Quad]:
    def spelled(term: Any) -> str:
        return "" if isinstance(term, pyoxigraph.DefaultGraph) else str(term)

    found = pyoxigraph.parse(path.read_bytes(), pyoxigraph.RdfFormat.N_QUADS)
    return [(spelled(q.subject), spelled(q.predicate), spelled(q.object), spelled(q.graph_name)) for q in found]


@pytest.mark.parametrize("entry", entries("RDFC10EvalTest"))
def test_the_w3c_canonicalisation_cases(entry: dict[str, Any]) -> None:
    digest = hashlib.sha384 if entry.get("hashAlgorithm") == "SHA384" else hashlib.sha256
    assert canonicalize(quads_of(CANON / entry["action"]), digest=digest) == (CANON / entry["result"]).read_text()


@pytest.mark.parametrize("entry", entries("RDFC10MapTest"))
def test_the_w3c_maps_of_labels(entry: dict[str, Any]) -> None:
    digest = hashlib.sha384 if entry.get("hashAlgorithm") == "SHA384" else hashlib.sha256
    run = _Canonicalizer(quads_of(CANON / entry["action"]), digest)
    run.run()
    labels = {node.removeprefix("_:"): label.removeprefix("_:") for node, label in run.canonical.issued.items()}
    assert labels == json.loads((CANON / entry["result"]).read_text())


@pytest.mark.parametrize("entry", entries("RDFC10NegativeEvalTest"))
def test_the_w3c_poison_is_refused_within_a_second(entry: dict[str, Any]) -> None:
    quads = quads_of(CANON / entry["action"])
    with pytest.raises(Objection, match="too entangled"):
        canonicalize(quads)
    assert stops_within(1, lambda: canonicalize(quads))


def jcs_cases() -> list[str]:
    return sorted(file.stem for file in (JCS / "input").glob("*.json"))


@pytest.mark.parametrize("name", jcs_cases())
def test_the_cases_of_rfc_8785(name: str) -> None:
    made = canonical_json(parse((JCS / "input" / f"{name}.json").read_bytes()))
    assert made == (JCS / "output" / f"{name}.json").read_bytes()
    assert made == bytes.fromhex((JCS / "outhex" / f"{name}.txt").read_text())


def test_the_w3c_eddsa_vector_step_by_step(contexts_here: None) -> None:
    signed = json.loads((EDDSA / "signedDataInt.json").read_text())
    proof = signed.pop("proof")
    options = json.loads((EDDSA / "proofConfigDataInt.json").read_text())
    document, config = (canonicalize(to_quads(each)) for each in (signed, options))
    assert document.rstrip("\n") == (EDDSA / "canonDocDataInt.txt").read_text().rstrip("\n")
    assert config.rstrip("\n") == (EDDSA / "proofCanonDataInt.txt").read_text().rstrip("\n")
    hashes = b"".join(hashlib.sha256(each.encode()).digest() for each in (config, document))
    key = from_multikey(proof["verificationMethod"].partition("#")[2])
    assert key.holds(value_of(proof), hashes)


def canonical_texts() -> list[Any]:
    """Every document and every proof options of the W3C vectors for which the canonical N-Quads are given."""
    found = []
    for signed in sorted(SHARED.glob("vectors/vc-di-e*dsa/**/signed*.json")):
        folder, kind = signed.parent, signed.stem.removeprefix("signed")
        for source, text in (
            (signed.name, f"canonDoc{kind}.txt"),
            (f"proofConfig{kind}.json", f"proofCanon{kind}.txt"),
        ):
            if (folder / text).is_file() and "JCS" not in kind:
                name = f"{folder.parent.name}/{folder.name}/{source}"
                found.append(pytest.param(folder / source, folder / text, id=name))
    return found


@pytest.mark.parametrize(("source", "text"), canonical_texts())
def test_the_canonical_texts_of_the_w3c_vectors(source: Path, text: Path, contexts_here: None) -> None:
    document = {name: value for name, value in json.loads(source.read_text()).items() if name != "proof"}
    digest = hashlib.sha384 if "384" in source.name else hashlib.sha256
    assert canonicalize(to_quads(document), digest=digest).strip() == text.read_text().strip()


def zoo() -> list[Any]:
    if not ZOO.is_dir():
        return []
    with (ZOO / "manifest.csv").open() as listed:
        return [pytest.param(row, id=row["file"]) for row in csv.DictReader(listed)]


@pytest.mark.parametrize("row", zoo())
def test_no_credential_of_the_zoo_is_called_valid_wrongly(row: dict[str, str]) -> None:
    report = examine((ZOO / "files" / row["file"]).read_bytes(), at=TODAY, fetch=None, trust=None)
    assert all(step.why.endswith((".", "?", ")")) and step.code for step in report.steps)
    if row["expected"] not in ("accept", "support", "uncertain"):
        assert report.verdict != "valid"
    if row["expected"] == "not_a_credential":
        assert report.verdict in ("not-a-credential", "unsupported")


def test_the_zoo_is_not_all_refused_alike() -> None:
    verdicts = Counter(
        examine(file.read_bytes(), at=TODAY, fetch=None, trust=None).verdict for file in (ZOO / "files").iterdir()
    )
    assert verdicts["valid"] >= 1
    assert verdicts["invalid"] >= 5
