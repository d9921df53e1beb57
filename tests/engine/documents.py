"""Random documents of every kind that the engine signs or meets, made from a seed.

Each structure comes several times with other words in it, because that is what the compiled ways are about.
"""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from opencairn.engine.canonical import contexts
from opencairn.engine.canonical.literals import IRI
from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Attainment, Learner, OutcomeResult, Status
from opencairn.engine.status import bitstring
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST

V2, OB, EXTENSIONS = contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
NUMBERS = (0, 3, 2.5, 3.0, 0.1, 1e22, 1e21, 1e-7, -1.5, 12345678901, True, False)
LETTERS = 'abcé “ß”漢字🜁 "\\\n\t\r\u0085\u2028<>{}%s:/#@'
CONTROLS = "\b\f\x01\x1f\x7f"  # in a quarter of the documents: PyLD spells them wrongly, so pyoxigraph judges alone
LANGUAGES = ("en", "de", "EN-GB", "zh-Hant")
Document = dict[str, Any]


class Chance(random.Random):
    """A seeded source of words, addresses and optional fields."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.letters = LETTERS + CONTROLS if self.random() < 0.25 else LETTERS

    def words(self) -> str:
        if self.random() < 0.7:
            return self.choice(("water", "Gewässer", "90 %", "", "did:x", "a: b", "type")) + str(self.randrange(30))
        return "".join(self.choice(self.letters) for _ in range(self.randrange(1, 12)))

    def address(self) -> str:
        start = self.choice(("https://x.example/", "urn:uuid:", "did:web:x.example:", "http://data.example/ä/"))
        return f"{start}{self.randrange(1_000_000)}"

    def some(self, makers: dict[str, Callable[[], Any]], likely: float = 0.4) -> Document:
        """Some of these fields, in any order."""
        names = [name for name in makers if self.random() < likely]
        self.shuffle(names)
        return {name: makers[name]() for name in names}

    def several(self, make: Callable[[], Any], most: int = 3) -> Any:
        """One value alone, or a list; sometimes with the same value twice."""
        found = [make() for _ in range(self.randrange(1, most + 1))]
        if self.random() < 0.15:
            found.append(copy.deepcopy(found[0]))
        return found[0] if len(found) == 1 and self.random() < 0.5 else found


def _alignment(chance: Chance) -> Document:
    words = {"targetCode": chance.words, "targetDescription": chance.words, "targetFramework": chance.words}
    return {"type": ["Alignment"], "targetName": chance.words(), "targetUrl": chance.address(), **chance.some(words)}


def _profile(chance: Chance) -> Any:
    if chance.random() < 0.2:
        return chance.address()
    geo = {"type": ["GeoCoordinates"], "latitude": chance.choice(NUMBERS[:9]), "longitude": 7.5}
    place = {
        "addressCountry": chance.words,
        "addressCountryCode": chance.words,
        "postalCode": chance.words,
        "geo": lambda: geo,
    }
    makers: dict[str, Callable[[], Any]] = {
        "name": chance.words, "url": chance.address, "email": chance.words, "phone": chance.words,
        "description": chance.words, "official": chance.words,
        "image": lambda: {"id": chance.address(), "type": "Image", **chance.some({"caption": chance.words})},
        "address": lambda: {"type": ["Address"], **chance.some(place)},
        "otherIdentifier": lambda: [_identifier(chance, "identifier")],
        "parentOrg": lambda: {"id": chance.address(), "type": ["Profile"], "name": chance.words()},
    }  # fmt: skip
    return {"id": chance.address(), "type": chance.choice((["Profile"], "Profile")), **chance.some(makers)}


def _identifier(chance: Chance, name: str = "identityHash") -> Document:
    if name == "identifier":
        return {"type": "IdentifierEntry", "identifier": chance.words(), "identifierType": "sisSourcedId"}
    more = {"salt": chance.words}
    return {
        "type": "IdentityObject",
        name: chance.words(),
        "identityType": "name",
        "hashed": chance.random() < 0.5,
        **chance.some(more),
    }


def _result_description(chance: Chance) -> Document:
    level = {"id": chance.address(), "type": ["RubricCriterionLevel"], "name": chance.words(), "level": chance.words()}
    makers: dict[str, Callable[[], Any]] = {
        "allowedValue": lambda: [chance.words() for _ in range(chance.randrange(1, 4))],  # PyLD states an empty one twice
        "requiredValue": chance.words, "valueMin": chance.words, "valueMax": chance.words, "requiredLevel": chance.address,
        "rubricCriterionLevel": lambda: [copy.deepcopy(level)],
        "alignment": lambda: chance.several(lambda: _alignment(chance), 2),
    }  # fmt: skip
    return {
        "id": chance.address(),
        "type": ["ResultDescription"],
        "name": chance.words(),
        "resultType": "Percent",
        **chance.some(makers),
    }


def _achievement(chance: Chance, *, depth: int = 1) -> Document:
    makers: dict[str, Callable[[], Any]] = {
        "achievementType": chance.words, "description": chance.words, "humanCode": chance.words, "inLanguage": chance.words,
        "version": chance.words, "fieldOfStudy": chance.words, "specialization": chance.words,
        "creditsAvailable": lambda: chance.choice(NUMBERS[:10]),
        "tag": lambda: chance.several(chance.words, 4),
        "criteria": lambda: chance.some({"id": chance.address, "narrative": chance.words}, 0.8),
        "image": lambda: {"id": chance.address(), "type": "Image"},
        "creator": lambda: _profile(chance),
        "alignment": lambda: chance.several(lambda: _alignment(chance)),
        "resultDescription": lambda: chance.several(lambda: _result_description(chance)),
        "otherIdentifier": lambda: [_identifier(chance, "identifier")],
        "related": lambda: [{"id": chance.address(), "type": ["Related"], "inLanguage": "de"}],
    }  # fmt: skip
    if depth:
        makers["endorsement"] = lambda: [_endorsement(chance)]
    return {
        "id": chance.address(),
        "type": chance.choice((["Achievement"], "Achievement")),
        "name": chance.words(),
        **chance.some(makers),
    }


def _endorsement(chance: Chance) -> Document:
    subject = {"id": chance.address(), "type": ["EndorsementSubject"], "endorsementComment": chance.words()}
    return {
        "@context": [V2, OB],
        "id": chance.address(),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": chance.words(),
        "issuer": _profile(chance),
        "validFrom": "2026-03-01T09:00:00Z",
        "credentialSubject": subject,
    }


def _in_languages(chance: Chance) -> Any:
    if chance.random() < 0.6:
        return chance.words()
    return chance.several(lambda: {"@value": chance.words(), "@language": chance.choice(LANGUAGES)}, 2)


def badge(chance: Chance, *, depth: int = 1) -> Document:
    """An Open Badge 3.0 as somebody else might write it."""
    result = {
        "value": chance.words,
        "status": lambda: "Completed",
        "resultDescription": chance.address,
        "achievedLevel": chance.address,
    }
    subject: dict[str, Callable[[], Any]] = {
        "id": chance.address, "activityStartDate": chance.words, "activityEndDate": chance.words, "narrative": chance.words,
        "licenseNumber": chance.words, "role": chance.words, "term": chance.words,
        "creditsEarned": lambda: chance.choice(NUMBERS[:10]),
        "identifier": lambda: chance.several(lambda: _identifier(chance)),
        "result": lambda: chance.several(lambda: {"type": ["Result"], **chance.some(result, 0.6)}),
        "source": lambda: _profile(chance),
    }  # fmt: skip
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": LIST,
    }
    makers: dict[str, Callable[[], Any]] = {
        "id": chance.address, "name": lambda: _in_languages(chance), "description": lambda: _in_languages(chance),
        "awardedDate": chance.words, "validUntil": chance.words,
        "evidence": lambda: chance.several(lambda: {"type": ["Evidence"], **chance.some({"id": chance.address, "name": chance.words, "narrative": chance.words, "genre": chance.words})}),
        "credentialStatus": lambda: chance.several(lambda: {**entry, **chance.some({"id": chance.address})}, 2),
        "credentialSchema": lambda: [{"id": chance.address(), "type": "JsonSchema"}],
        "termsOfUse": lambda: {"type": "https://x.example/terms"},
        "image": lambda: {"id": chance.address(), "type": "Image"},
    }  # fmt: skip
    if depth:
        makers["endorsement"] = lambda: [_endorsement(chance)]
    document = {
        "@context": [V2, OB, EXTENSIONS][: chance.randrange(2, 4)],
        "type": ["VerifiableCredential", chance.choice(("OpenBadgeCredential", "AchievementCredential"))],
        "issuer": _profile(chance),
        "validFrom": "2026-03-01T09:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": _achievement(chance, depth=depth),
            **chance.some(subject),
        },
        **chance.some(makers),
    }
    if chance.random() < 0.2 and isinstance(document["issuer"], dict):  # the same node described in two places
        document["credentialSubject"]["achievement"]["creator"] = copy.deepcopy(document["issuer"])
    return document


def attainment(chance: Chance, model: Attainment = ATTAINMENT) -> Attainment:
    """The sample with some of its optional fields left out, and another learner."""
    what = model.achievement
    emptied = {
        each.name: type(getattr(what, each.name))()
        for each in fields(what)
        if each.default != getattr(what, each.name)
        and isinstance(getattr(what, each.name), str | tuple | dict)
        and each.name not in ("id", "name")
        and chance.random() < 0.3
    }
    nothing = {name: None for name in ("ects", "hours", "eqf_level", "designer") if chance.random() < 0.3}
    achievement = replace(what, **emptied, **nothing)
    results = tuple(
        OutcomeResult(outcome.id, chance.random() < 0.8, chance.choice(("", "87"))) for outcome in achievement.outcomes
    )
    return replace(
        learned(chance, replace(model, achievement=achievement)),
        results=results if chance.random() < 0.7 else (),
        grade=chance.choice(("", "1,7")),
        prior_learning=chance.random() < 0.3,
        valid_until=chance.choice((None, AT + timedelta(days=900))),
        status=chance.choice((None, Status(LIST, 5))),
    )


def learned(chance: Chance, like: Attainment) -> Attainment:
    """The same achievement by another learner, on another day."""
    learner = Learner(
        chance.words() or "N",
        email=chance.choice(("", "m@x.example", "Ö@x.example")),
        id=chance.choice(("", f"did:example:{chance.randrange(99)}")),
    )
    return replace(
        like,
        id=chance.address(),
        learner=learner,
        salt=f"{chance.getrandbits(64):x}",
        awarded_on=date(2026, 3, chance.randrange(1, 29)),
        valid_from=datetime(2026, 3, chance.randrange(1, 29), 9, tzinfo=UTC),
        results=tuple(replace(each, value=chance.words() if each.value else "") for each in like.results),
        grade=(chance.words() or "1") if like.grade else "",
        status=replace(like.status, index=chance.randrange(100_000)) if like.status else None,
    )


def own(chance: Chance) -> Document:
    """What this engine issues."""
    return open_badge_3.write(attainment(chance))


def status_list(chance: Chance) -> Document:
    """A status list credential."""
    bits = bytearray(16_384)
    bits[chance.randrange(16_384)] = chance.randrange(256)
    return bitstring.credential(
        chance.address(), chance.address(), bytes(bits), chance.choice(("revocation", "suspension")), AT, AT
    )


def proof_options(chance: Chance) -> Document:
    """What is signed of a proof."""
    more: dict[str, Callable[[], Any]] = {
        "created": lambda: "2026-03-01T09:00:00Z", "expires": lambda: "2030-03-01T09:00:00Z", "id": chance.address,
        "domain": chance.words, "challenge": chance.words, "nonce": chance.words, "previousProof": chance.address,
    }  # fmt: skip
    document = {
        "@context": chance.choice(([V2], [V2, OB, EXTENSIONS, contexts.OWN_TERMS], [V2, OB])),
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": KEY.verification_method,
        "proofPurpose": "assertionMethod",
    }
    return {**document, **chance.some(more)}


def record(chance: Chance) -> Document:
    """A record or presentation with credentials inside, each a graph of its own."""
    inside = [badge(chance, depth=0) for _ in range(chance.randrange(1, 3))]
    if chance.random() < 0.5:
        holder = chance.some({"id": chance.address, "holder": chance.address})
        return {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": inside, **holder}
    subject = {"type": ["ClrSubject"], "verifiableCredential": inside, **chance.some({"id": chance.address})}
    return {
        "@context": [V2, CLR, OB],
        "id": chance.address(),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": chance.words(),
        "issuer": _profile(chance),
        "validFrom": "2026-03-01T09:00:00Z",
        "credentialSubject": subject,
    }


KINDS: dict[str, Callable[[Chance], Document]] = {
    "own": own, "badge": badge, "status-list": status_list, "proof-options": proof_options, "record": record,
}  # fmt: skip


def reworded(value: Any, chance: Chance, name: str = "") -> Any:
    """The same document with other words and addresses in many of its places."""
    if name in ("@context", "type", "@type", "@language", "proofPurpose") or (
        isinstance(value, str) and chance.random() < 0.4
    ):
        return value
    if isinstance(value, dict):
        return {inner: reworded(each, chance, inner) for inner, each in value.items()}
    if isinstance(value, list):
        return [reworded(each, chance, name) for each in value]
    if isinstance(value, str):
        return chance.address() if IRI.fullmatch(value) else chance.words()
    return value


def documents(kind: str, many: int, *, seed: int = 0) -> Iterator[Document]:
    """Yield documents of one kind; each structure five times."""
    for number in range(0, many, 5):
        chance = Chance(f"{kind} {seed + number}")
        document = KINDS[kind](chance)
        yield document
        for _ in range(4):
            yield reworded(document, chance)
