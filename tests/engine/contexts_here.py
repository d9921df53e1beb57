"""Every context of the reference data, imported: for tests that read ../shared.

In a test module: ``pytestmark = [..., pytest.mark.usefixtures("contexts_here")]`` (the fixture stands in conftest.py).
In a script: ``with all_imported(folder): ...``.
"""

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
        yield
    finally:
        contexts.use_folder(before)
