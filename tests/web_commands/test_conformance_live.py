"""The door over https, as an outside suite meets it, and its verifier reading a list of another server here."""

import json
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web_commands.conftest import COMMAND, environment, opencairn
from tests.web_commands.test_cli import free_port

UNCHECKED = ssl.create_default_context()
UNCHECKED.check_hostname, UNCHECKED.verify_mode = False, ssl.CERT_NONE


def call(url: str, body: Any = None) -> tuple[int, Any]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", "Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20, context=UNCHECKED) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")


@contextmanager
def served(var: Path, **more: str) -> Iterator[str]:
    """A site served over https by a process of its own."""
    assert opencairn("prepare", var=var).returncode == 0
    port = free_port()
    command = [COMMAND, "serve", "--tls", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(var, **more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as site:
        try:
            base = f"https://localhost:{port}"
            for _ in range(150):
                try:
                    call(f"{base}/issuers/nobody/")
                except OSError:
                    time.sleep(0.2)
                else:
                    break
            yield base
        finally:
            site.terminate()


def test_an_outside_suite_can_judge_over_https(tmp_path: Path) -> None:
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:replaced",
        "credentialSubject": {"id": "did:example:subject"},
    }
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with (
        served(tmp_path / "one", OPENCAIRN_CONFORMANCE="1") as one,
        served(tmp_path / "two", OPENCAIRN_CONFORMANCE="1") as two,
    ):
        issue = f"{one}/conformance/status-revocation/credentials/issue"
        status, body = call(issue, {"credential": credential})
        assert status == 201, body
        signed = body["verifiableCredential"]
        assert signed["credentialStatus"]["statusListCredential"].startswith(one)
        check = "conformance/eddsa-rdfc-2022/credentials/verify"
        for base in (one, two):  # the second reads the first one's list, on this machine, over https
            assert call(f"{base}/{check}", {"verifiableCredential": signed}) == (200, {"verified": True})
        entry = {"credentialStatus": signed["credentialStatus"], "status": True}
        assert call(f"{one}/conformance/status-revocation/credentials/status", entry)[0] == 200
        status, body = call(f"{two}/{check}", {"verifiableCredential": signed})
        assert status == 400
        assert "revoked" in body["errors"][0]


def test_the_door_is_shut_unless_it_is_opened(tmp_path: Path) -> None:
    with served(tmp_path) as base:
        assert call(f"{base}/verify/?link=x")[0] == 422
        assert call(f"{base}/conformance/did/did:key:z0")[0] == 404
