from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.programmes import feed_rules as rules

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(st.from_regex(r"[0-9A-Za-z_-]{4,16}", fullmatch=True), st.integers(0, 10**18 - 1))
def test_a_cursor_is_read_as_it_was_written(series: str, number: int) -> None:
    assert rules.read_cursor(rules.cursor(series, number)) == (series, number)


@pytest.mark.parametrize("words", ["", "abcd", "abcd.", "abcd.-1", "ab.1", "abcd.1.2", "abcd.1 ", "abcd." + "9" * 19])
def test_other_words_are_no_cursor(words: str) -> None:
    assert rules.read_cursor(words) is None


def test_a_feed_is_looked_at_at_its_interval_and_after_failures_ever_more_seldom() -> None:
    day = timedelta(days=1)
    assert rules.next_look(AT, every=day, failures=0) == AT + day
    waits = [rules.next_look(AT, every=day, failures=n) - AT for n in range(1, 60)]
    assert waits[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=7)


def test_addresses_are_compared_without_what_makes_no_difference() -> None:
    same = [
        "https://Uni.example/a/b",
        "http://uni.example:80/a/b/",
        "https://uni.example:443/a/b#top",
        " https://uni.example/a/b ",
    ]
    assert {rules.comparable(each) for each in same} == {"uni.example/a/b"}
    assert rules.comparable("https://uni.example/?id=1") == "uni.example?id=1"
    assert rules.comparable("https://uni.example:8443/a") == "uni.example:8443/a"
    for nothing in (
        "",
        "https://uni.example/",
        "https://uni.example",
        "urn:x:1",
        "ftp://a/b",
        "https://",
        "https://[::1",
        "https://a:b/c",
        "42",
    ):
        assert rules.comparable(nothing) == "", nothing


def test_a_page_is_kept_in_the_spelling_in_which_it_is_looked_up() -> None:
    assert rules.tidy("HTTPS://Uni.Example.:443/A?b=C#d") == "https://uni.example/A?b=C#d"
    for same in ("https://uni.example:8443/a", "https://a@Uni.example/", "https://[::1]/a", "https://uni.example:80/"):
        assert rules.tidy(same) == same


def test_an_identifier_that_is_an_address_keeps_the_fragment_that_tells_courses_of_one_page_apart() -> None:
    assert rules.uri_of("HTTPS://Uni.example:443/a/") == rules.uri_of("http://uni.example./a") == "uni.example/a"
    assert rules.uri_of("https://uni.example/a/#one") == "uni.example/a#one"
    assert rules.uri_of("https://uni.example/#/course/1") == "uni.example#/course/1"
    for nothing in ("42", "urn:x#1", "https://uni.example/", "#1"):
        assert rules.uri_of(nothing) == "", nothing


def test_a_feed_speaks_for_the_addresses_of_its_host() -> None:
    assert rules.speaks_for("https://www.uni.example/feed.json", "https://uni.example/courses/1")
    assert not rules.speaks_for("https://portal.example/feed", "https://uni.example/courses/1")
    assert not rules.speaks_for("nonsense", "nonsense")


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_few_or_up_to_half_may_go_at_once(listed: int, missing: int) -> None:
    assert rules.may_withdraw(listed=listed, missing=missing) == (missing <= 5 or missing <= listed / 2)
