"""What one document makes us look up ends soon, however many addresses it names and however slow they are."""

import pytest

from opencairn.engine import reader
from opencairn.engine.reader import MOST_VISITS, Reader
from opencairn.kit.fetch import CannotFetch


def test_a_document_that_names_too_many_addresses_is_not_followed_to_the_end() -> None:
    asked: list[str] = []

    def ask(url: str, *, within: float) -> bytes:
        asked.append(url)
        return b"{}"

    read = Reader(ask).read
    for number in range(MOST_VISITS):
        assert read(f"https://a.example/{number}") == b"{}"
    with pytest.raises(CannotFetch, match="more addresses"):
        read("https://a.example/more")
    assert len(asked) == MOST_VISITS
    assert Reader(ask, most=1).read("https://a.example/") == b"{}"


def test_an_address_that_was_asked_is_no_visit_again_whether_it_answered_or_not() -> None:
    asked: list[str] = []

    def ask(url: str, *, within: float) -> bytes:
        asked.append(url)
        if url.endswith("lost"):
            raise CannotFetch("no such place")
        return b"{}"

    read = Reader(ask, most=2).read
    for _ in range(3):
        assert read("https://a.example/") == b"{}"
        with pytest.raises(CannotFetch, match="no such place"):
            read("https://a.example/lost")
    assert asked == ["https://a.example/", "https://a.example/lost"]


def test_all_addresses_share_the_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, allowed = [100.0], []

    def slow(url: str, *, within: float) -> bytes:
        allowed.append(within)
        clock[0] += min(2.0, within)
        raise CannotFetch("slow")

    monkeypatch.setattr(reader, "monotonic", lambda: clock[0])
    read = Reader(slow, seconds=3.0).read
    for _ in range(4):
        with pytest.raises(CannotFetch):
            read(f"https://slow.example/{len(allowed)}{clock[0]}")
    assert allowed == [3.0, 1.0]
