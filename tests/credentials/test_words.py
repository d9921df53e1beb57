from django.utils import translation

from opencairn.credentials import words
from opencairn.engine.report import Step


def test_a_code_without_a_sentence_is_said_in_the_engines_english():
    step = Step("format", "fail", "Something new was found.", "brand-new")
    assert words.sentence(step) == "Something new was found."
    assert words.language_of(step) == "en"


def test_a_sentence_that_lacks_a_fact_gives_way_to_the_engines_own():
    step = Step("dates", "fail", "It expired long ago.", "expired")
    assert words.sentence(step) == "It expired long ago."


def test_days_and_instants_are_said_as_people_read_them():
    step = Step("dates", "fail", "", "expired", (("until", "2026-03-02T09:00:00Z"),))
    with translation.override("en"):
        assert words.sentence(step) == "It expired on 2 March 2026, 09:00 UTC."
    assert words.language_of(step) == ""


def test_a_fact_that_only_looks_like_a_day_stays_as_it_is():
    step = Step("signature", "unknown", "", "suite", (("suite", "abcdefghij"),))
    assert words.sentence(step).endswith("abcdefghij.")
