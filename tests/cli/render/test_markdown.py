from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from assistant.answers import Statement
from assistant.cli.render.markdown import answer_markdown, escaped, session_markdown
from assistant.conversation.history import Store
from assistant.documents import Citation, Document
from assistant.errors import ConversationError
from assistant.filters import Filter
from tests.kept import ANSWER, REFUSAL, answer

HOSTILE = [
    "*a* _b_ __c__ `d` ``e",
    "<b>x</b> <script>alert(1)</script> <!-- gone -->",
    "[x](http://example.org) ![i](z) [y]: z",
    "# head #",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "===",
    "---",
    "***",
    "> quoted",
    "| a | b |",
    "~~struck~~ ~~~",
    "&lt; &amp; &#64;",
    "<http://example.org> http://example.org www.1.example",
    "ann@example.org `ann@example.org` @ann <ann@example.org>",
    "[^1] [^1]: note",
    r"a\*b \ \\",
    "    code",
    "```\ncode\n```",
    "a line\n# another\n\n- third",
]


class Shown(HTMLParser):
    """What of a page is text, and which elements it has."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags = "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def shown(markdown):
    return Shown(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_wrote_is_shown_as_it_stands(text):
    page = shown(f"{escaped(text)}\n")
    assert page.text.strip() == " ".join(text.split())
    assert set(page.tags) <= {"p", "code"}
    assert "a" not in page.tags
    assert ("code" in page.tags) == ("@" in text)  # the one way that makes no link of an address


@pytest.mark.parametrize("text", HOSTILE)
def test_wherever_it_stands_it_makes_nothing_of_what_is_around_it(text):
    document = Document(text, text, text, text, text)
    plain = Document("a", "a", "a", "a", "a")

    def told(text, document):
        given = answer(
            question=text,
            standalone_question=f"{text} so",
            statements=(Statement(text, (1,), "unsupported", (text,)),),
            citations=(Citation(1, document, 0, len(document.text)),),
            missing=(text,),
            conflicts=(),
            corrections=(),
            model=text,
        )
        return [tag for tag in shown(answer_markdown(given)).tags if tag != "code"]

    assert told(text, document) == told("a", plain)


@pytest.mark.parametrize("text", ["http://example.org", "www.example.org", "notes.md", "a.b@c.org"])
def test_nothing_is_left_of_which_a_reader_guesses_an_address(text):
    told = escaped(f"see {text} now")
    assert text not in told.replace(f"`{text}`", "")


def test_numbers_and_abbreviations_stay_readable():
    plain = "The U.S. paid $8.5 billion (about 10:30 p.m.), 1.5% - no more."
    assert escaped(plain) == plain.replace("$", r"\$")


def test_control_characters_are_taken_out():
    assert escaped("\x1b]0;title\x07red\x9b31m\u202e") == "red"


def test_every_statement_has_footnotes_with_words_and_places():
    told = answer_markdown(ANSWER)
    assert "The loan is \\$2 billion.[^1]\n" in told
    assert (
        "[^1]: “Peru approved a loan of \\$2 billion.” — The port at Ilo · /docs/ilo\\.txt"
        " · 2026-06-03 · page 1 · characters 0–35 · the same in /docs/copy\\.txt\n"
    ) in told
    assert told.count("[^2]") == 2


def test_what_is_not_supported_is_marked_with_the_reason():
    told = answer_markdown(ANSWER)
    assert "**✗ contradicted:** Work starts in May.[^2] *(May is not March)*" in told
    assert "local/tiny · 3 statements: 1 supported, 1 contradicted, 1 dropped" in told
    assert "Not answered from the documents: who builds it." in told
    assert "Left out: what the documents do not support." in told


def test_it_tells_how_the_question_was_understood_where_sources_differ_and_of_when_they_are():
    told = answer_markdown(ANSWER)
    assert "*Asked as: How large is the loan for Ilo?*" in told
    assert "*Searched for “Ilo” instead of “Illo”*" in told
    assert "**Sources differ:**\n\n- “Peru" in told
    assert "- “The loan is \\$3 billion.” (2026-05-01)[^3]" in told
    assert "As of 2026-06-03; the oldest source is of 2026-05-01" in told


def test_a_refusal_says_so_and_has_no_footnotes():
    told = answer_markdown(REFUSAL)
    assert told.startswith("**The documents do not say.** Not found in them: King.\n")
    assert "> “Work starts in March.” — The port at Ilo · /docs/ilo\\.txt" in told
    assert "[^" not in told


def test_a_wrong_premise_is_refused_with_what_is_said_instead():
    told = answer_markdown(answer(**{**fields(REFUSAL), "reason": "premise"}))
    assert "**The documents do not say that.**" in told
    assert told.index("What they do say:") < told.index("Work starts in March.")
    assert told.index("Nearest passages") < told.index("The loan is")


def fields(value):
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}


@pytest.mark.parametrize("given", [ANSWER, REFUSAL])
def test_json_of_an_answer_makes_the_same_markdown(given):
    assert answer_markdown(given.to_dict()) == answer_markdown(given)


def test_json_of_no_answer_is_refused():
    with pytest.raises(ConversationError, match="the answer cannot be read"):
        answer_markdown({"version": 1})


def test_a_marker_of_which_nothing_is_cited_makes_no_footnote():
    told = answer_markdown(answer(statements=(Statement("So.", (7,), "supported"),)))
    assert "So.\n" in told


def test_footnotes_of_a_conversation_are_numbered_throughout(tmp_path):
    store = Store(tmp_path)
    where = Filter.of("reports/*")
    recorder = store.begin(index="/i_x", where=where, model="none", program="0")
    for each in (ANSWER, REFUSAL, ANSWER):
        recorder.add(each)
    told = session_markdown(store.open("last"))
    assert told.startswith(f"# Conversation {recorder.id}\n")
    assert "index /i\\_x · only documents that match --only 'reports/\\*'" in told
    assert told.count("## How large is it?\n") == 2
    assert "The loan is \\$2 billion.[^4]\n" in told
    for number in range(1, 7):
        assert told.count(f"\n[^{number}]: ") == 1
