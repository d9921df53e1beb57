"""One attainment, its keys and its status list, as the engine's tests use them."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey
from opencairn.engine.model import (
    Achievement,
    Attainment,
    Issuer,
    Learner,
    Outcome,
    OutcomeResult,
    Skill,
    Status,
)
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.status import bitstring
from opencairn.kit.fetch import CannotFetch

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = SigningKey.from_bytes(bytes(range(32)))
STRANGER = SigningKey.from_bytes(bytes(range(1, 33)))
LIST = "https://cairn.example/status/7/"
PROGRAMME = "https://cairn.example/programmes/water/v/1/"
SAMPLING = Skill("http://data.europa.eu/esco/skill/5e3c9a1e", "take water samples")

ATTAINMENT = Attainment(
    id="urn:uuid:0d4a1b1e-0000-4000-8000-000000000001",
    issuer=Issuer(KEY.did, "Hochschule Tarntal", "DE", "https://tarntal.example/", "office@tarntal.example"),
    learner=Learner("Mirren Okafor", "Mirren@Example.org"),
    achievement=Achievement(
        id=PROGRAMME,
        version="1",
        name={"en": "Water sampling", "de": "Gewässer beproben"},
        description={"en": "Take samples “that hold” in court.\nTwo lines\tand a tab.", "de": "Proben"},
        criteria={"en": "Pass both outcomes."},
        outcomes=(
            Outcome(f"{PROGRAMME}#1", {"en": "Take a sample", "de": "Eine Probe nehmen"}, (SAMPLING,)),
            Outcome(f"{PROGRAMME}#2", {"en": "Keep the chain of custody"}, (SAMPLING,)),
        ),
        human_code="WS-1",
        ects=Decimal("2.5"),
        hours=60,
        eqf_level=5,
        national_level="DQR 5",
        assessment_types=("practical", "written"),
        participation="blended",
        quality_assurance="external-programme",
        quality_assurance_note={"en": "By the Agency."},
        prerequisites={"en": "None", "de": "Keine"},
        supervision="supervised-id",
        grading_scheme={"de": "1 bis 5"},
        stackability={"en": "Counts towards the certificate."},
        further_information={"en": "Bring boots."},
        inherent_requirements={"en": "Walk on uneven ground."},
        languages=("en", "de"),
        field_of_study="0521",
        image="https://cairn.example/programmes/water/v/1/stone.png",
        image_caption="Azurite stone: 2.5 ECTS, EQF level 5, 2 learning outcomes",
        designer=Issuer("https://cairn.example/organisations/tarntal/", "Hochschule Tarntal", "DE"),
    ),
    awarded_on=date(2026, 3, 1),
    valid_from=AT,
    valid_until=AT + timedelta(days=1000),
    results=(OutcomeResult(f"{PROGRAMME}#1", True, "87"), OutcomeResult(f"{PROGRAMME}#2", True)),
    grade="1,7",
    prior_learning=True,
    status=Status(LIST, 94_567),
    salt="9f86d081884c7d65",
)


def signed(attainment: Attainment = ATTAINMENT, key: SigningKey = KEY) -> dict[str, Any]:
    return eddsa_rdfc_2022.sign(open_badge_3.write(attainment), key, created=AT)


def status_list(
    *,
    bits: bytes = bytes(16_384),
    key: SigningKey = KEY,
    issuer: str = KEY.did,
    url: str = LIST,
    purpose: str = "revocation",
    until: datetime = AT + timedelta(days=7),
    **changes: Any,
) -> dict[str, Any]:
    document = {**bitstring.credential(url, issuer, bits, purpose, AT, until), **changes}
    return eddsa_rdfc_2022.sign(document, key, created=AT)


def with_bit(index: int) -> bytes:
    bits = bytearray(16_384)
    bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def offering(documents: Mapping[str, Any]) -> Callable[[str], bytes]:
    """A network that has these documents and nothing else."""

    def fetch(url: str) -> bytes:
        if url not in documents:
            raise CannotFetch(f"There is no such place as {url}.")
        found = documents[url]
        return found if isinstance(found, bytes) else json.dumps(found).encode()

    return fetch


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
