import threading
import time

import pytest

from opencairn.catalogue.backends.bitmaps.turns import Turns


def test_one_is_in_at_a_time_and_turns_are_taken_in_the_order_of_coming() -> None:
    turns, came, inside = Turns(), list[int](), list[int]()

    def go(number: int) -> None:
        with turns:
            inside.append(number)
            time.sleep(0.001)
            came.append(number if inside == [number] else -number)
            inside.remove(number)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(20)]
    with turns:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._waiting) < waiting:
                time.sleep(0.001)
    with turns:  # whoever just left waits behind all others
        came.append(20)
    for thread in threads:
        thread.join(timeout=60)
    assert came == list(range(21))


def test_whoever_fails_hands_the_turn_on() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns:
        1 / 0  # noqa: B018
    assert not turns._is_taken
