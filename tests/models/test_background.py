"""Work beside the thread that gave it: in order, with its errors, not in the way of the end."""

import subprocess
import sys
import threading
import time

import pytest

from assistant.models.background import Background


def test_items_are_begun_in_order_and_give_results_and_errors():
    begun = []

    def halve(n):
        begun.append(n)
        if n % 2:
            raise ValueError(n)
        return n // 2

    background = Background(halve, 1)
    futures = [background.submit(n) for n in range(5)]
    assert [future.result() for future in futures[::2]] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        futures[3].result()
    assert begun == list(range(5))
    background.close()


def test_as_many_items_are_worked_on_at_a_time_as_there_are_threads():
    together = threading.Barrier(3, timeout=10)
    background = Background(lambda _: together.wait(), 3)
    assert sorted(f.result() for f in [background.submit(n) for n in range(3)]) == [0, 1, 2]
    background.close()


def test_closing_begins_nothing_more_and_leaves_no_thread():
    before = threading.active_count()
    begun, go = [], threading.Event()

    def work(n):
        begun.append(n)
        go.wait(10)

    background = Background(work, 1)
    for n in range(3):
        background.submit(n)
    while not begun:
        time.sleep(0.001)
    threading.Timer(0.05, go.set).start()
    background.close()
    assert begun == [0]
    assert threading.active_count() <= before + 1  # the timer's own


def test_closing_one_that_had_nothing_to_do_starts_nothing():
    before = threading.active_count()
    background = Background(print, 2)
    assert threading.active_count() == before
    background.close()


def test_what_takes_long_does_not_keep_the_program_from_ending():
    code = (
        "import time; from assistant.models.background import Background\n"
        "background = Background(time.sleep, 1)\n"
        "background.submit(60)\n"
        "background.close()\n"
    )
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)
    assert time.monotonic() - begun < 20
