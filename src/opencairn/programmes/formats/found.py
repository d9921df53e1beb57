"""The values of one record as a stranger states them, each checked before it is taken."""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _

from opencairn.kit.locales import is_country
from opencairn.programmes import rules
from opencairn.programmes.vocabulary import CURRENCIES, is_field, is_language, shortest
from opencairn.programmes.wording import wrong

from .fields import RUN_DAYS
from .reading import BadValue, number, said

UNDETERMINED = "und"  # BCP 47: the source does not say in which language it speaks
MOST_NOTES = 20
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d):\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:0+S)?)?")
MIDNIGHT_IN_EUROPE = (21, 22, 23)  # o'clock UTC: a tool that writes local midnight in UTC means the next day


class Found:
    """What one record holds. What cannot be taken is left out with a note; ``strict`` raises BadValue instead."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.notes: list[str] = []

    def left_out(self, name: str, why: str) -> None:
        """Note that a value is left out. Raises BadValue where nothing may be."""
        if self.strict:
            raise BadValue(_("%(name)s: %(why)s") % {"name": name, "why": why})
        if len(self.notes) < MOST_NOTES:
            self.notes.append(_("%(name)s was left out: %(why)s") % {"name": name, "why": why})

    def words(self, value: Any, name: str, *, longest: str = "text") -> str:
        """Return a text in one language, "" where there is none."""
        try:
            return said(str(value) if type(value) in {int, Decimal} else value, name, longest=longest)
        except BadValue as bad:
            self.left_out(name, str(bad))
            return ""

    def text(self, pairs: Iterable[tuple[Any, Any]], name: str) -> dict[str, str]:
        """Return a text in its languages; several values in one language are one text of several lines."""
        kept: dict[str, str] = {}
        for tag, value in pairs:
            words = self.words(value, name)
            if not words:
                continue
            clean = language_tag(tag)
            if not clean:
                self.left_out(name, _("“%(tag)s” is not a language tag.") % {"tag": str(tag)[:40]})
                continue
            kept[clean] = f"{kept[clean]}\n{words}" if clean in kept else words
        return kept

    def number(self, value: Any, name: str) -> Decimal | None:
        """Return a number of 0 or more with at most two decimals."""
        try:
            return number(float(value) if isinstance(value, Decimal) else value, name)
        except BadValue as bad:
            self.left_out(name, str(bad))
            return None

    def whole(self, value: Any, name: str) -> int | None:
        """Return a whole number of 0 or more."""
        stated = self.number(value, name)
        if stated is not None and stated != int(stated):
            self.left_out(name, _("“%(value)s” is not a whole number.") % {"value": str(value)[:60]})
            return None
        return None if stated is None else int(stated)

    def day(self, value: Any, name: str) -> date | None:
        """Return the day of a date, or of an instant in the zone it is written in."""
        words = self.words(value, name, longest="short")
        if not words:
            return None
        parts = DAY.fullmatch(words)
        try:
            found = date.fromisoformat(parts[1] if parts else "")
        except ValueError:
            self.left_out(name, _("“%(value)s” is not a day such as 2026-03-31.") % {"value": words[:60]})
            return None
        local_midnight = parts is not None and parts[3] == "Z" and int(parts[2]) in MIDNIGHT_IN_EUROPE
        return found + timedelta(days=1) if local_midnight and found < date.max else found

    def hours(self, value: Any, name: str) -> int | None:
        """Return an ISO 8601 duration in whole hours; days, months and years are no workload."""
        parts = self._duration(value, name)
        if parts is None:
            return None
        weeks, days, hours, minutes = parts
        if weeks or days or minutes % 60 or not (hours or minutes):
            self.left_out(name, _("“%(value)s” is not a workload in whole hours.") % {"value": str(value)[:60]})
            return None
        return hours + minutes // 60

    def hours_most(self, hours: int | None, most: int | None) -> int | None:
        """Return the most of a range of hours, None where it is not more than the least."""
        problem = rules.workload_problem(None, hours, most)
        if most is not None and problem:
            self.left_out("hours_most", wrong(problem[0], **problem[1]))
            return None
        return most

    def weeks(self, value: Any, name: str) -> int | None:
        """Return an ISO 8601 duration in whole weeks."""
        parts = self._duration(value, name)
        if parts is None:
            return None
        weeks, days, hours, minutes = parts
        if days % 7 or hours or minutes:
            self.left_out(name, _("“%(value)s” is not a length in whole weeks.") % {"value": str(value)[:60]})
            return None
        return weeks + days // 7 or None

    def _duration(self, value: Any, name: str) -> tuple[int, int, int, int] | None:
        words = self.words(value, name, longest="short")
        if not words:
            return None
        parts = DURATION.fullmatch(words)
        if parts is None:
            self.left_out(name, _("“%(value)s” is not a length in weeks, days or hours.") % {"value": words[:60]})
            return None
        weeks, days, hours, minutes = (int(part or 0) for part in parts.groups())
        return weeks, days, hours, minutes

    def languages(self, tags: Iterable[Any], name: str = "languages") -> list[str]:
        """Return language tags, once each, without those that are none."""
        kept: dict[str, None] = {}
        for tag in tags:
            clean = language_tag(tag)
            if clean:
                kept[clean] = None
            else:
                self.left_out(name, _("“%(tag)s” is not a language tag.") % {"tag": str(tag)[:40]})
        return list(kept)[: rules.MOST_LANGUAGES]

    def address(self, value: Any, name: str) -> str:
        """Return a web address."""
        words = self.words(value, name)
        if words and not is_web_address(words):
            self.left_out(name, _("“%(value)s” is not a web address.") % {"value": words[:60]})
            return ""
        return words

    def country(self, value: Any, name: str) -> str:
        """Return the code of a country (ISO 3166-1 alpha-2)."""
        words = self.words(value, name, longest="short")
        if words and not is_country(words.upper()):
            message = _("“%(value)s” is not the code of a country. Write two letters of ISO 3166-1, such as DE.")
            self.left_out(name, message % {"value": words[:60]})
            return ""
        return words.upper()

    def code(self, value: str, known: Iterable[str], name: str) -> str:
        """Return a code of one of our lists."""
        if value and value not in known:
            self.left_out(name, _("“%(code)s” is not one of the choices.") % {"code": value[:60]})
            return ""
        return value

    def field(self, value: str) -> str:
        """Return a field of ISCED-F 2013; the two digits more of a national extension are cut off."""
        code = value[:4]
        if code and not is_field(code):
            self.left_out(
                "field_code", _("“%(code)s” is not a field of education (ISCED-F 2013).") % {"code": value[:40]}
            )
            return ""
        return code

    def level(self, value: Any) -> int | None:
        """Return a level of the European Qualifications Framework."""
        level = self.whole(value, "eqf_level")
        if level is not None and not rules.EQF_RANGE[0] <= level <= rules.EQF_RANGE[1]:
            self.left_out("eqf_level", wrong("level-range", level=level))
            return None
        return level

    def skill(self, uri: Any, label: Any = "", framework: Any = "") -> dict[str, str] | None:
        """Return a skill, None where its address does not lead anywhere."""
        address, words = self.words(uri, "skills"), self.words(label, "skills")[:200]
        if not rules.SKILL_URI.fullmatch(address):
            self.left_out(
                "skills", _("“%(uri)s” is not the web address of a skill.") % {"uri": (address or words)[:80]}
            )
            return None
        own = self.words(framework, "skills")[:40]
        return {
            "uri": address,
            "label": words or address,
            "framework": "ESCO" if rules.ESCO_SKILL.fullmatch(address) else own,
        }

    def price(self, value: Any, currency: Any) -> dict[str, Any]:
        """Return price and currency of a run, empty where they are not stated or cannot be right."""
        amount, unit = self.number(value, "price"), self.words(currency, "currency", longest="short").upper()
        if amount is None:
            return {}
        problems = rules.offering_problems(price=amount, currency=unit)
        if unit and unit not in CURRENCIES:
            problems = (*problems, ("currency", "currency-unknown"))
        if problems:
            self.left_out("price", wrong(problems[0][1]))
            return {}
        return {"price": amount, "currency": unit}

    def run(self, **stated: Any) -> dict[str, Any] | None:
        """Return a run of stated facts, None where its dates contradict each other."""
        facts = {name: value for name, value in stated.items() if value not in (None, "", [], {})}
        checked = {name: facts[name] for name in (*RUN_DAYS, "capacity") if name in facts}
        problems = rules.offering_problems(**checked)
        if problems:
            self.left_out(problems[0][0], wrong(problems[0][1]))
            return None
        return facts


def language_tag(tag: Any) -> str:
    """Return a language tag as we write it, such as ``pt-BR``; "" where it is none, or of no known language."""
    first, dash, rest = str(tag).strip().replace("_", "-").partition("-")
    clean = f"{first.lower()}{dash}{rest}"
    return shortest(clean) if rules.LANGUAGE_TAG.fullmatch(clean) and is_language(clean) else ""


def is_web_address(words: str) -> bool:
    """Whether these words can be the address of a page: no spaces, quotes or brackets, http or https."""
    return len(words) <= 500 and bool(re.fullmatch(r"(?i:https?)://[^\s<>\"'`\\]+", words))


def instant(day: date) -> str:
    """Return a day as its first instant in UTC, as formats want it that know no days."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat().replace("+00:00", "Z")


def stated(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return only what says something."""
    return {name: value for name, value in facts.items() if value is not None and value not in ("", [], {})}


class _Words(HTMLParser):
    """Takes the words out of HTML; a paragraph ends with an empty line."""

    BREAKS = {"br": "\n", "li": "\n", "p": "\n\n", "div": "\n\n", "h1": "\n\n", "h2": "\n\n", "h3": "\n\n", "ul": "\n"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in ("script", "style")))
        self.parts.append(self.BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def without_markup(value: Any) -> Any:
    """Return the words of a text that may be HTML; what is no text as it is."""
    if not isinstance(value, str) or "<" not in value:
        return html.unescape(value) if isinstance(value, str) and "&" in value else value
    words = _Words()
    words.feed(value)
    words.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(words.parts)).strip()


def with_markup(words: str) -> str:
    """Return a text as HTML that says the same: paragraphs and line breaks."""
    paragraphs = (html.escape(each, quote=False).replace("\n", "<br>") for each in words.split("\n\n"))
    return "".join(f"<p>{each}</p>" for each in paragraphs)
