import signal
import threading

import pytest

from assistant.cli.chat.warming import Notices, Warming
from assistant.errors import ModelMissingError

SECONDS = 20


class Slow:
    """What loads until it is let go, or fails."""

    def __init__(self, problem=None):
        self.go = threading.Event()
        self.problem = problem
        self.loaded = 0

    def load(self):
        assert self.go.wait(SECONDS)
        self.loaded += 1
        if self.problem:
            raise self.problem


def test_it_loads_once_and_beside_what_goes_on():
    slow, told = Slow(), threading.Event()
    warming = Warming(slow)
    warming.start(told.set)
    warming.start()
    assert not warming.is_done
    slow.go.set()
    assert told.wait(SECONDS)
    assert warming.is_done
    warming.wait()
    warming.wait()
    assert slow.loaded == 1


def test_what_was_not_begun_is_loaded_when_it_is_needed():
    slow = Slow()
    slow.go.set()
    Warming(slow).wait()
    assert slow.loaded == 1


def test_what_fails_is_told_when_it_is_needed_and_tried_again():
    slow = Slow(ModelMissingError("gone"))
    warming = Warming(slow)
    slow.go.set()
    for loaded in (1, 2):
        warming.start()
        with pytest.raises(ModelMissingError):
            warming.wait()
        assert slow.loaded == loaded
    slow.problem = None
    warming.wait()


def test_after_ctrl_c_while_it_loads_it_is_still_waited_for():
    slow = Slow()
    warming = Warming(slow)
    main = threading.main_thread().ident
    threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        warming.wait()
    assert not warming.is_done
    threading.Timer(0.2, slow.go.set).start()
    warming.wait()
    assert slow.loaded == 1


def test_whoever_leaves_waits_a_moment_and_no_longer(monkeypatch):
    left = []
    monkeypatch.setattr("os._exit", left.append)
    monkeypatch.setattr("assistant.cli.chat.warming._PATIENCE", 0.01)
    slow = Slow()
    warming = Warming(slow)
    warming.leave()
    assert left == []
    warming.start()
    warming.leave()
    for exception in (KeyboardInterrupt, SystemExit(143)):
        try:
            raise exception
        except BaseException:
            warming.leave()
    assert left == [0, 130, 143]
    slow.go.set()
    warming.wait()
    warming.leave()
    assert len(left) == 3


def test_notices_wait_while_something_is_typed():
    told = []
    notices = Notices(told.append)
    notices("one")
    notices.hold()
    notices("two")
    assert told == ["one"]
    notices.release()
    assert told == ["one", "two"]
    notices("three")
    assert told[-1] == "three"
