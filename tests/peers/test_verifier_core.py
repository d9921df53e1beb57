"""What we issue by default is accepted by the verifier of the Digital Credentials Consortium (npm verifier-core)."""

import copy
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Status
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.status import bitstring
from tests.engine.samples import ATTAINMENT, KEY, with_bit

HERE = Path(__file__).parent
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(NODE is None, reason="Node is not installed: `npm ci` in tests/peers needs it"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "@digitalcredentials" / "verifier-core").is_dir(),
        reason="run `npm ci` in tests/peers first",
    ),
]
NOW = datetime.now(UTC).replace(microsecond=0)  # this verifier reads the clock of the machine
PLACE = 94_567


class Site(ThreadingHTTPServer):
    """A site on this machine with a few JSON documents."""

    documents: dict[str, Any]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Page(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        document = self.server.documents.get(self.path)
        self.send_response(200 if document else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Page) as server:
        server.documents = {"/registry.json": {"meta": {}, "registry": {KEY.did: {"name": "Hochschule Tarntal"}}}}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def listed(site: Site, bits: bytes) -> dict[str, Any]:
    """A credential of today whose status list is on the site."""
    url = f"{site.address}/status"
    list_ = bitstring.credential(url, KEY.did, bits, "revocation", NOW - timedelta(hours=1), NOW + timedelta(days=7))
    site.documents["/status"] = eddsa_rdfc_2022.sign(list_, KEY, created=NOW)
    attainment = replace(
        ATTAINMENT, valid_from=NOW - timedelta(hours=1), valid_until=NOW + timedelta(days=9), status=Status(url, PLACE)
    )
    return eddsa_rdfc_2022.sign(open_badge_3.write(attainment), KEY, created=NOW)


def ask(site: Site, credential: dict[str, Any]) -> dict[str, Any]:
    registries = [{"name": "Here", "type": "dcc-legacy", "url": f"{site.address}/registry.json"}]
    question = json.dumps({"credential": credential, "registries": registries}).encode()
    done = subprocess.run([str(NODE), "verifier_core.mjs"], input=question, cwd=HERE, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return dict(json.loads(done.stdout))


def found(answer: dict[str, Any]) -> dict[str, Any]:
    return {each["id"]: each.get("valid", each.get("error")) for each in answer["log"]}


def test_our_default_credential_is_accepted_with_its_status_and_its_issuer(site: Site) -> None:
    answer = ask(site, listed(site, bytes(16_384)))
    assert found(answer) == {
        "valid_signature": True,
        "expiration": True,
        "revocation_status": True,
        "registered_issuer": True,
    }, answer


def test_a_revoked_credential_is_told_so(site: Site) -> None:
    assert found(ask(site, listed(site, with_bit(PLACE))))["revocation_status"] is False


def test_a_changed_credential_is_refused(site: Site) -> None:
    changed = copy.deepcopy(listed(site, bytes(16_384)))
    changed["credentialSubject"]["achievement"]["name"] = "Something else"
    assert [each["name"] for each in ask(site, changed)["errors"]] == ["invalid_signature"]
