"""What a description may be changed to: every value is checked here, whoever sends it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.text import CONTROL, has_hidden, pick, plain
from opencairn.programmes import feed_rules, rules
from opencairn.programmes.facts import OF_THIS_VERSION, PLAIN, ROWS, TEXTS
from opencairn.programmes.vocabulary import PARTNER_ROLES, VOCABULARIES, is_field
from opencairn.programmes.wording import wrong
from opencairn.skills.queries import skills_named

HOURS = ("hours", "hours_most")
WHOLES = (*HOURS, "weeks", "eqf_level")
WEEKS = dict(zip(("least", "most"), rules.WEEKS_RANGE, strict=True))


class NotUsable(Refused):
    """A value cannot stand in a description. ``field`` names it."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, details=(field,))
        self.field = field


def clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes as they are kept. Raises NotUsable for the first one that cannot be."""
    return {name: _one(name, value) for name, value in changes.items()}


def clean_text(name: str, text: Any) -> dict[str, str]:
    """A text by language, trimmed, with empty languages left out."""
    if problem := rules.text_problem(name, text):
        raise NotUsable(name, wrong(problem, longest=rules.longest(name)))
    tidy = {tag: words.replace("\r\n", "\n").strip() for tag, words in text.items()}
    if any(CONTROL.search(words) for words in tidy.values()):
        raise NotUsable(name, wrong("text-control"))
    return {tag: words for tag, words in tidy.items() if words}


def clean_outcomes(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Learning outcomes as they are kept: each has words, and skills with an address and a label."""
    if len(outcomes) > rules.MOST_OUTCOMES:
        message = _("These are too many learning outcomes. Keep at most %(most)d; fewer say more.")
        raise NotUsable("learning_outcomes", message % {"most": rules.MOST_OUTCOMES})
    kept = []
    for outcome in outcomes:
        text = clean_text("outcome", outcome.get("text"))
        if not text:
            raise NotUsable("learning_outcomes", _("A learning outcome has no words. Write it, or leave it out."))
        kept.append({"text": text, "skills": [_skill(skill) for skill in outcome.get("skills") or ()]})
    _name_skills(kept)
    return kept


def _name_skills(outcomes: list[dict[str, Any]]) -> None:
    """Call every skill that a taxonomy here knows by a name that it has there: another one would mislead."""
    stated = [(skill, outcome["text"]) for outcome in outcomes for skill in outcome["skills"]]
    known = skills_named(skill["uri"] for skill, _text in stated)
    for skill, text in stated:
        if (found := known.get(skill["uri"])) and plain(skill["label"]) not in map(plain, found.names()):
            skill["label"] = pick(found.labels, (*text, "en"))[1][:200] or skill["label"]


def _skill(skill: Any) -> dict[str, str]:
    uri, label = (
        (str(skill.get(part, "")).strip() for part in ("uri", "label")) if isinstance(skill, dict) else ("", "")
    )
    if not rules.SKILL_URI.fullmatch(uri):
        raise NotUsable("skills", _("A skill needs its web address, such as http://data.europa.eu/esco/skill/…"))
    if len(label) > 200 or CONTROL.search(label):
        raise NotUsable("skills", _("The name of a skill is too long. Keep it under 200 characters."))
    framework = "ESCO" if rules.ESCO_SKILL.fullmatch(uri) else str(skill.get("framework", "")).strip()[:40]
    return {"uri": uri, "label": label or uri, "framework": framework}


def clean_line(name: str, value: Any) -> str:
    """One line of words in a row. Raises NotUsable for what is too long or hides something."""
    words = re.sub(r"\s+", " ", "" if value is None else str(value)).strip()
    if has_hidden(words):
        raise NotUsable(name, wrong("text-control"))
    if len(words) > rules.LONGEST_ROW[name]:
        raise NotUsable(name, wrong("text-long", longest=rules.LONGEST_ROW[name]))
    return words


def clean_address(name: str, value: Any) -> str:
    """A web address in a row, "" for none. Raises NotUsable."""
    words = clean_line(name, value)
    if words and not _is_web_address(words):
        raise NotUsable(name, _("Enter a web address that starts with https://."))
    return words


def clean_partners(partners: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Partners as they are kept: each has a role, a name, and an address or none. Raises NotUsable."""
    if len(partners) > rules.MOST_ROWS:
        raise NotUsable("partners", _("These are too many rows. Keep at most %(most)d.") % {"most": rules.MOST_ROWS})
    kept = []
    for one in partners:
        name, role = clean_line("name", one.get("name")), one.get("role")
        if not name:
            raise NotUsable("partners", _("A partner has no name. Write it, or leave the row out."))
        if not isinstance(role, str) or role not in PARTNER_ROLES:
            raise NotUsable("partners", _("Choose the part that %(name)s plays.") % {"name": name})
        kept.append({"role": role, "name": name, "url": clean_address("url", one.get("url"))})
    return kept


def _rows(name: str, value: Any) -> list[dict[str, str]]:
    """Evidence of need and standards of the trade: rows of lines, an address, and for evidence its day."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, Mapping) for row in value):
        raise NotUsable(name, _("This is not a list of rows."))
    if len(value) > rules.MOST_ROWS:
        raise NotUsable(name, _("These are too many rows. Keep at most %(most)d.") % {"most": rules.MOST_ROWS})
    return [_need(row) if name == "need" else _standard(row) for row in value]


def _need(row: Mapping[str, Any]) -> dict[str, str]:
    kept = {part: clean_line(part, row.get(part)) for part in ("source", "sector", "note")}
    day = _day("need", row.get("date"))
    if not (kept["source"] and kept["sector"] and day):
        raise NotUsable("need", _("Evidence of need says its source, its day and the sector. Fill all three."))
    return kept | {"date": day.isoformat(), "url": clean_address("url", row.get("url"))}


def _standard(row: Mapping[str, Any]) -> dict[str, str]:
    kept = {part: clean_line(part, row.get(part)) for part in ("name", "owner")}
    if not kept["name"]:
        raise NotUsable("vendor_standards", _("A standard has no name. Write it, or leave the row out."))
    return kept | {"url": clean_address("url", row.get("url"))}


def _day(name: str, value: Any) -> date | None:
    if value is None or value == "":
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise NotUsable(name, _("Enter a date, such as 2026-09-14.")) from error
    if not rules.EARLIEST <= day <= rules.LATEST:
        raise NotUsable(name, wrong("date-far"))
    return day


def _one(name: str, value: Any) -> Any:
    if name in TEXTS:
        return clean_text(name, value)
    if name == "awarding_body":
        return value
    if name in ROWS:
        return _rows(name, value)
    if name not in (*PLAIN, *OF_THIS_VERSION):
        raise NotUsable(name, _("A description has no field called “%(name)s”.") % {"name": str(name)[:60]})
    if name in ("review_due_on", "signed_off_on"):
        return _day(name, value)
    if name in ("ects", *WHOLES):
        return _number(name, value)
    if name == "assessment_types":
        return _codes(name, value)
    if name == "languages":
        return _tags(name, value)
    return _words(name, "" if value is None else value)


def _number(name: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise NotUsable(name, _number_wanted(name)) from error
    if not number.is_finite() or abs(number) >= 1000 * (10 if name in HOURS else 1):
        raise NotUsable(name, _("This number cannot be right. Check it."))
    if name == "ects":
        if problem := rules.workload_problem(number, None):
            raise NotUsable(name, wrong(problem[0], **problem[1]))
        return number.quantize(Decimal("0.01"))
    if number != number.to_integral_value():
        raise NotUsable(name, _number_wanted(name))
    if name == "weeks" and not rules.WEEKS_RANGE[0] <= number <= rules.WEEKS_RANGE[1]:
        raise NotUsable(name, _("Enter whole weeks from %(least)d to %(most)d.") % WEEKS)
    problem = rules.level_problem(int(number), "") if name == "eqf_level" else None
    if name in HOURS:
        problem = rules.workload_problem(None, int(number))
    if problem:
        raise NotUsable(name, wrong(problem[0], **problem[1]))
    return int(number)


def _number_wanted(name: str) -> str:
    if name == "ects":
        return _("Enter the workload as a number, such as 2.5.")
    if name == "weeks":
        return _("Enter whole weeks from %(least)d to %(most)d.") % WEEKS
    return _("Enter the hours as a whole number, such as 65.") if name in HOURS else _("Choose a level from 1 to 8.")


def _codes(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise NotUsable(name, _("Choose from the list."))
    for code in value:
        if not isinstance(code, str) or code not in VOCABULARIES[name]:
            raise NotUsable(name, _("“%(code)s” is not one of the choices.") % {"code": str(code)[:60]})
    return [code for code in VOCABULARIES[name] if code in value]


def _tags(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)) or len(value) > rules.MOST_LANGUAGES:
        raise NotUsable(name, _("Choose the languages from the list."))
    for tag in value:
        if not isinstance(tag, str) or not rules.LANGUAGE_TAG.fullmatch(tag):
            raise NotUsable(name, _("“%(tag)s” is not a language tag. Use en, de or pt-BR.") % {"tag": str(tag)[:40]})
    return list(dict.fromkeys(value))


def _words(name: str, value: Any) -> str:
    words = str(value).strip()
    if CONTROL.search(words):
        raise NotUsable(name, wrong("text-control"))
    if name in VOCABULARIES and words and words not in VOCABULARIES[name]:
        raise NotUsable(name, _("“%(code)s” is not one of the choices.") % {"code": words[:60]})
    if name == "field_code" and words and not is_field(words):
        raise NotUsable(name, _("“%(code)s” is not a field of education (ISCED-F 2013).") % {"code": words[:60]})
    if name == "homepage" and words and not _is_web_address(words):
        raise NotUsable(name, _("Enter a web address that starts with https://."))
    if name == "homepage" and words:  # it is looked up by those who list the same address
        words = feed_rules.tidy(words)
    most = {"national_level": 60, "level_not_applicable": 1000, "homepage": 500, "signed_off_by": 200}.get(name, 40)
    if len(words) > most:
        raise NotUsable(name, wrong("text-long", longest=most))
    return words


def _is_web_address(words: str) -> bool:
    try:
        parts = urlsplit(words)
        _port = parts.port
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"'`\\]", words)
    except ValueError:
        return False
