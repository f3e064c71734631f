"""Values that the tests of what is shown share: an answer, its documents, a terminal."""

import io

from assistant.answers import Answer, Statement, Usage
from assistant.cli.render.page import Page
from assistant.documents import Citation, Document, Passage, Sentence

TEXT = "Peru approved a loan of $2 billion. Work starts in March."
DOCUMENT = Document("ports.txt", "/docs/ports.txt", "The port at Ilo", TEXT)
RECORD = Document("r7", "https://news.example/7", "A record", TEXT, "2026-06-03", pages=(0, 36))
PLAIN = Page()


def cite(number=1, document=DOCUMENT, start=0, end=35):
    return Citation(number, document, start, end, document.page_of(start))


def answer(**changed):
    values = {
        "question": "How large is the loan?",
        "standalone_question": "How large is the loan?",
        "status": "answered",
        "statements": (Statement("The loan is $2 billion.", (1,), "supported"),),
        "citations": (cite(),),
        "nearest": (),
        "model": "local/tiny",
        "usage": Usage(100, 10, 1),
        "timings": {"retrieval": 0.21, "model": 9.4, "checking": 0.1},
    }
    return Answer(**(values | changed))


def passage(document=DOCUMENT):
    return Passage("p1", document, 0, len(document.text), "", (Sentence(0, 35), Sentence(36, 57)))


def copies(number):
    return tuple(
        Document(f"{n}.txt", f"/docs/{n}.txt", "A copy", TEXT, "2026-06-03" if n == 1 else None)
        for n in range(1, number + 1)
    )


class TerminalStream(io.StringIO):
    def isatty(self):
        return True
