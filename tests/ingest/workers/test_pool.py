"""Files are read in processes of their own: in order, once, and none harms the others."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.ingest.chunking.passages import embedded_text, segment
from assistant.ingest.metadata.acronyms import definitions
from assistant.ingest.readers.registry import Noted, Reading, Skipped, read_file
from assistant.ingest.sources.walk import SourceFile
from assistant.ingest.workers.events import Closed, Cut, Event, Job, Limits, Opened, Unchanged
from assistant.ingest.workers.pool import ReadingPool

HOSTILE = (sys.executable, str(Path(__file__).parents[2] / "hostile_reader.py"))
PATIENT = Limits(seconds=120)


def job(path: Path, **given: object) -> Job:
    return Job(SourceFile(path, path.parent, path.name), **given)


def write(folder: Path, name: str, text: str) -> Job:
    (folder / name).write_text(text, encoding="utf-8")
    return job(folder / name, size=len(text))


def read(
    jobs: Iterable[Job], limits: Limits = PATIENT, command: Iterable[str] = (), processes: int = 2
) -> list[Event]:
    command = tuple(command) or None
    with ReadingPool(128, processes=processes, limits=limits, command=command) as pool:
        return list(pool.read(jobs))


def test_a_language_is_found_out_although_nothing_may_be_written(tmp_path: Path) -> None:
    text = "The president said on Monday that a tariff of a quarter would apply from June."
    [cut] = [event for event in read([write(tmp_path, "a.txt", text)]) if isinstance(event, Cut)]
    assert cut.document.language == "en"


def per_file(events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events of each file, which must come together and be begun and ended."""
    found: dict[str, list[Event]] = {}
    current: list[Event] = []
    for event in events:
        current.append(event)
        if isinstance(event, Closed | Unchanged):
            name = event.job.file.name
            assert name not in found
            assert isinstance(current[0], Opened) or current == [event]
            assert sum(isinstance(each, Opened) for each in current) <= 1
            found[name], current = current, []
    assert not current
    return found


def texts(events: Iterable[Event]) -> list[str]:
    return [event.document.text for event in events if isinstance(event, Cut)]


def deeds(folder: Path, *words: str, limits: Limits = PATIENT) -> list[Event]:
    """What is told of a file with these deeds; a file after it must be read all the same."""
    jobs = [write(folder, "a.deeds", " ".join(words)), write(folder, "b.txt", "All is well.")]
    told = per_file(read(jobs, limits, HOSTILE, processes=1))
    assert list(told) == ["a.deeds", "b.txt"]
    assert texts(told["b.txt"]) == ["All is well."]
    assert told["b.txt"][-1].complete
    return told["a.deeds"]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def pids(pool: ReadingPool) -> list[int]:
    processes = [reader._process for reader in pool._readers]
    return [process._popen.pid for process in processes if process is not None]


def wait_until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def test_what_is_told_is_what_reading_and_segmenting_give_here(tmp_path, minilm):
    jobs = [
        write(
            tmp_path, "a.txt", "Trade\n\nThe Asia-Pacific Economic Cooperation (APEC) met. " * 99
        ),
        write(
            tmp_path,
            "b.md",
            "---\ndate: 2026-06-03\n---\n# Título\n\nÄ ü 中文 \U0001f600.\n## B\n\nX.",
        ),
        write(
            tmp_path,
            "c.jsonl",
            '{"id": "1", "title": "T", "text": "Words."}\n{"id": 2}\n'
            '{"id": "3", "title": "T", "text": "More.", "published": "soon"}',
        ),
    ]
    told = per_file(read(jobs))
    for each in jobs:
        data = each.file.path.read_bytes()
        here = Reading.of(read_file(each.file, data))
        opened, *between, closed = told[each.file.name]
        stat = each.file.path.stat()
        digest = sha256(data).hexdigest()
        assert opened == Opened(each, stat.st_size, stat.st_mtime_ns, digest, settled=True)
        assert closed == Closed(each, complete=not here.skipped)
        assert tuple(e.note for e in between if isinstance(e, Skipped)) == here.skipped
        assert tuple(e.note for e in between if isinstance(e, Noted)) == here.notes
        cuts = [e for e in between if isinstance(e, Cut)]
        assert tuple(cut.document for cut in cuts) == here.documents
        for cut in cuts:
            assert cut.passages == segment(cut.document, minilm.offsets, 128)
            assert cut.texts == tuple(map(embedded_text, cut.passages))
            assert cut.hashes == tuple(sha256(text.encode()).digest() for text in cut.texts)
            assert cut.acronyms == definitions(cut.document.text)
    assert per_file(read([jobs[0]]))["a.txt"][1].acronyms


def test_many_files_come_in_order_from_several_processes_and_are_taken_as_needed(tmp_path):
    sizes = [1 + 300 * (number % 7 == 0) for number in range(70)]
    jobs = [write(tmp_path, f"{n}.txt", f"Number {n}. " * size) for n, size in enumerate(sizes)]
    taken = 0

    def counted() -> Iterator[Job]:
        nonlocal taken
        for each in jobs:
            taken += 1
            yield each

    names, ahead = [], []
    with ReadingPool(128, processes=2) as pool:
        for event in pool.read(counted()):
            if isinstance(event, Closed):
                names.append(event.job.file.name)
                ahead.append(taken - len(names))
        assert len(pids(pool)) == 2
    assert names == [each.file.name for each in jobs]
    assert max(ahead) <= 12


def test_no_process_is_started_for_nothing_and_one_is_enough_for_a_few_small_files(tmp_path):
    jobs = [write(tmp_path, f"{number}.txt", "Words.") for number in range(6)]
    with ReadingPool(128, processes=4) as pool:
        assert list(pool.read([])) == []
        assert pids(pool) == []
        assert len(texts(pool.read(jobs))) == 6
        [first] = pids(pool)
        assert len(texts(pool.read(jobs))) == 6
        assert pids(pool) == [first]
    assert not is_running(first)


def test_what_is_known_is_not_parsed(tmp_path):
    text = "bad\n"
    known = write(tmp_path, "a.jsonl", text)
    known = Job(known.file, sha256(text.encode()).hexdigest(), known.size)
    opened, unchanged = read([known])
    assert opened.sha256 == known.known
    assert unchanged == Unchanged(known)


def test_a_whole_file_that_cannot_be_read_is_told_as_its_fault_to_be_remembered(tmp_path):
    jobs = [
        write(tmp_path, "a.txt", " \n"),
        write(tmp_path, "b.txt", "\0a"),
        write(tmp_path, "c.jsonl", "{}"),
    ]
    told = per_file(read(jobs))
    assert told["a.txt"][1:] == [Closed(jobs[0], False, "empty", True)]
    assert told["b.txt"][1:] == [Closed(jobs[1], False, "binary, not text", True)]
    _, skipped, closed = told["c.jsonl"]
    assert skipped.note.path == "c.jsonl:1"
    assert closed == Closed(jobs[2], False, "nothing in it could be read", True)


def test_what_may_be_mended_without_changing_the_file_is_no_lasting_fault(tmp_path):
    closed_file = write(tmp_path, "closed.txt", "Words.")
    closed_file.file.path.chmod(0)
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    jobs = [job(tmp_path / "gone.txt"), closed_file, job(folder)]
    told = per_file(read(jobs))
    assert told["gone.txt"] == [Closed(jobs[0], False, "No such file or directory")]
    if os.getuid():  # nothing is closed to the superuser
        assert told["closed.txt"] == [Closed(jobs[1], False, "Permission denied")]
        assert told["closed"] == [Closed(jobs[2], False, "Permission denied")]
    folder.chmod(0o700)


def test_only_a_regular_file_is_read_and_only_where_it_was_found(tmp_path):
    (tmp_path / "secret.txt").write_text("Secret.")
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    (tmp_path / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    names = ["link.txt", "device.txt", "pipe.txt", "folder.txt"]
    paths = [*(tmp_path / name for name in names), Path("/dev/zero")]
    paths.append(tmp_path / "elsewhere" / "secret.txt")
    for path in paths:
        [closed] = read([job(path)])
        assert not closed.complete
        assert "regular file" in closed.fault or closed.fault == "Is a directory"
        assert not closed.lasting


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(200_000_001)
    [closed] = read([job(tmp_path / "a.txt")])
    assert closed.fault == "larger than 200 MB; split it into smaller files"


def test_a_file_that_changes_while_it_is_read_is_told_as_unsettled(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(150_000_000)
    ended = threading.Event()

    def touch() -> None:
        moment = 0
        while not ended.wait(0.001):
            moment += 1
            os.utime(path, (moment, moment))

    thread = threading.Thread(target=touch)
    thread.start()
    try:
        opened, _ = read([job(path)])
    finally:
        ended.set()
        thread.join()
    assert not opened.settled


def test_a_file_that_hangs_is_given_up_in_time_and_the_next_is_read(tmp_path):
    began = time.monotonic()
    opened, first, closed = deeds(tmp_path, "one", "sleep=60", limits=Limits(seconds=2))
    assert time.monotonic() - began < 20
    assert isinstance(opened, Opened)
    assert first.document.text == "The word is one."
    assert closed.fault == "took longer than 2 s to read; split it or save it anew"
    assert (closed.complete, closed.lasting) == (False, True)


def test_time_that_is_spent_here_is_not_the_files(tmp_path):
    jobs = [write(tmp_path, f"{number}.txt", "Words.") for number in range(3)]
    with ReadingPool(128, limits=Limits(seconds=2)) as pool:
        for event in pool.read(jobs):
            time.sleep(0.5)
            assert not isinstance(event, Closed) or event.complete


def test_a_library_that_lets_nothing_else_run_is_given_up_too(tmp_path):
    *_, closed = deeds(tmp_path, "spin", limits=Limits(seconds=2))
    assert closed.fault.startswith("took longer than 2 s")


def test_a_file_that_crashes_its_process_twice_is_given_up(tmp_path):
    opened, first, closed = deeds(tmp_path, "one", "crash", "two")
    assert isinstance(opened, Opened)
    assert first.document.text == "The word is one."
    assert closed.fault == "made the process that read it crash; split it or save it anew"
    assert (closed.complete, closed.lasting) == (False, True)


def test_a_process_that_is_lost_once_costs_nothing_and_tells_nothing_twice(tmp_path):
    marker = tmp_path / "marker"
    marker.touch()
    _, *cuts, closed = deeds(tmp_path, "one", "two", f"crash-once={marker}", "three")
    assert not marker.exists()
    assert texts(cuts) == [f"The word is {word}." for word in ("one", "two", "three")]
    assert closed.complete


def test_a_file_that_changed_before_it_was_read_again_is_left_to_the_next_run(tmp_path):
    marker = tmp_path / "marker"
    marker.touch()
    with ReadingPool(128, processes=1, command=HOSTILE) as pool:
        first = write(tmp_path, "a.deeds", f"one sleep=1 crash-once={marker}")
        events = pool.read([first, write(tmp_path, "b.txt", "All is well.")])
        opened = next(events)
        write(tmp_path, "a.deeds", "other")
        rest = list(events)
    assert isinstance(opened, Opened)
    assert Closed(first, False, "changed while it was read") in rest
    assert texts(rest)[-1] == "All is well."
    assert "The word is other." not in texts(rest)


def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("the limit holds on Linux only")
    _, closed = deeds(tmp_path, "hog", limits=Limits(seconds=60, memory=400_000_000))
    assert closed.fault.startswith("needed more than 400 MB of memory to read; ")
    assert closed.lasting


def test_a_process_that_keeps_memory_is_replaced_before_it_runs_out(tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("the limit holds on Linux only")
    used: list[int] = []
    jobs = [write(tmp_path, f"{n}.deeds", "keep=300000000 one") for n in range(2)]
    jobs += [write(tmp_path, f"{n}.txt", "Words.") for n in range(2)]
    limits = Limits(memory=500_000_000)
    with ReadingPool(128, processes=1, limits=limits, command=HOSTILE) as pool:
        for event in pool.read(jobs):
            if isinstance(event, Opened):
                used += pids(pool)
            assert not isinstance(event, Closed) or event.complete
    first, second, third, fourth = used
    assert first != second != third == fourth


def test_what_this_process_holds_does_not_count_for_those_that_read(tmp_path):
    limits = Limits(memory=400_000_000)
    held = b"x" * 400_000_000
    with ReadingPool(128, processes=1, limits=limits) as pool:
        for _ in range(2):
            assert len(texts(pool.read([write(tmp_path, "a.txt", "Words.")]))) == 1
            [pid] = pids(pool)
            assert len(texts(pool.read([write(tmp_path, "b.txt", "Words.")]))) == 1
            assert pids(pool) == [pid]
    assert held


def test_a_hostile_file_of_a_kind_that_is_read_costs_its_bounds_at_most(tmp_path):
    layers = [
        f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]"
        for below, name in zip("abcdefghij", "bcdefghijk", strict=True)
    ]
    bomb = "\n".join(["---", "a: &a [x]", *layers, "date: *k", "---", "Words."])
    jobs = [write(tmp_path, "a.md", bomb), write(tmp_path, "b.txt", "All is well.")]
    began = time.monotonic()
    told = per_file(read(jobs, Limits(seconds=3, memory=400_000_000)))
    assert time.monotonic() - began < 30
    assert isinstance(told["a.md"][-1], Closed)
    assert texts(told["b.txt"]) == ["All is well."]


def test_a_document_of_too_much_text_is_skipped(tmp_path):
    limits = Limits(characters=1000)
    records = [
        json.dumps({"id": i, "title": "T", "text": "x " * size}) for i, size in ((1, 9), (2, 999))
    ]
    jobs = [
        write(tmp_path, "a.txt", "word " * 300),
        write(tmp_path, "b.jsonl", "\n".join(records)),
    ]
    told = per_file(read(jobs, limits))
    reason = "holds more than 0.001 million characters of text; split it"
    assert told["a.txt"][1:] == [Closed(jobs[0], False, reason, True)]
    _, _, skipped, closed = told["b.jsonl"]
    assert (skipped.note.path, skipped.note.reason) == ("b.jsonl:2", reason)
    assert closed == Closed(jobs[1], False)


def test_a_library_that_fails_prints_or_writes_costs_its_file_at_most(tmp_path, capfd):
    *_, closed = deeds(tmp_path, "one", "fail=dangerous")
    assert closed.fault == "the reader failed on it (TypeError); save it anew"
    assert closed.lasting
    *_, cut, closed = deeds(tmp_path, "print", "one")
    assert texts([cut]) == ["The word is one."]
    assert closed.complete
    told = deeds(tmp_path, f"write={tmp_path / 'written'}", "one")
    assert told[1].note.reason == "File too large"
    assert (tmp_path / "written").read_bytes() == b""
    assert capfd.readouterr() == ("", "")


def test_what_is_no_message_is_taken_for_a_crash(tmp_path):
    *_, closed = deeds(tmp_path, "garbage", "one")
    assert closed.fault.startswith("made the process that read it crash")


def test_thousands_of_faults_in_a_file_are_told_as_a_number(tmp_path):
    _, *skipped, closed = deeds(tmp_path, "faults=5000", "one")
    assert len(skipped) == 1002
    assert max(len(e.note.reason) for e in skipped if isinstance(e, Skipped)) <= 300
    assert skipped[-1].note.reason == "4000 more parts could not be read"
    assert not closed.complete


def test_a_process_that_reads_sees_no_key(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    _, cut, _ = deeds(tmp_path, "environment")
    assert "PATH" in cut.document.text
    assert "OPENAI" not in cut.document.text


def test_packages_are_not_looked_for_among_the_documents(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    assert texts(read([write(tmp_path, "a.txt", "Words.")])) == ["Words."]


def test_a_long_line_and_a_name_of_any_bytes_are_read(tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    path = tmp_path / name
    path.write_text("word " * 100_000)
    file = SourceFile(path, tmp_path, "caf\ufffd.txt")
    with ReadingPool(128) as pool:
        [cut] = [event for event in pool.read([Job(file)]) if isinstance(event, Cut)]
    assert len(cut.document.text) == 500_000
    assert cut.passages[-1].end == 499_999


def test_processes_that_are_killed_at_random_lose_and_double_nothing(tmp_path):
    chance = random.Random(5)
    jobs = []
    for number in range(60):
        records = [
            {"id": f"{number}-{i}", "title": "T", "text": f"Text {i} of {number}. " * 20}
            for i in range(number % 4 + 1)
        ]
        jobs.append(write(tmp_path, f"{number}.jsonl", "\n".join(map(json.dumps, records))))
    events, kills = [], 0
    with ReadingPool(128, processes=2) as pool:
        for event in pool.read(jobs):
            events.append(event)
            if len(events) % 40 == 30:
                kills += 1
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(pids(pool)), signal.SIGKILL)
    told = per_file(events)
    assert kills >= 3
    assert list(told) == [each.file.name for each in jobs]
    for number, name in enumerate(told):
        _, *cuts, closed = told[name]
        assert [e.document.id for e in cuts] == [f"{number}-{i}" for i in range(number % 4 + 1)]
        assert closed.complete


def test_stopping_early_ends_the_processes_and_the_pool_can_read_again(tmp_path):
    jobs = [write(tmp_path, f"{number}.txt", "Words. " * 5_000) for number in range(8)]
    with ReadingPool(128, processes=2) as pool:
        events = pool.read(jobs)
        next(events)
        running = pids(pool)
        events.close()
        assert not any(map(is_running, running))
        assert len(texts(pool.read(jobs[:1]))) == 1


def test_ctrl_c_ends_the_processes_at_once(tmp_path):
    running: list[int] = []
    interrupted = 0.0

    def read_on() -> None:
        nonlocal interrupted
        with ReadingPool(128, command=HOSTILE) as pool:
            for event in pool.read([write(tmp_path, "a.deeds", "one sleep=60")]):
                if isinstance(event, Opened):
                    running.extend(pids(pool))
                    interrupted = time.monotonic() + 0.5
                    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        read_on()
    assert time.monotonic() - interrupted < 3
    assert running
    assert not any(map(is_running, running))


@pytest.mark.parametrize("deed", ["spin", "sleep=60"])
def test_no_process_outlives_the_program(tmp_path, deed):
    if not sys.platform.startswith("linux"):
        pytest.skip("told by /proc")
    write(tmp_path, "a.deeds", deed)
    program = f"""
        import sys
        sys.path[:] = {sys.path!r}
        from pathlib import Path
        from assistant.ingest.workers.pool import ReadingPool
        from tests.ingest.workers.test_pool import HOSTILE, job, pids
        pool = ReadingPool(128, command=HOSTILE)
        for event in pool.read([job(Path({str(tmp_path / "a.deeds")!r}))]):
            print(*pids(pool), flush=True)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        time.sleep(0.3)
        parent.kill()
    assert wait_until(lambda: not is_running(pid))


def test_that_no_process_can_be_started_is_told_with_the_remedy(tmp_path):
    jobs = [write(tmp_path, "a.txt", "Words.")]
    with pytest.raises(AssistantError, match=r"ends at once; install this program again"):
        read(jobs, command=[sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(AssistantError, match=r"no process can be started .*; end"):
        read(jobs, command=[str(tmp_path / "gone")])
