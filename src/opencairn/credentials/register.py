"""Trust as this site's own records give it, and as registers kept elsewhere say it, each named (UV5).

It never takes the credential's word about its issuer or programme. A key of this site signs here and nowhere else: a
badge that carries its signature but is not in the records was made with a stolen key, or its record was lost; either
way its issuer has to be asked. So does one that takes the identifier of a recorded credential and says something else.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings

from opencairn.engine.further import newer
from opencairn.engine.objections import Objection
from opencairn.engine.opening import Credential, fingerprint, open_credential
from opencairn.engine.report import Report
from opencairn.engine.trust import Answer
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import queries as quality
from opencairn.quality.queries import External, Said, Standing
from opencairn.quality.queries.covering import Covering, covering
from opencairn.quality.rules import CREDENTIAL_TYPE, MODES, NO_FIELD, NO_LEVEL, ORDER, covers
from opencairn.quality.rules.copies import COMPROMISED
from opencairn.transparency import queries as transparency
from opencairn.transparency.inclusion import inclusion_of
from opencairn.transparency.models import Entry
from opencairn.transparency.rules import credential_hash

from . import queries
from .models import Credential as Record
from .models import IssuerKey, Testimony
from .rules import vouches

_SILENT = "-silent"  # added to a code where a register elsewhere could not be reached


class Register:
    """The answers about one credential at one instant. What is looked up is looked up once."""

    def __init__(self, credential: Credential | None, *, at: datetime) -> None:
        self.credential = credential
        self.claims = credential.attainment if credential else None
        self.at = at

    @cached_property
    def key(self) -> IssuerKey | None:
        """Our record of the key that the credential names as its issuer."""
        return queries.key_of(self.credential.issuer) if self.credential else None

    @cached_property
    def record(self) -> Record | None:
        """Our record of the credential, by its identifier and its key."""
        return queries.by_identifier(self.identifier, did=self.key.did) if self.key and self.identifier else None

    @cached_property
    def testimony(self) -> Testimony | None:
        """Our record of it where it is an accreditation or an endorsement, in the same way."""
        if self.key is None or not self.identifier or self.record:
            return None
        return queries.testimony(self.identifier, did=self.key.did)

    @property
    def identifier(self) -> str:
        """The identifier that it carries, "" for none."""
        return str(self.credential.document.get("id", "")) if self.credential else ""

    @cached_property
    def version(self) -> ProgrammeVersion | None:
        """The description of this site that the credential names."""
        return queries.version_at(self.claims.achievement.id, record=self.record) if self.claims else None

    @cached_property
    def covered_on(self) -> Callable[[date], Covering] | None:
        """What covered the course of this site on any day."""
        return covering(self.version) if self.version else None

    @cached_property
    def entry(self) -> Entry | None:
        """The entry of the log that holds the credential."""
        return transparency.entry_of_credential(self.log_hash) if self.credential else None

    @cached_property
    def log_hash(self) -> str:
        """What the log says of the credential."""
        return credential_hash(self.credential) if self.credential else ""

    @cached_property
    def proof(self) -> Answer | None:
        """What the log's proof for the entry is worth, judged as outsiders do; None before a head covers it."""
        found = transparency.inclusion_of(self.entry) if self.entry else None
        return inclusion_of(json.dumps(found.data).encode(), self.log_hash) if found else None

    @property
    def logged_at(self) -> datetime | None:
        """When the log took the credential in, by the text that was hashed; None where its proof does not hold."""
        if self.entry is None or (self.proof and self.proof.outcome != "pass"):
            return None
        return datetime.fromisoformat(json.loads(self.entry.text)["at"])

    @cached_property
    def elsewhere(self) -> External:
        """What the registers that the operator follows say about the issuer today."""
        return self._elsewhere_on(self.at.date())

    def _elsewhere_on(self, day: date) -> External:
        ids = {self.credential.issuer} if self.credential else set()
        return quality.external_standing(ids, day, at=self.at)

    @property
    def is_recorded(self) -> bool:
        """Whether our records hold this credential: its identifier, and unless it was erased, what is signed.

        Both are compared by their canonical form, as signatures are: another layout is the same credential.
        """
        record = self.record or self.testimony
        if record is None or self.credential is None or not record.document:
            return record is not None
        try:
            return fingerprint(open_credential(record.document)) == fingerprint(self.credential)
        except Objection:
            return False

    # --- the two questions of the engine ---

    def issuer(self, issuer_id: str, at: datetime) -> Answer:
        """Say who holds the key, by our records, else by those of the registers elsewhere."""
        if self.key is None:
            return self._issuer_elsewhere()
        name = self.key.organisation.name
        facts = _facts(name=name, operator=settings.OPERATOR_NAME)
        if self.key.organisation.verified_at is None:
            why = f"{name} holds the key that it names, but its identity is not verified here."
            return Answer("fail", why, "issuer-not-verified", facts)
        if not self.is_recorded:
            why = f"The key that it names belongs to {name}, whose records here hold no such credential."
            return Answer("fail", why, "no-record", facts)
        if self.key.compromised_from:
            return self._under_a_doubtful_key(self.key, facts)
        if self.key.ended_at and at > self.key.ended_at:
            why = f"The key that it names belonged to {name} until {self.key.ended_at.date()}."
            return Answer("pass", why, "issuer-known-retired", (*facts, *_facts(day=self.key.ended_at.date())))
        return Answer("pass", f"The key that it names belongs to {name}.", "issuer-known", facts)

    def _under_a_doubtful_key(self, key: IssuerKey, facts: tuple[tuple[str, str], ...]) -> Answer:
        """Say whether a key that may be in other hands still vouches: only the log tells what was there before."""
        found = vouches(key.compromised_from, self.logged_at)
        since = key.compromised_from.date() if key.compromised_from else ""
        facts = (*facts, *_facts(since=since, logged=self.logged_at.date() if self.logged_at else ""))
        name = key.organisation.name
        if found == "before":
            why = f"The key of {name} may be in other hands since {since}. The log shows that this was there before."
            return Answer("pass", why, "key-compromised-before", facts)
        if found == "after":
            why = f"The key of {name} may be in other hands since {since}, and this came into the log only later."
            return Answer("fail", why, "key-compromised-after", facts)
        why = f"The key of {name} may be in other hands since {since}, and no log shows that this is older."
        return Answer("unknown", why, "key-compromised-unproven", facts)

    def _issuer_elsewhere(self) -> Answer:
        if self.elsewhere.said:
            doubts = [each for each in self.elsewhere.said if each.state == COMPROMISED]
            said = (doubts or self.elsewhere.said)[0]
            facts = _facts(register=said.register, name=said.name)
            if doubts:
                why = f"{said.register} says that the key of {said.name} may be in other hands since {said.since}."
                return Answer("unknown", why, "key-compromised-unproven", (*facts, *_facts(since=said.since)))
            return Answer("pass", f"{said.register} lists the key as that of {said.name}.", "issuer-listed", facts)
        why = (
            "This site does not know who holds the key that it names. The name in the credential is only its own word."
        )
        return self._with_the_silent(Answer("unknown", why, "issuer-unknown"))

    def accredited(
        self, issuer_id: str, achievement_id: str, *, eqf_level: int | None, field_of_study: str, day: date
    ) -> Answer:
        """Say whether the programme was accredited on a day. Level and field are those of our record, if any."""
        if self.version is None or self.covered_on is None:
            return self._accredited_elsewhere(achievement_id, day, eqf_level, field_of_study)
        signer = queries.issuer_of(self.version)
        if self.key is None or self.key.organisation != signer:
            why = f"The credential names a programme of {signer.name}, but {signer.name} did not sign it."
            return Answer("fail", why, "programme-of-another", _facts(name=signer.name))
        return standing_on(self.covered_on, day, today=self.at.date())

    def _accredited_elsewhere(self, achievement_id: str, day: date, eqf_level: int | None, field: str) -> Answer:
        """Say what registers elsewhere know: about this very course first, then about the whole provider.

        What was decided about a scheme of the provider is neither. Level and field are the credential's own word. What
        it does not say, no narrowed scope is known to cover.
        """
        found = [
            each
            for each in self._elsewhere_on(day).said
            if (each.programme == achievement_id if each.programme else each.object == "provider")
        ]
        found = [each for each in found if each.state not in ("listed", COMPROMISED)]
        code = field if field.isdecimal() else None
        slug = achievement_id.rstrip("/").rpartition("/")[2]
        about = self.claims.achievement if self.claims else None
        mode = about.participation if about and about.participation in MODES else None
        place = self.claims.issuer.country or None if self.claims else None
        said: dict[str, Any] = {"eqf_level": eqf_level, "field_code": code, "mode": mode, "jurisdiction": place}
        known: dict[str, Any] = {"programme": slug, "credential_type": CREDENTIAL_TYPE}
        unsaid: dict[str, Any] = {
            name: fact or (NO_LEVEL if name == "eqf_level" else NO_FIELD) for name, fact in said.items()
        }
        inside = [each for each in found if covers(each.scope, **known, **unsaid)]
        inside.sort(key=lambda each: (not _begun(each, day), not each.programme, ORDER.index(each.state)))
        if inside:
            return _said_elsewhere(inside[0], day)
        left_out = [each for each in found if each.state == "accredited"]
        if left_out:
            open_ = any(covers(each.scope, **known, **said) for each in left_out)
            one = left_out[0]
            why = f"On {day} number {one.number} was in force, says {one.register}. Its scope leaves this out."
            told = _facts(register=one.register, day=day, number=one.number)
            return Answer("unknown" if open_ else "fail", why, "elsewhere-outside", told)
        why = "This site keeps no accreditation record of what was achieved here."
        return self._with_the_silent(Answer("unknown", why, "not-in-register"))

    def _with_the_silent(self, answer: Answer) -> Answer:
        """Name the registers that could not be reached: their silence is no answer."""
        names = "; ".join(each.register for each in self.elsewhere.not_reached)
        if not names:
            return answer
        why = f"{answer.why} Not reached: {names}."
        return Answer(answer.outcome, why, answer.code + _SILENT, _facts(silent=names))

    # --- the further steps ---

    def told(self, report: Report) -> Mapping[str, Answer]:
        """Return what our records say on the further steps, by step; nothing where the signature did not hold."""
        signature = report.step("signature")
        if self.credential is None or signature is None or signature.outcome != "pass":
            return {}
        answers = {
            "log-inclusion": self._in_the_log(),
            "awarding-body": self._awarding_body(),
            "endorsements": self._endorsements(),
            "superseded-by": self._newer(),
        }
        if self.testimony is not None and self.is_recorded:
            answers |= about_testimony(self.testimony, self.at.date())
        return {name: answer for name, answer in answers.items() if answer is not None}

    def _in_the_log(self) -> Answer:
        """Say whether a credential of this site stands in its transparency log.

        One that was signed before the log began is not in it. When that was is the credential's own word, so the
        answer is then unknown, never a pass.
        """
        if self.key is None:
            why = "The log of this site holds what was issued here, and this was issued elsewhere."
            return Answer("not-applicable", why, "log-elsewhere")
        if self.entry is not None:
            facts = _facts(number=self.entry.index, day=self.entry.at.date())
            why = f"It is entry {self.entry.index} of the transparency log, appended on {self.entry.at.date()}."
            return self.proof or Answer("pass", why, "log-holds", facts)
        if self.testimony is not None and self.is_recorded and self.testimony.logged_at is None:
            why = "It was signed before accreditations and endorsements went into the transparency log."
            return Answer("not-applicable", why, "log-before-testimonies")
        begun = transparency.begun_at()
        if begun is None or (self.claims is not None and self.claims.valid_from < begun):
            why = "It says that it was issued before the transparency log began, so it cannot be in it."
            return Answer("unknown", why, "log-later")
        why = "The transparency log holds no such credential, although everything issued here is in it."
        return Answer("fail", why, "log-lacks")

    def _awarding_body(self) -> Answer | None:
        """Say whether who signed may award the course: its awarding body, or its provider where none is named."""
        if self.version is None:
            return None
        signer, provider = queries.issuer_of(self.version), self.version.programme.provider
        facts = _facts(name=signer.name, provider=provider.name)
        if self.key is None or self.key.organisation != signer:
            why = f"Only {signer.name} awards this programme, and it did not sign."
            return Answer("fail", why, "awarding-body-another", facts)
        if signer != provider:
            why = f"{signer.name} signed it, who awards this programme of {provider.name}."
            return Answer("pass", why, "awarding-body-for", facts)
        return Answer("pass", f"{signer.name} signed it, who awards this programme.", "awarding-body-signs", facts)

    def _endorsements(self) -> Answer | None:
        """Say who vouches for the course or its provider today; what the document itself carries is the engine's."""
        if self.version is None or self.key is None or self.key.organisation != queries.issuer_of(self.version):
            return None
        names = quality.endorsers_of(self.version.programme)
        if not names:
            return None
        facts = _facts(count=len(names), names="; ".join(names))
        why = f"{len(names)} organisations registered here vouch for the programme or its provider: {facts[1][1]}."
        return Answer("pass", why, "endorsements-registered", facts)

    def _newer(self) -> Answer | None:
        """Say which credential took the place of this one, by our records."""
        if self.testimony is not None and self.is_recorded:
            return _signed_anew(self.testimony)
        if self.record is None:
            return None
        found = queries.newer_than(self.record)
        if found is None:
            return Answer("pass", "No newer credential took its place.", "newest")
        return newer(str(found), found.replaced_as, *_facts(day=found.issued_at.date()))


def standing_on(covered_on: Callable[[date], Covering], day: date, *, today: date) -> Answer:
    """Say what the register knows of a description's accreditation on a day, and what has changed since until today."""
    covered = covered_on(day)
    found, decision = covered.standing, covered.standing.decision
    facts = _facts(day=day)
    if decision:
        facts = (*facts, *_facts(number=decision.number, body=decision.quality_body.name))
    if covered.outside:
        why = f"On {day} a decision was in force, but its scope leaves this programme out: {covered.outside}."
        return Answer("fail", why, f"accredited-outside-{covered.outside}", facts)
    if found.accredited:
        now = covered_on(today).standing
        if not now.accredited and now.since:
            why = (
                f"The issuer's accreditation covered this programme on the award date, {day}; {now.state} since "
                f"{now.since}."
            )
            return Answer("pass", why, f"accredited-then-{now.state}", (*facts, *_facts(since=now.since)))
        if covered.whole:
            why = (
                f"On {day} decision {decision and decision.number} covered the provider, and this programme within it."
            )
            return Answer("pass", why, "accredited-as-a-whole", facts)
        return Answer(
            "pass", f"On {day} decision {decision and decision.number} covered this programme.", "accredited", facts
        )
    if found.state == "none":
        why = f"No quality body registered here has decided about this programme by {day}."
        return Answer("fail", why, "accredited-none", facts)
    return _not_in_force(found, day, facts)


def _not_in_force(found: Standing, day: date, facts: tuple[tuple[str, str], ...]) -> Answer:
    facts = (*facts, *((name, str(value)) for name, value in (("since", found.since), ("until", found.until)) if value))
    return Answer("fail", f"On {day} it was not accredited: {found.state}.", f"accredited-{found.state}", facts)


def about_testimony(testimony: Testimony, day: date) -> Mapping[str, Answer]:
    """Return what applies to an accreditation or an endorsement of this site: it awards nothing, it is a decision."""
    awards_nothing = Answer("not-applicable", "It awards nothing to anybody.", "awards-nothing")
    return {
        "accredited-on-award-date": awards_nothing,
        "accredited-today": _decided(testimony, day),
        "awarding-body": awards_nothing,
    }


def _decided(testimony: Testimony, day: date) -> Answer:
    """Say whether the decision that a testimony is counts on a day."""
    decision = testimony.decision
    if decision is None:
        why = "It is an endorsement: an opinion, which accredits nothing."
        return Answer("not-applicable", why, "endorsement-is-no-accreditation")
    facts = _facts(day=day, number=decision.number, body=decision.quality_body.name)
    if quality.counts_as(decision) != "accreditation":
        why = f"It is decision {decision.number} itself, which is an award or a label and accredits nothing."
        return Answer("not-applicable", why, "decision-accredits-nothing", facts)
    found = quality.standing_of(decision, quality.sanctions_of([decision]).get(decision.pk, []), day)
    if not found.accredited:
        return _not_in_force(found, day, facts)
    return Answer("pass", f"It is decision {decision.number} itself, in force on {day}.", "decision-in-force", facts)


def _signed_anew(testimony: Testimony) -> Answer:
    found = Testimony.objects.filter(replaces=testimony).first()
    if found is None:
        return Answer("pass", "No newer one took its place.", "newest")
    facts = _facts(by=f"urn:uuid:{found.pk}", day=found.issued_at.date())
    return Answer(
        "fail", f"A newer one took its place on {found.issued_at.date()}: {facts[0][1]}.", "signed-anew", facts
    )


def _begun(said: Said, day: date) -> bool:
    """Whether what a register says was already so on the day: what was decided later does not speak for it."""
    return said.state != "not-yet" and (said.since is None or said.since <= day)


def _said_elsewhere(said: Said, day: date) -> Answer:
    facts = _facts(register=said.register, day=day, number=said.number or "–", body=said.body or said.register)
    facts = (*facts, *(_facts(since=said.since) if said.since else ()))
    if said.state == "accredited":
        why = f"On {day} it was accredited, says {said.register}."
        return Answer("pass", why, "elsewhere-accredited", facts)
    why = f"On {day} it was not accredited, says {said.register}: {said.state}."
    return Answer("fail", why, f"elsewhere-{said.state}", facts)


def _facts(**facts: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in facts.items())
