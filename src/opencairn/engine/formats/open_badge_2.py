"""Open Badges 2.0 (IMS OB 2.0 Recommendation): reading an Assertion with its BadgeClass and its issuer.

An Assertion names its BadgeClass, and that its issuer, by address or as an object inside. ``gather`` brings the three
together; ``open_badge_2_checks`` judges whether they are genuine. No signature covers meanings here, so names are read
as they stand.
"""

from collections.abc import Callable, Iterator

from opencairn.engine.canonical import parse
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.model import Achievement, Attainment, Evidence, Issuer, Learner, Outcome, Skill
from opencairn.engine.objections import Malformed, NotACredential, Objection
from opencairn.kit.fetch import CannotFetch

from . import fields as given
from .fields import Fields

NAME = "Open Badge 2.0"
CODE = "open-badge-2"
CONTEXT = "https://w3id.org/openbadges/v2"
_PARTS = ("BadgeClass", "Issuer", "Profile", "CryptographicKey", "RevocationList", "Endorsement")


def recognises(document: Fields) -> bool:
    """Whether a document uses the words of Open Badges 2.0."""
    return CONTEXT in given.listed(document.get("@context"))


def read(assertion: Fields, badge: Fields | None = None, issuer: Fields | None = None) -> Attainment:
    """Return what the Assertion states, with the BadgeClass and the issuer that it names, or that stand inside it.

    Raises ``Malformed`` where it lacks what every Assertion must state, or only names what was not handed over.
    """
    require_assertion(assertion)
    what = given.one(assertion, "badge") if badge is None else badge
    who = given.one(what, "issuer") if issuer is None else issuer
    issued = given.as_instant(given.text(assertion, "issuedOn", needed=True))
    learner, salt = _learner(given.one(assertion, "recipient"))
    language = given.text(what, "@language") or given.text(assertion, "@language")
    return Attainment(
        id=given.text(assertion, "id", needed=True),
        issuer=_issuer(who),
        learner=learner,
        achievement=_achievement(what, language),
        awarded_on=issued.date(),
        valid_from=issued,
        valid_until=given.instant(assertion, "expires"),
        salt=salt,
        evidence=tuple(_evidence(assertion)),
    )


def require_assertion(document: Fields) -> None:
    """Refuse what is no Assertion, saying whether it is another part of a badge."""
    types = given.types(document)
    if "Assertion" in types:
        return
    if any(each in _PARTS for each in types):
        raise NotACredential("This is a part of Open Badges 2.0 badges, not a badge somebody was given.", "badge-part")
    raise given.missing("type")


def gather(assertion: Fields, fetch: Callable[[str], bytes]) -> tuple[Fields, Fields, Fields]:
    """Return the Assertion, its BadgeClass and its issuer.

    A BadgeClass may stand inside. The issuer is always read at its own address: an object inside somebody's Assertion
    proves nothing about it. Raises ``CannotFetch``, or ``Malformed`` where an address holds something else.
    """
    require_assertion(assertion)
    badge = assertion.get("badge")
    what: Fields = badge if isinstance(badge, dict) else fetched(given.text(assertion, "badge", needed=True), fetch)
    if "BadgeClass" not in given.types(what):
        raise given.missing("badge")
    who = fetched(given.text(what, "issuer", needed=True), fetch)
    if not any(each in ("Issuer", "Profile") for each in given.types(who)):
        raise given.missing("issuer")
    return assertion, what, who


def fetched(url: str, fetch: Callable[[str], bytes]) -> Fields:
    """Return the object at an address, which must say that it belongs there."""
    document = page(url, fetch)
    if document.get("id", url) != url:
        raise Malformed(f"What stands at {shown(url)} belongs to another address.", "badge-elsewhere", url=shown(url))
    return document


def page(url: str, fetch: Callable[[str], bytes]) -> Fields:
    """Return the JSON object at an address, or raise ``CannotFetch``: a broken page says nothing about the badge."""
    try:
        found = parse(fetch(url))
    except Objection as fault:
        raise CannotFetch(f"What stands at {shown(url)} cannot be read. {fault}") from None
    if not isinstance(found, dict):
        raise CannotFetch(f"What stands at {shown(url)} is not one object.")
    return found


def extensions(*parts: Fields) -> tuple[str, ...]:
    """Return under which names the parts of a badge hold extensions; each kind has a schema of its own."""
    held = ((name, each) for part in parts for name, value in part.items() for each in given.listed(value))
    return tuple(dict.fromkeys(n for n, each in held if isinstance(each, dict) and "Extension" in given.types(each)))


def _learner(recipient: Fields) -> tuple[Learner, str]:
    """Return the learner, and the salt of the hash; an identity that is no e-mail address is the learner's id."""
    identity, salt = given.text(recipient, "identity", needed=True), given.text(recipient, "salt")
    kind = given.types(recipient)
    if recipient.get("hashed") is True:
        return Learner(name="", email_hash=identity), salt
    return (Learner(name="", email=identity) if "email" in kind else Learner(name="", id=identity)), ""


def _issuer(profile: Fields) -> Issuer:
    return Issuer(
        id=given.text(profile, "id", needed=True),
        name=given.text(profile, "name"),
        url=given.text(profile, "url"),
        email=given.text(profile, "email"),
    )


def _achievement(badge: Fields, language: str) -> Achievement:
    criteria, image = badge.get("criteria"), badge.get("image")
    told = given.as_spoken(criteria, "narrative", language) if isinstance(criteria, dict) else {}
    return Achievement(
        id=given.text(badge, "id", needed=True),
        version=given.text(badge, "version"),
        name=given.as_spoken({"name": given.text(badge, "name", needed=True)}, "name", language),
        description=given.as_spoken(badge, "description", language),
        criteria=told or given.as_spoken(badge, "criteria", language),
        outcomes=tuple(_outcome(each, language) for each in given.many(badge, "alignment")),
        languages=(language,) if language else (),
        image=given.text(badge, "image"),
        image_caption=given.text(image, "caption") if isinstance(image, dict) else "",
    )


def _outcome(aligned: Fields, language: str) -> Outcome:
    url = given.text(aligned, "targetUrl", needed=True)
    skill = Skill(url, given.text(aligned, "targetName"), given.text(aligned, "targetFramework"))
    return Outcome(url, given.as_spoken(aligned, "targetName", language), (skill,))


def _evidence(assertion: Fields) -> Iterator[Evidence]:
    """Yield the evidence, each an address or an object, and the words that join it."""
    names = ("id", "name", "description", "narrative", "genre")
    for each in given.listed(assertion.get("evidence")):
        told = {"id": each} if isinstance(each, str) else each
        if not isinstance(told, dict):
            raise given.missing("evidence")
        yield Evidence(**{name: given.text(told, name) for name in names})
    if narrative := given.text(assertion, "narrative"):
        yield Evidence(narrative=narrative)
