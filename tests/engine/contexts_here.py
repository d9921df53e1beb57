"""Every context of the reference data, imported: for tests that read ../shared.

In a test module: ``pytestmark = [..., pytest.mark.usefixtures("contexts_here")]`` (the fixture stands in conftest.py).
In a script: ``with all_imported(folder): ...``.

The W3C vectors under ``employ`` use https://w3id.org/citizenship/v4rc1, of which no copy is here. The terms they need
stand below, each as their canonical texts show it: a wrong one would make another text than the vector's.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opencairn.engine.canonical import contexts

SHARED = Path(__file__).resolve().parents[3] / "shared"
ZOO = SHARED / "data" / "credential_zoo" / "contexts"
VECTORS = SHARED / "vectors" / "contexts"
_OTHERS = {
    "http://data.europa.eu/snb/model/context/edc-ap": SHARED / "elm" / "context" / "edc-ap-context.jsonld",
    "https://www.w3.org/ns/odrl.jsonld": VECTORS / "odrl.jsonld",
    "https://w3id.org/security/multikey/v1": VECTORS / "multikey-v1.jsonld",
}
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
_SCHEMA, _TERMS = "https://schema.org/", "https://w3id.org/citizenship#"
_OF_SCHEMA = ("Person", "additionalName", "familyName", "gender", "givenName", "identifier")
_OF_CITIZENSHIP = (
    "EmployablePerson", "EmploymentAuthorizationDocument", "EmploymentAuthorizationDocumentCredential",
    "PermanentResident", "PermanentResidentCard", "PermanentResidentCardCredential", "birthCountry",
    "commuterClassification", "employmentAuthorizationDocument", "lprCategory", "lprNumber", "permanentResidentCard",
)  # fmt: skip
_DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
_STAND_IN: dict[str, object] = {
    "@protected": True,
    **{term: _SCHEMA + term for term in _OF_SCHEMA},
    **{term: _TERMS + term for term in _OF_CITIZENSHIP},
    "birthDate": {"@id": f"{_SCHEMA}birthDate", "@type": _DATE_TIME},
    "image": {"@id": f"{_SCHEMA}image", "@type": "@id"},
    "residentSince": {"@id": f"{_TERMS}residentSince", "@type": _DATE_TIME},
}


def copies() -> dict[str, Path]:
    """Return a copy of each context that the reference data holds, by address."""
    if not ZOO.is_dir():
        return {}
    listed: dict[str, str] = json.loads((ZOO / "index.json").read_text())
    return {**{url: ZOO / file for url, file in listed.items()}, **_OTHERS}


@contextmanager
def all_imported(folder: Path) -> Iterator[None]:
    """Import every copy into the folder and use it; afterwards use what was used before."""
    before = contexts.shelf().folder
    contexts.use_folder(folder)
    try:
        for url, file in copies().items():
            contexts.bring(url, file.read_bytes())
        stand_in = json.dumps({"@context": _STAND_IN}).encode()
        contexts.bring(CITIZENSHIP, stand_in, hashlib.sha256(stand_in).hexdigest())
        yield
    finally:
        contexts.use_folder(before)
