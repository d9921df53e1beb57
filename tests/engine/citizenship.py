"""The words of the W3C vectors' example document, as a context.

The vectors use ``https://w3id.org/citizenship/v4rc1``, which the reference data does not hold. Their canonical texts
show what each word means, and the vectors hold only if every meaning here is the same.
"""

import hashlib
import json

from opencairn.engine.canonical import contexts

CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
_OWN, _SCHEMA, _DATE = (
    "https://w3id.org/citizenship#",
    "https://schema.org/",
    "http://www.w3.org/2001/XMLSchema#dateTime",
)
_DOCUMENT = {
    "identifier": f"{_SCHEMA}identifier",
    **{name: f"{_OWN}{name}" for name in ("lprCategory", "lprNumber")},
}
_PERSON = {
    **{name: f"{_SCHEMA}{name}" for name in ("givenName", "additionalName", "familyName", "gender")},
    "birthDate": {"@id": f"{_SCHEMA}birthDate", "@type": _DATE},
    "birthCountry": f"{_OWN}birthCountry",
    "residentSince": {"@id": f"{_OWN}residentSince", "@type": _DATE},
    "employmentAuthorizationDocument": {"@id": f"{_OWN}employmentAuthorizationDocument", "@type": "@id"},
}
CONTEXT = {
    "@context": {
        "@protected": True,
        "image": {"@id": f"{_SCHEMA}image", "@type": "@id"},
        "EmploymentAuthorizationDocumentCredential": f"{_OWN}EmploymentAuthorizationDocumentCredential",
        "EmploymentAuthorizationDocument": {"@id": f"{_OWN}EmploymentAuthorizationDocument", "@context": _DOCUMENT},
        "EmployablePerson": f"{_OWN}EmployablePerson",
        "Person": {"@id": f"{_SCHEMA}Person", "@context": _PERSON},
    }
}


def import_it() -> None:
    """Import the context, pinned by its own hash, into the folder in use."""
    data = json.dumps(CONTEXT).encode()
    contexts.bring(CITIZENSHIP, data, hashlib.sha256(data).hexdigest())
