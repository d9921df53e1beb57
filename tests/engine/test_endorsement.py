"""Endorsements as they are written: plain praise, and an accreditation with its limits."""

from dataclasses import replace
from datetime import date, timedelta

from opencairn.engine.formats import open_badge_3_endorsement as endorsement
from opencairn.engine.formats.open_badge_3_endorsement import Accredited, Vouching
from opencairn.engine.model import Issuer, Status
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.verify import verify
from tests.engine.samples import AT, KEY, as_bytes

PLAIN = Vouching(
    id="urn:uuid:0d4a1b1e-0000-4000-8000-000000000001",
    issuer=Issuer(id=KEY.did, name="Water Board"),
    endorsed="https://tarntal.example/",
    name="Endorsement of Tarntal",
    comment="They can do the job.",
    valid_from=AT,
)
SCOPE = Accredited(
    kind="http://data.europa.eu/snb/accreditation/820101cba6",
    decision="https://agency.example/1",
    issued=date(2026, 1, 1),
    expiry=date(2028, 1, 1),
    levels=["http://data.europa.eu/snb/eqf/6"],
    qualification="https://tarntal.example/water/",
)


def test_what_is_written_is_read_again_and_holds_under_its_signature() -> None:
    whole = replace(PLAIN, accredited=SCOPE, valid_until=AT + timedelta(days=9))
    for vouching in (PLAIN, whole, replace(PLAIN, replaces="urn:uuid:1"), replace(whole, replaces="urn:uuid:1")):
        document = eddsa_rdfc_2022.sign(endorsement.write(vouching), KEY, created=AT)
        read = endorsement.read(document)
        assert (read.id, read.endorsed, read.comment) == (PLAIN.id, PLAIN.endorsed, PLAIN.comment)
        report = verify(as_bytes(document), at=AT, fetch=None, trust=None)
        assert {each.name: each.outcome for each in report.steps}["signature"] == "pass"


def test_only_what_is_stated_is_written() -> None:
    plain = endorsement.write(PLAIN)
    assert "credentialStatus" not in plain
    assert "accreditation" not in plain["credentialSubject"]
    assert "replacesCredential" not in plain
    assert len(plain["@context"]) == 2
    whole = endorsement.write(
        replace(PLAIN, accredited=SCOPE, statuses=[Status("https://a.example/s", 3, "suspension")])
    )
    said = whole["credentialSubject"]["accreditation"]
    assert "limitField" not in said
    assert "reviewDate" not in said
    assert (said["issued"], said["limitEQFLevel"]) == ("2026-01-01", ["http://data.europa.eu/snb/eqf/6"])
    assert whole["credentialStatus"][0]["statusListIndex"] == "3"
