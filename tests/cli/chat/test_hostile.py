"""Nothing from a document, a model, a server, a setting or a question reaches the terminal as a
command: what is written, by every renderer and by the real program, holds our own sequences only.
"""

import io
import json
import os
import random
import re
import sys
import unicodedata

import pytest

from assistant import Assistant
from assistant.answers import (
    Checked,
    Conflict,
    Correction,
    Draft,
    Expansion,
    Explanation,
    Searched,
    Side,
    Statement,
    Unchecked,
    Verification,
    Verified,
    Withdrawn,
)
from assistant.cli.render.answers import answer_text, quiet_text, unfinished_text
from assistant.cli.render.doctor import doctor_text
from assistant.cli.render.markdown import answer_markdown
from assistant.cli.render.page import Page
from assistant.cli.render.progress import StatusLine
from assistant.cli.render.reports import notes_text, removal_text, report_text, status_text
from assistant.cli.render.searches import search_text
from assistant.cli.render.sources import excerpt_text, reading_text, sources_lines
from assistant.cli.render.streaming import AnswerDisplay
from assistant.cli.render.verifications import verification_csv, verification_text
from assistant.documents import (
    Citation,
    Document,
    Evidence,
    Excerpt,
    Hit,
    Passage,
    Sentence,
    Source,
)
from assistant.errors import ModelRefusedError
from assistant.reports import DoctorCheck, DoctorReport, FileNote, IndexReport, IndexStatus
from tests.cli.chat.samples import TerminalStream, answer
from tests.cli.chat.screen import OURS, STYLES
from tests.cli.chat.terminal import Terminal
from tests.fake_openai import Drop, Failure, Reply

SEQUENCES = (
    "\x1b[35m",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bP1$r0m\x1b\\",
    "\x1b_apc\x1b\\",
    "\x9b35m",
    "\x9d0;title\x9c",
    "\x1b[?1049h",
    "\x1b[6n",
    "\x1bc",
    "\x1b[201~",
    "\x1b",
    "\x9b",
    "\x07\x08\x7f\x00",
    "\r",
    "\r\n",
    "\v\f\t",
    "\x85\u2028\u2029",
    "\u202e\u2066\u2069\u202a",
    "\u200b\u200d\u2060\ufeff",
    "\ud800",
    "\udc9b35m",
)
WORDS = (
    "The loan is $2 billion.",
    "漢字",
    "👩‍👩‍👧",
    "e\u0301",
    "[1]",
    "✓ checked",
    "x" * 300,
    "=1+1",
    " ",
)
CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]


def noise(random_):
    """Text that tries to command: whole sequences, torn ones, single controls, words."""
    pieces = []
    for _ in range(random_.randint(0, 12)):
        match random_.randint(0, 3):
            case 0:
                pieces.append(random_.choice(SEQUENCES))
            case 1:
                torn = random_.choice(SEQUENCES)
                pieces.append(torn[: random_.randint(0, len(torn))])
            case 2:
                pieces.append(random_.choice(CONTROLS) * random_.randint(1, 3))
            case _:
                pieces.append(random_.choice(WORDS))
    return "".join(pieces)


FORBIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def commands_in(written, ours=STYLES):
    """What a terminal would obey in what was written, but for line breaks and what is ours."""
    rest = ours.sub("", written.replace("\r\n", "\n"))
    evil = [(c, "a link") for c in re.findall(r"\x1b\]8;;http://evil", written)]
    return evil + [
        (c, rest[max(at - 20, 0) : at + 20])
        for at, c in enumerate(rest)
        if c != "\n" and (unicodedata.category(c) in ("Cc", "Cs") or c in FORBIDDEN)
    ]


def test_what_is_ours_is_told_from_what_is_not():
    assert commands_in("\x1b[1mx\x1b[0m\r\n\x1b]8;;file://a/b\x1b\\y\x1b]8;;\x1b\\") == []
    for sequence in SEQUENCES:
        if sequence != "\r\n" and "\u200b" not in sequence:
            assert commands_in(f"a{sequence}b"), repr(sequence)


class Values:
    """Values of all kinds, every text in them noise."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        return noise(self.random)

    def document(self):
        t = self.text
        text = t() + "some words. " * 5 + t()
        pages = self.random.choice([(), (0, 12)])
        return Document(t(), t(), t(), text, t(), t(), t(), pages, t(), t(), t())

    def citation(self, number=1):
        document = self.document()
        return Citation(number, document, 3, 50, 1, copies=(self.document(),) * 5)

    def statement(self, verdict="unsupported"):
        return Statement(self.text(), (1, 2), verdict, (self.text(), self.text()))

    def answer(self, **changed):
        t = self.text
        citations = (self.citation(1), self.citation(2))
        sides = (Side(t(), (1,), t(), t()), Side(t(), (2,), None, t()))
        values = {
            "question": t(),
            "standalone_question": t(),
            "statements": (self.statement(), self.statement("supported")),
            "citations": citations,
            "model": t(),
            "timings": {t(): 1.0},
            "corrections": (Correction(t(), t()),),
            "conflicts": self.random.choice([(), (Conflict(sides),)]),
            "missing": (t(), t()),
            "dropped": 1,
        }
        return answer(**(values | changed))

    def refusal(self, reason):
        nearest = (self.citation(1), self.citation(2))
        told = {"status": "not_in_documents", "statements": (), "citations": (), "conflicts": ()}
        return self.answer(nearest=nearest, reason=reason, **told)

    def explanation(self):
        t = self.text
        document = self.document()
        passage = Passage(t(), document, 0, len(document.text), t(), (Sentence(0, 9),))
        hit = Hit(passage, 1.0, {t(): 1}, {t(): 1.0}, (document,))
        return Explanation(
            t(),
            (hit,),
            corrections=(Correction(t(), t()),),
            expansions=(Expansion(t(), t()),),
            parts=(t(),),
            terms=((t(), t()),),
            filters={"only": (f"x{t()}",), "since": None, "until": None},
            candidates={t(): 1},
        )

    def verification(self):
        t = self.text
        verdict = self.random.choice(["supported", "partly", "unsupported", "contradicted"])
        cited, newer = (self.citation(),), self.citation(2)
        verified = Verified(t(), (1,), verdict, (t(),), start=3, end=9, compared=cited, newer=newer)
        return Verification((verified,), (Unchecked(t(), 0, 5, "heading"),))

    def source(self):
        t = self.text
        return Source(t(), t(), t(), t(), t(), t(), t(), t(), t(), 3, 100, 2, 10, t(), t())


def rendered(values, page):
    """Everything that is ever shown, of values full of noise."""
    t = values.text
    yield answer_text(values.answer(), page)
    yield quiet_text(values.answer())
    yield answer_markdown(values.answer())
    for reason in ("not_found", "not_stated", "premise", "asks_for_all", None):
        yield answer_text(values.refusal(reason), page)
        yield quiet_text(values.refusal(reason))
    told = [values.statement(), t() or "x", values.statement("supported")]
    yield unfinished_text(told, (values.citation(), values.citation(2)), page, True)
    yield search_text(values.explanation(), page)
    yield search_text(values.explanation(), page, explain=True)
    yield verification_text(values.verification(), page)
    yield verification_csv(values.verification()).replace("\r\n", "\n")
    yield "\n".join(sources_lines([values.source(), values.source()], page)).replace("\t", " ")
    yield reading_text([FileNote(t(), t())], [FileNote(t(), t())], page)
    document = values.document()
    yield excerpt_text(Excerpt(document, 2, 40, t()), page)
    yield excerpt_text(Excerpt(document, 0, len(document.text), t()), page)
    notes = (FileNote(t(), t()),)
    report = IndexReport(skipped=notes, notes=notes)
    yield from (notes_text(report), report_text(report), removal_text(report))
    yield status_text(IndexStatus(t(), 1, 1, 1, t(), 0, 1, t(), 1, (t(), t()), 10))
    yield doctor_text(DoctorReport(t(), (DoctorCheck("vectors", "wrong", t(), t()),)), page)
    status = StatusLine(stream := TerminalStream())
    status.say(t())
    yield stream.getvalue().removeprefix("\r\x1b[2K")


PAGES = (
    Page(),
    Page(20),
    Page(40, colour=True),
    Page(77, colour=True, links=True),
    Page(300, links=True),
)


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_no_renderer_writes_a_command(number, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for seed in range(number * 20, number * 20 + 20):
        for shown in rendered(Values(seed), PAGES[number]):
            assert commands_in(shown) == [], seed


@pytest.mark.parametrize("seed", range(60))
def test_no_stream_writes_a_command_however_its_pieces_are_cut(seed, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "50")
    values, out = Values(seed), TerminalStream()
    evidence = Evidence(1, values.explanation().hits[0].passage, Sentence(0, 9), 1.0)

    def events():
        yield Searched(values.text(), (evidence,))
        for number in range(4):
            words = values.text()
            for piece in cut(words, values.random):
                yield Draft(piece, number)
            told = values.statement(values.random.choice(["supported", "unsupported"]))
            yield Checked(told, (values.citation(1), values.citation(2)), number)
            yield Withdrawn(number) if values.random.random() < 0.2 else Draft(words, number + 1)
        raise ModelRefusedError("no")

    with pytest.raises(ModelRefusedError):
        AnswerDisplay(out, io.StringIO()).follow(events(), values.text(), values.text())
    assert commands_in(out.getvalue(), OURS) == []


def cut(text, random_):
    at = 0
    while at < len(text):
        end = at + random_.randint(1, 4)
        yield text[at:end]
        at = end


# The real program

DIRTY = "".join(each for each in SEQUENCES if each != "\ud800" and "\udc9b" not in each)
SENTENCE = f"The loan \x1b[35mfor the port{DIRTY} at Ilo is worth $2 billion."
ASKED = "How large is the loan for the port at Ilo?"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, minilm):
    """An index of documents whose names, titles, fields and words try to command."""
    folder = tmp_path_factory.mktemp("hostile")
    docs = folder / "docs\x1b]0;folder\x07"
    docs.mkdir()
    (docs / "a\x1b[35m\x9b2J\u202e.txt").write_text(f"Title{DIRTY}\n\n{SENTENCE} {'long' * 500}\n")
    os.fsdecode(b"\xff")
    (docs / os.fsdecode(b"bad\xff\x1b[2J.txt")).write_text("Bread needs time to rise.")
    (docs / "empty\x1b[5m.txt").write_text("")
    record = dict.fromkeys(("id", "title", "publisher", "author"), f"r{DIRTY}\ud800")
    record |= {
        "text": f"The port at Ilo opens in May{DIRTY}.\ud800",
        "source": f"https://x/{DIRTY}",
    }
    (docs / "r.jsonl").write_text(json.dumps(record) + "\n")
    with Assistant.open(folder / "index", llm="none") as assistant:
        assistant.index([docs])
    return folder / "index"


def commands(fake):
    model = fake.spec
    yield ["ask", "--llm", "none", ASKED]
    yield ["ask", "--llm", model, f"{ASKED} \x1b[35m{DIRTY}".replace("\x00", "")]
    yield ["ask", "--llm", model, "--no-strict", "--quiet", ASKED]
    yield ["ask", "--llm", model, "--markdown", ASKED]
    yield ["ask", "--llm", model.replace("scripted", "scripted\x1b[35m\x9b2J"), ASKED]
    yield ["ask", "--only", "\x1b]0;x\x07*", ASKED]
    yield ["search", "--explain", f"loan port {DIRTY}".replace("\x00", "")]
    yield ["sources"]
    yield ["show", "r.jsonl"]
    yield ["show", "\x1b[35m:0-5"]
    yield ["status"]
    yield ["doctor"]
    yield ["index", "/nowhere/\x1b]0;x\x07"]
    yield ["\x1b[35mnonsense"]
    yield ["ask", "--\x1b[35mnonsense"]


REPLIES = (
    Reply(f"Yes: {SENTENCE} [1] It costs{DIRTY} $9 billion. [2]", piece=r"[\s\S]{1,3}"),
    Drop(f"Yes: {SENTENCE} [1] It costs{DIRTY} $9"),
    Failure(400, f"refused {DIRTY}"),
)


@pytest.mark.parametrize("number", range(15))
def test_the_program_writes_no_command_through_a_pipe(
    hostile, fake_openai, number, monkeypatch, quick_start
):
    command = list(commands(fake_openai))[number]
    fake_openai.otherwise = REPLIES[number % 3]
    from assistant.cli import app

    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("ASSISTANT_INDEX", str(hostile))
    with pytest.raises(SystemExit):
        app.main(command)
    written = out.getvalue() + err.getvalue()
    assert written
    assert commands_in(written.replace("\t", " ")) == []
    assert "\x1b" not in written


@pytest.mark.parametrize(("reply", "columns"), [*zip(REPLIES, (24, 90, 90), strict=True)])
def test_the_program_writes_no_command_at_a_terminal(hostile, fake_openai, reply, columns):
    fake_openai.otherwise = reply
    environment = {"FORCE_HYPERLINK": "1", "ASSISTANT_INDEX": str(hostile)}
    asked = ("ask", "--no-strict", "--llm", fake_openai.spec, ASKED)
    with Terminal(*asked, columns=columns, **environment) as terminal:
        terminal.end()
    assert commands_in(terminal.raw, OURS) == []


@pytest.mark.parametrize("command", [("search", "loan"), ("show", "r.jsonl"), ("verify", "-")])
def test_other_commands_write_none_at_a_terminal(hostile, command, tmp_path):
    environment = {"FORCE_HYPERLINK": "1", "ASSISTANT_INDEX": str(hostile)}
    if command == ("verify", "-"):
        draft = tmp_path / "draft\x1b[35m.txt"
        draft.write_text(f"{SENTENCE} {DIRTY} The port{DIRTY} costs $9 billion to build.")
        command = ("verify", "--llm", "none", draft)
    with Terminal(*command, **environment) as terminal:
        terminal.end()
    assert commands_in(terminal.raw, OURS) == []
    assert len(terminal.raw) > 100
