"""The page of an answer or a draft, in a real browser: keys, clicks, and hostile texts."""

import re
import shutil
from collections import Counter
from dataclasses import replace

import pytest

from assistant.answers import (
    Conflict,
    Correction,
    Side,
    Statement,
    Unchecked,
    Verification,
    Verified,
)
from assistant.cli.render.browser_answers import answer_html, verification_html
from assistant.documents import Citation, Document
from tests.chromium import PROGRAM, Chromium
from tests.kept import ANSWER, REFUSAL

in_chromium = pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed")
TEXT = "The mill was sold in 1987 for 40,000 crowns, if the bank agrees. It burnt down later."
MILL = Document("mill.txt", "/docs/mill.txt", "The mill", TEXT, "2026-02-01", pages=(0,))
LATER = Document("later.txt", "https://example.org/mill", "Later", "Sold for 50,000.", "2026-03-01")
DRAFT = Document(
    "draft", "-", "On the mill", "# On the mill\n\nIt was sold in **1988** <b>.\nIt burnt down.\n"
)
SOLD, BURNT, NEWER = (
    Citation(1, MILL, 0, 64, 1),
    Citation(2, MILL, 65, 85, 1),
    Citation(3, LATER, 0, 16),
)
CHECKED = Verification(
    (
        Verified(
            "It was sold in 1988.",
            (1,),
            "contradicted",
            ("the cited words have 1987, not 1988", "it leaves out “if the bank agrees”"),
            start=15,
            end=43,
            compared=(SOLD,),
        ),
        Verified(
            "It burnt down.", (2,), "supported", start=44, end=58, compared=(BURNT,), newer=NEWER
        ),
    ),
    (Unchecked("On the mill", 0, 13, "heading"),),
    DRAFT,
)
HOSTILE = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "\"'><svg onload=window.hit=1>",
    "' onmouseover='window.hit = 1' x='",
    '" autofocus tabindex=1 onfocus="window.hit = 1',
    "</title></style></script><script>window.hit = 1</script>",
    "</blockquote></article></section><iframe srcdoc='<script>parent.hit = 1</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href=https://example.org><form action=https://example.org><button>Go</button></form>",
    "<style>*{background:url(https://example.org/x)}</style><link rel=stylesheet href=//e.org/x>",
    "javascript:window.hit=1",
    "data:text/html,<script>opener.hit=1</script>",
    "https://example.org/\"onclick='window.hit=1'<b>",
    "{0.__class__} {title} %s ${window.hit=1} {{7*7}} &lt;b&gt; &#60;b&#62;",
    "<!-- --!> <![CDATA[ <b> ]]> <?php ?>",
    "\x1b]0;x\x07\x00<\x00script>window.hit=1</\x00script>\u202e\ud800\u2028",
    "+ADw-script+AD4-window.hit=1+ADw-/script+AD4-",
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    profile = tmp_path_factory.mktemp("chromium")
    browser = Chromium(profile)
    yield browser
    browser.close()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture
def shown(browser, tmp_path):
    def show(html, **size):
        page = tmp_path / "page.html"
        page.write_text(html, encoding="utf-8")
        browser.open(page, **size)
        return browser

    return show


def active(browser):
    return browser.value("document.activeElement.id")


def test_the_draft_stands_as_written_with_verdicts_in_words_and_findings_at_their_words():
    html = verification_html(CHECKED)
    mark = '<mark class="finding" title="the cited words have 1987, not 1988">{}</mark>'
    assert f"It was sold in **{mark.format(1988)}** &lt;b&gt;." in html
    assert f"sold in {mark.format(1987)} for 40,000 crowns" in html
    assert '">if the bank agrees</mark>' in html
    assert "contradicted: the cited words have 1987, not 1988; it leaves out" in html
    assert (
        '<span class="unchecked"># On the mill</span> <small class="told">not checked: heading'
        in html
    )
    assert "a newer document (2026-03-01) says otherwise" in html
    assert '<a href="https://example.org/mill" rel="noreferrer">' in html
    assert "2 statements: 1 supported, 1 contradicted" in html


def test_all_that_an_answer_tells_stands_on_its_page():
    html = answer_html(ANSWER)
    for told in (
        "2 statements: 1 supported, 1 contradicted · 1 dropped",
        "Asked as: How large is the loan for Ilo?",
        "Searched for “Ilo” instead of “Illo”",
        "Not answered from the documents: who builds it",
        "Left out: what the documents do not support.",
        "Sources differ:",
        "As of 3 June 2026; the oldest source is of 1 May 2026",
        "the same in: /docs/copy.txt",
        "2026-06-03 · page 2",
    ):
        assert told in html


def test_a_refusal_says_so_beside_the_nearest_passages():
    html = answer_html(REFUSAL)
    assert "The documents do not say. Not found in them: King." in html
    assert 'aria-label="Nearest passages"' in html
    assert html.count('<article class="passage"') == 2


def test_a_pdf_is_opened_at_its_page_and_nothing_but_files_and_addresses_is_a_link(
    tmp_path,
):
    pdf = tmp_path / "a b<.pdf"
    pdf.write_bytes(b"%PDF")
    read = replace(MILL, source=str(pdf), media_type="application/pdf", pages=(0, 65))
    html = answer_html(replace(ANSWER, citations=(Citation(1, read, 65, 85, 2),)))
    assert f'href="file://{tmp_path}/a%20b%3C.pdf#page=2"' in html
    for source in ("javascript:alert(1)", "data:text/html,x", "/not/there", "file:///etc/passwd"):
        named = replace(MILL, source=source)
        html = answer_html(replace(ANSWER, citations=(Citation(1, named, 65, 85),)))
        assert set(re.findall('href="([^"]*)"', html)) <= {"#p1", "#p2", "#p3", "#s1", "#s2"}


@in_chromium
def test_keys_go_from_statement_to_statement_and_to_the_passage_and_back(shown):
    browser = shown(verification_html(CHECKED))
    for key, place in (
        ("j", "s1"), ("j", "s2"), ("j", "s2"), ("k", "s1"), ("ArrowDown", "s2"), ("ArrowUp", "s1"),
        ("Enter", "p1"), ("Enter", "s1"), ("j", "s2"), ("Enter", "p2"), ("Escape", "s2"),
    ):  # fmt: skip
        browser.press(key)
        assert active(browser) == place
    assert browser.value("[...document.querySelectorAll('.lit')].map(e => e.id)") == ["s2", "p2"]


@in_chromium
@pytest.mark.parametrize("width", [400, 1400])
def test_a_click_goes_to_the_passage_and_back_however_wide_the_window(shown, width):
    browser = shown(verification_html(CHECKED), width=width)
    assert browser.value("document.documentElement.scrollWidth") <= width
    for selector, place in (("#s1", "p1"), ("#p1 .quote", "s1"), ("#s1 + small a", "p1")):
        browser.click(selector)
        assert active(browser) == place
        assert browser.value(
            f"(r => r.bottom > 0 && r.top < innerHeight)({place}.getBoundingClientRect())"
        )
    assert browser.value("[...document.querySelectorAll('.back a')].map(e => e.hash)") == [
        "#s1", "#s2", "#s2",
    ]  # fmt: skip


@in_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_that_reading_needs(shown, scheme):
    browser = shown(verification_html(CHECKED))
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", features=features)
    browser.press("j")
    pairs = browser.value("""[...document.body.querySelectorAll('*')].map((e) => {
        let behind = e;
        const colour = (x) => getComputedStyle(x).backgroundColor;
        while (behind && colour(behind) === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
        return [getComputedStyle(e).color, behind ? colour(behind) : 'none'];
    })""")
    assert len(pairs) > 20
    assert min(_contrast(*pair) for pair in pairs) >= 4.5


def _contrast(*colours):
    def light(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted(map(light, colours))
    return (bright + 0.05) / (dark + 0.05)


def pages_of(text):
    """An answer and a draft all of whose texts are this one."""
    document = Document(
        text, text, text, f"{text} {text} {text}", text, text, author=text, language=text
    )
    middle = len(text) + 1
    citations = tuple(
        Citation(number, document, middle, middle + len(text), 1, (document,), text)
        for number in (1, 2)
    )
    statement = Statement(text, (1,), "unsupported", (text, f"it has “{text}”"))
    answer = replace(
        ANSWER,
        question=text,
        standalone_question=f"{text}?",
        statements=(statement,),
        citations=citations,
        corrections=(Correction(text, text),),
        missing=(text,),
        conflicts=(Conflict((Side(text, (1,), text, text), Side(text, (2,), text, text))),),
        model=text,
    )
    told = Verified(text, (1,), "partly", (text,), start=middle, end=middle + len(text),
                    compared=citations[:1], newer=citations[1])  # fmt: skip
    left = (Unchecked(text, 0, len(text), text),)
    draft = Verification((told,), left, document)
    return [answer_html(answer), verification_html(draft)]


# Marks of findings, and links of addresses, are ours and may come and go.
OURS = {"MARKclass,title", "Ahref,rel"}
ELEMENTS = (
    "[...document.querySelectorAll('*')].map(e => e.tagName + [...e.attributes].map(a => a.name))"
)


@in_chromium
def test_no_text_runs_loads_or_becomes_an_element_wherever_it_stands(shown):
    plain = [Counter(shown(html).value(ELEMENTS)) for html in pages_of("harmless")]
    for text in HOSTILE:
        for html, elements in zip(pages_of(text), plain, strict=True):
            browser = shown(html)
            more = Counter(browser.value(ELEMENTS)) - elements
            assert set(more) <= OURS, text
            assert browser.value("window.hit") is None
            links = browser.value("[...document.links].map(a => a.protocol)")
            assert set(links) <= {"file:", "https:"}
            assert len(browser.requests) == 1


@in_chromium
def test_the_policy_stops_what_no_escaping_stopped(shown):
    raw = [text.encode(errors="ignore").decode() for text in HOSTILE if "refresh" not in text]
    html = verification_html(CHECKED).replace("<main>", f"<main>{'</div><div>'.join(raw)}")
    browser = shown(html)
    assert browser.value("document.querySelectorAll('svg, iframe, form').length") > 2
    assert browser.value("window.hit") is None
    _page, *asked = (each["requestId"] for each in browser.requests)
    blocked = browser.told("Network.loadingFailed")
    assert set(asked) == {e["requestId"] for e in blocked if e["blockedReason"] == "csp"}
