"""The controlled words of a description: our code, a label to show, and the EU vocabulary's URI where one exists.

URIs are of the European Learning Model's controlled vocabularies (http://data.europa.eu/snb/…); "" where the EU has
none. Fields of education stand in ``isced.py``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opencairn.engine.formats.elm_vocabulary import vocabularies
from opencairn.kit.locales import locale_of
from opencairn.kit.text import plain

from .isced import FIELDS, broad, field_label, is_field

__all__ = [
    "ASSESSMENT_TYPES",
    "CURRENCIES",
    "EQF_LEVELS",
    "FIELDS",
    "LANGUAGES",
    "OFFERING_TYPES",
    "PARTICIPATION",
    "PARTNER_ROLES",
    "PUBLISHED_AS",
    "QUALITY_ASSURANCE",
    "SUPERVISION",
    "VOCABULARIES",
    "Term",
    "broad",
    "eqf_uri",
    "field_label",
    "field_uri",
    "is_field",
    "is_language",
    "label",
    "language_name",
    "language_said",
    "offering_types_named",
    "shortest",
    "type_names",
    "uri",
]

SNB = "http://data.europa.eu/snb/"


@dataclass(frozen=True)
class Term:
    """One word of a vocabulary: what to show, the EU's URI ("" where it has none), and a gloss in plain words."""

    label: Any
    uri: str = ""
    gloss: Any = ""


PARTICIPATION: Mapping[str, Term] = {
    "online": Term(_("Online"), SNB + "learning-assessment/920fbb3cbe", _("Everything happens over the internet.")),
    "blended": Term(_("Blended"), SNB + "learning-assessment/e92d221e4d", _("Partly online, partly in a room.")),
    "onsite": Term(_("On site"), SNB + "learning-assessment/9191af2ed9", _("Learners come to a place.")),
    "workbased": Term(_("At work"), SNB + "learning-assessment/729f3bed4b", _("Learning happens in a job.")),
}

ASSESSMENT_TYPES: Mapping[str, Term] = {
    "written": Term(_("Written examination"), SNB + "assessment/6e6cb2cc78"),
    "oral": Term(_("Oral examination"), SNB + "assessment/d30284d7df"),
    "practical": Term(_("Practical assessment"), SNB + "assessment/6a4db9f11d"),
    "portfolio": Term(_("Portfolio"), SNB + "assessment/4f03b91c0e"),
    "project": Term(_("Project work"), SNB + "assessment/795dac4096"),
    "quiz": Term(_("Quiz"), SNB + "assessment/b1b68f6735"),
    "continuous": Term(_("Continuous assessment"), SNB + "assessment/3484bd7e51"),
    "artefact": Term(_("A piece of work"), SNB + "assessment/de4d165a6c"),
    "peer": Term(_("Assessment by fellow learners"), SNB + "assessment/19a2e5e671"),
}

QUALITY_ASSURANCE: Mapping[str, Term] = {
    "external-programme": Term(
        _("External, of this course"),
        SNB + "accreditation/820101cba6",
        _("An outside body looked at this course itself."),
    ),
    "external-institution": Term(
        _("External, of the provider"),
        SNB + "accreditation/bb4618238e",
        _("An outside body looked at the provider as a whole."),
    ),
    "internal": Term(_("Internal"), "", _("The provider checks its own courses by a written procedure.")),
    "none": Term(_("None"), "", _("Nobody checks the quality. Learners will see this plainly.")),
}

SUPERVISION: Mapping[str, Term] = {
    "supervised-id": Term(
        _("Supervised, identity checked"),
        SNB + "supervision-verification/70be69aaf9",
        _("Someone watches the assessment and checks who sits it."),
    ),
    "supervised-no-id": Term(_("Supervised, identity not checked"), "", _("Someone watches the assessment.")),
    "unsupervised-id": Term(_("Not supervised, identity checked"), "", _("Who sits it is checked, nobody watches.")),
    "unsupervised-no-id": Term(
        _("Not supervised, identity not checked"),
        SNB + "supervision-verification/c598449d64",
        _("Learners work alone and unchecked."),
    ),
}

OFFERING_TYPES: Mapping[str, Term] = {
    "short-course": Term(_("Short course"), SNB + "learning-opportunity/74a4a268e8"),
    "module": Term(_("Module of a larger programme"), SNB + "learning-opportunity/0f7dac46ca"),
    "mooc": Term(_("Open online course (MOOC)"), SNB + "learning-opportunity/17744a2647"),
    "workplace": Term(_("Learning in the workplace")),
    "bootcamp": Term(_("Bootcamp"), "", _("Full days for a few weeks.")),
    "nano-degree": Term(_("Nano-degree")),
    "micro-masters": Term(_("Micro-master's"), "", _("Part of a master's or bachelor's degree that stands alone.")),
    "professional-certificate": Term(_("Professional certificate")),
    "badge": Term(_("Digital badge")),
    "licence": Term(_("Licence to practise"), "", _("Needed to do certain work.")),
    "minor-award": Term(_("Minor award"), "", _("Part of a national qualification.")),
    "other": Term(_("Something else")),
}

LONGEST_NAME = 6  # words of the longest synonym of a type

PARTNER_ROLES: Mapping[str, Term] = {
    "awarding-body": Term(_("Awarded together with")),
    "designer": Term(_("Designed with")),
    "funder": Term(_("Funded by")),
    "endorser": Term(_("Endorsed by")),
    "employer": Term(_("Employers who take part")),
}

PUBLISHED_AS: Mapping[str, Term] = {
    "micro-credential": Term(_("Micro-credential")),
    "listing": Term(_("Listing, description incomplete")),
}

VOCABULARIES: Mapping[str, Mapping[str, Term]] = {
    "participation": PARTICIPATION,
    "assessment_types": ASSESSMENT_TYPES,
    "quality_assurance": QUALITY_ASSURANCE,
    "supervision": SUPERVISION,
    "offering_type": OFFERING_TYPES,
    "partner_role": PARTNER_ROLES,
    "published_as": PUBLISHED_AS,
}

EQF_LEVELS: Mapping[int, Term] = {
    1: Term(_("Level 1"), SNB + "eqf/1", _("Simple tasks, done under close guidance.")),
    2: Term(_("Level 2"), SNB + "eqf/2", _("Routine tasks, with some choice of how to do them.")),
    3: Term(_("Level 3"), SNB + "eqf/3", _("Complete tasks in a trade or subject, adapting to what comes up.")),
    4: Term(_("Level 4"), SNB + "eqf/4", _("Skilled work or the end of upper secondary school.")),
    5: Term(_("Level 5"), SNB + "eqf/5", _("Specialised work; leads others; short higher education.")),
    6: Term(_("Level 6"), SNB + "eqf/6", _("Advanced knowledge of a field; the level of a bachelor's degree.")),
    7: Term(_("Level 7"), SNB + "eqf/7", _("Highly specialised, finds new answers; the level of a master's degree.")),
    8: Term(_("Level 8"), SNB + "eqf/8", _("At the frontier of a field; the level of a doctorate.")),
}

# By their own names, as a speaker would look for them: the 24 official languages of the EU first, then others.
LANGUAGES: Mapping[str, str] = {
    "bg": "Български", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English",
    "es": "Español", "et": "Eesti", "fi": "Suomi", "fr": "Français", "ga": "Gaeilge", "hr": "Hrvatski",
    "hu": "Magyar", "it": "Italiano", "lt": "Lietuvių", "lv": "Latviešu", "mt": "Malti", "nl": "Nederlands",
    "pl": "Polski", "pt": "Português", "ro": "Română", "sk": "Slovenčina", "sl": "Slovenščina", "sv": "Svenska",
    "ar": "العربية", "be": "Беларуская", "bn": "বাংলা", "bs": "Bosanski", "ca": "Català", "cy": "Cymraeg",
    "eu": "Euskara", "fa": "فارسی", "fy": "Frysk", "gd": "Gàidhlig", "gl": "Galego", "he": "עברית", "hi": "हिन्दी",
    "hy": "Հայերեն", "id": "Bahasa Indonesia", "is": "Íslenska", "ja": "日本語", "ka": "ქართული", "ko": "한국어",
    "ku": "Kurdî", "lb": "Lëtzebuergesch", "mi": "Māori", "mk": "Македонски", "ms": "Bahasa Melayu",
    "nb": "Norsk bokmål", "nn": "Norsk nynorsk", "no": "Norsk", "rm": "Rumantsch", "ru": "Русский",
    "se": "Davvisámegiella", "sq": "Shqip",
    "sr": "Српски", "sw": "Kiswahili", "ta": "தமிழ்", "th": "ไทย", "tr": "Türkçe", "uk": "Українська", "ur": "اردو",
    "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip

# ISO 639: not coded, signed, and the sign languages of Europe, Australia and New Zealand.
NOT_IN_CLDR = (
    "mis sgn asf asq bfi csc cse dse dsl fse fsl fss gsg hsh ise isg nsl nzs pso psr sfb sgg slf ssp ssr swl vgt"
)

# ISO 4217 codes people may price in, and the sign to show where it is unmistakable.
CURRENCIES: Mapping[str, str] = {
    "EUR": "€", "GBP": "£", "CHF": "CHF", "USD": "US$", "AUD": "A$", "NZD": "NZ$", "CAD": "CA$", "BGN": "BGN",
    "CZK": "CZK", "DKK": "DKK", "HUF": "HUF", "ISK": "ISK", "NOK": "NOK", "PLN": "PLN", "RON": "RON", "RSD": "RSD",
    "SEK": "SEK", "TRY": "TRY", "UAH": "UAH", "JPY": "JP¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "SGD": "S$",
    "ZAR": "ZAR", "BRL": "R$", "MXN": "MX$", "ILS": "₪",
}  # fmt: skip


def label(vocabulary: str, code: str) -> str:
    """What to show for a code; an unknown code is shown as it is, never hidden."""
    term = VOCABULARIES[vocabulary].get(code)
    return str(term.label) if term else code


def uri(vocabulary: str, code: str) -> str:
    """The EU vocabulary's URI for a code, "" where there is none."""
    term = VOCABULARIES[vocabulary].get(code)
    return term.uri if term else ""


def eqf_uri(level: int) -> str:
    """The EU vocabulary's URI of a level of the European Qualifications Framework, 1 to 8."""
    return EQF_LEVELS[level].uri


def field_uri(code: str) -> str:
    """The EU vocabulary's URI of a field of education (ISCED-F 2013)."""
    return f"{SNB}isced-f/{code}"


def is_language(tag: str) -> bool:
    """Whether a tag begins with a code of a language: one that CLDR knows, or one of three letters for the same."""
    return tag.partition("-")[0].lower() in _language_codes()


@cache
def _language_codes() -> frozenset[str]:
    cldr = (Locale("en").languages, get_global("likely_subtags"), get_global("language_aliases"))
    longer = (end.lower() for end, _label in vocabularies()["language"].terms.values())
    return frozenset(
        (*(str(name).partition("_")[0] for names in cldr for name in names), *longer, *NOT_IN_CLDR.split())
    )


def shortest(tag: str) -> str:
    """A tag with the shortest code of its language: ``"deu-AT"`` is "de-AT". BCP 47 wants it; many write the longer."""
    first, dash, rest = tag.partition("-")
    short = get_global("language_aliases").get(first.lower(), first)
    return tag if "_" in short else f"{short}{dash}{rest}"


def language_said(tag: str) -> str:
    """A language in the reader's own: for an English one, ``"de-CH"`` is "German (CH)"; else by its own name."""
    first, _dash, rest = tag.partition("-")
    name = locale_of(get_language()).languages.get(first.lower())
    if not name:
        return language_name(tag)
    return f"{name} ({rest})" if rest else str(name)


def language_name(tag: str) -> str:
    """A language by its own name: ``"de-CH"`` is "Deutsch (CH)"; an unknown tag is shown as it is."""
    first, _dash, rest = tag.partition("-")
    name = LANGUAGES.get(first.lower())
    return f"{name} ({rest})" if name and rest else name or tag


def offering_types_named(words: str, language: str) -> tuple[str, ...]:
    """Return the types of course that these words name by any synonym of this language or of English.

    The words may hold more than the name: "nano-degree data science" names one type. Codes come in the vocabulary's
    order; () where no type is named. The synonyms stand in ``offering_types.toml``.
    """
    known = _names(language.partition("-")[0].lower())
    said = [part for part in re.split(r"[\W_]+", plain(words)) if part]
    runs = (said[at : at + length] for at in range(len(said)) for length in range(1, LONGEST_NAME + 1))
    named = {code for run in runs for code in known.get(_folded(run), ())}
    return tuple(code for code in OFFERING_TYPES if code in named)


def _folded(run: list[str]) -> str:
    """Words as one, without a plural s: "nano degrees" and "Nano-Degree" are "nanodegree"."""
    whole = "".join(run)
    return whole[:-1] if len(whole) > 4 and whole.endswith("s") else whole


@cache
def type_names(code: str) -> tuple[tuple[str, str], ...]:
    """Return every name of a type of course as (language, name); () for a type without any."""
    by_language = tomllib.loads((files(__package__) / "offering_types.toml").read_text(encoding="utf-8")).get(code, {})
    return tuple((tag, name) for tag, names in by_language.items() for name in names)


@cache
def _names(language: str) -> Mapping[str, tuple[str, ...]]:
    """The types by their folded names in this language and in English."""
    types = tomllib.loads((files(__package__) / "offering_types.toml").read_text(encoding="utf-8"))
    misleading = {_folded([word]) for word in types.pop("misleading").get(language, ())}
    found: dict[str, tuple[str, ...]] = {}
    for code, by_language in types.items():
        for tag in dict.fromkeys(("en", language)):
            for name in by_language.get(tag, ()):
                folded = _folded([part for part in re.split(r"[\W_]+", plain(name)) if part])
                if tag == language or folded not in misleading:
                    found[folded] = (*found.get(folded, ()), code)
    return found
