"""A seal on a European Digital Credential rests on the certificates that the operator named."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from opencairn.credentials import verification
from opencairn.credentials.desk import result_of
from opencairn.credentials.verification import examined, verify_text
from opencairn.engine import verify
from opencairn.engine.baking import unwrap
from opencairn.web import environment
from tests.engine.samples import AT, ATTAINMENT, LIST, offering, signed, status_list
from tests.engine.test_baking import with_chunk
from tests.engine.test_jades import AUTHORITY, LATER, SEALED
from tests.engine.test_open_badge_2 import ASSERTION


@pytest.mark.django_db
def test_a_seal_is_believed_where_the_operator_names_its_authority(settings: Any) -> None:
    sealed = json.dumps(SEALED).encode()
    for anchors, outcome in (((), "unknown"), ((AUTHORITY,), "pass")):
        settings.SEAL_ANCHORS = anchors
        step = verify_text(sealed, at=LATER).step("signature")
        assert step is not None
        assert step.outcome == outcome, step


@pytest.mark.django_db
def test_a_document_is_opened_once_for_all_that_the_desk_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []

    def counted(data: bytes) -> str:
        opened.append(data)
        return unwrap(data)

    monkeypatch.setattr(verify, "unwrap", counted)
    sealed = json.dumps(SEALED).encode()
    found = examined(sealed, at=LATER)
    assert found.brought is not None
    assert found.brought.attainment.achievement.name == result_of(found, sealed).claims.achievement.name
    assert opened == [sealed]


@pytest.mark.django_db
def test_a_picture_that_only_holds_an_address_is_opened_there_and_each_address_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages, asked = offering({ASSERTION["id"]: signed(), LIST: status_list()}), []

    def fetch(url: str, *, within: float) -> bytes:
        asked.append(url)
        return pages(url)

    monkeypatch.setattr(verification, "fetch", fetch)
    found = verification.examined(with_chunk(b"tEXt", b"openbadges\0" + ASSERTION["id"].encode()), at=AT)
    assert (found.report.verdict, found.brought and found.brought.attainment.id) == ("valid", ATTAINMENT.id)
    assert asked == [ASSERTION["id"], LIST]


def test_the_file_of_authorities_is_read_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "anchors.pem"
    monkeypatch.setenv("OPENCAIRN_SEAL_ANCHORS", str(file))
    file.write_bytes(x509.load_der_x509_certificate(AUTHORITY).public_bytes(Encoding.PEM))
    assert environment.certificates("OPENCAIRN_SEAL_ANCHORS") == (AUTHORITY,)
    for broken in (b"no certificate", None):
        file.write_bytes(broken) if broken else file.unlink()
        with pytest.raises(SystemExit, match="OPENCAIRN_SEAL_ANCHORS"):
            environment.certificates("OPENCAIRN_SEAL_ANCHORS")
