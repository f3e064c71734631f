"""Passages are exact, whole, complete, and fit the embedding model."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from assistant.documents import Document, Passage
from assistant.ingest.chunking.passages import embedded_text, segment, split_sentences

ROOT = Path(__file__).parents[3]
MINILM = Tokenizer.from_file(str(ROOT / "assistant/data/minilm-tokenizer.json"))
MINILM.no_truncation()
MINILM.no_padding()

WORDS = """
the tariff rose U.S. officials said; Mr. Smith – $8.5 billion “unlock” (see Fig. 3) e.g. naïve 37°C
https://example.com/a.b minerals, Beijing's 漢字。 かな 한국어 🙂 I. No. 5 ...
""".split()
WORDS += ["x\u200by", "a\xa0b"]
ENDS = [". ", "! ", "? ", ".” ", ".\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\x0c", ", ", " "]
STARTS = ["- ", "1. ", "# ", "> ", "| ", "```\n", "---\n", "Advertisement\n", "  ", "\ufeff", ""]


def offsets(text: str) -> Sequence[tuple[int, int]]:
    return MINILM.encode(text, add_special_tokens=False).offsets


def tokens(text: str) -> int:
    return len(MINILM.encode(text).ids)


def document(text: str, title: str = "Title", media_type: str = "text/plain") -> Document:
    return Document("a.txt", "/docs/a.txt", title, text, media_type=media_type)


def quotes(passages: Sequence[Passage]) -> list[str]:
    return [p.document.text[s.start : s.end] for p in passages for s in p.sentences]


def random_text(seed: int) -> str:
    rng = random.Random(seed)
    parts = []
    for _ in range(rng.randrange(1, 60)):
        parts.append(rng.choice(STARTS) if rng.random() < 0.3 else "")
        longest = rng.choice([3, 12, 40, 400])
        parts.append(" ".join(rng.choices(WORDS, k=rng.randrange(1, longest))))
        parts.append(rng.choice(ENDS))
    return "".join(parts)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_any_text_gives_exact_ordered_passages_that_fit(seed: int, media_type: str) -> None:
    passages = segment(document(random_text(seed), media_type=media_type), offsets)
    last = 0
    for passage in passages:
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert tokens(embedded_text(passage)) <= 256
        for sentence in passage.sentences:
            assert last <= sentence.start < sentence.end
            words = passage.document.text[sentence.start : sentence.end]
            assert words == words.strip()
            last = sentence.end


@pytest.mark.parametrize("seed", range(25))
def test_no_word_is_lost_but_furniture(seed: int) -> None:
    text = random_text(seed)
    kept = "".join(quotes(segment(document(text), offsets)))
    lines = [line for line in text.splitlines() if line.strip() != "Advertisement"]
    wanted = "".join(line for line in lines if re.search(r"[^\W_]", line))
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", wanted)


def test_the_seed_article_is_cited_without_its_title_and_the_web_page_scrap() -> None:
    text = (ROOT / "seeds/000_0c051e3811c7471b.txt").read_text(encoding="utf-8")
    title = text.splitlines()[0]
    passages = segment(document(text, title), offsets)
    cited = quotes(passages)
    assert len(passages) == 3
    assert cited[0].startswith("President Donald Trump is set")
    assert cited[-1] == "Source: Yahoo Finance"
    assert any(quote.endswith("South Korean President Lee Jae Myung.") for quote in cited)
    assert all(embedded_text(p).startswith(title + "\n") for p in passages)


def test_headings_start_passages_and_stand_before_what_is_embedded() -> None:
    text = "# Title\n\nIntro.\n\n## Fees\n\nOne.\n\n### Late\n\nTwo.\n\n## Dates\n\nThree.\n"
    passages = segment(document(text, media_type="text/markdown"), offsets)
    assert [(p.heading, p.text) for p in passages] == [
        ("", "Intro."),
        ("Fees", "One."),
        ("Fees > Late", "Two."),
        ("Dates", "Three."),
    ]
    assert embedded_text(passages[2]) == "Title\nFees > Late\nTwo."


def test_passages_are_few_even_and_part_at_paragraphs() -> None:
    sentence = "The inquiry could pave the way for tariffs against imports. "
    even = segment(document(sentence * 30, ""), offsets)
    sizes = [len(p.sentences) for p in even]
    assert len(sizes) == 2
    assert max(sizes) - min(sizes) <= 1
    text = sentence * 14 + "\n\n" + sentence * 17
    assert [len(p.sentences) for p in segment(document(text, ""), offsets)] == [14, 17]


@pytest.mark.parametrize(
    "text",
    [
        "| " + " | ".join(["tariff rate"] * 500) + " |",
        "alpha beta gamma " * 450,
        "漢字仮名" * 1000,
        "ひらがな" * 1000,
        "0c051e3811c7471b" * 450,
        "spaced" + " " * 9000 + "out",
    ],
)
def test_a_sentence_too_long_for_a_passage_is_cut_into_even_pieces_that_fit(text: str) -> None:
    passages = segment(document(text), offsets)
    assert len(passages) > 1
    assert all(tokens(embedded_text(p)) <= 256 and len(p.text) <= 2560 for p in passages)
    assert "".join("".join(quotes(passages)).split()) == "".join(text.split())
    if " alpha" in text:
        assert all(quote.split()[0] in ("alpha", "beta", "gamma") for quote in quotes(passages))


@pytest.mark.parametrize("words", ["alpha beta gamma ", "0c051e3811c7471b", "漢字 "])
def test_a_mass_of_words_without_a_stop_is_cut_into_few_passages(words: str) -> None:
    text = words * (60_000 // len(words))

    passages = segment(document(text), offsets)

    assert len(passages) <= len(text) / 4000
    assert all(tokens(embedded_text(passage)) <= 256 for passage in passages)
    assert all(len(quote) <= 2560 for quote in quotes(passages))
    assert "".join("".join(quotes(passages)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "cell", ["No. 5 of U.S. make, e.g. diodes", "Low. Applies to goods of China! Really? Yes."]
)
def test_a_row_is_quoted_as_a_whole_however_many_sentences_are_in_it(cell: str) -> None:
    rows = [f"Code: 8541.{at} | Goods: {cell} | Rate: 25%" for at in range(40)]
    passages = segment(document("Tariff lines\n\n" + "\n".join(rows)), offsets)
    assert [quote for quote in quotes(passages) if "|" in quote] == rows
    prose = f"Code: 8541 | Goods: {'It is low. ' * 100}| Rate: 25%"
    assert len(quotes(segment(document(prose), offsets))) > 50


def test_a_long_title_and_heading_leave_the_passage_most_of_the_room() -> None:
    text = "# " + "very long heading " * 50 + "\n\n" + "Trade fell. " * 100
    long = document(text, "endless title words " * 50, "text/markdown")
    for passage in segment(long, offsets):
        assert tokens(embedded_text(passage)) <= 256
        assert tokens(embedded_text(passage)) - tokens(passage.text) <= 64


def test_the_innermost_of_too_many_headings_is_embedded() -> None:
    text = "# " + "Outer " * 12 + "\n\n## Late fees\n\nThey rose.\n"
    (passage,) = segment(document(text, "Board", "text/markdown"), offsets)
    assert passage.heading == " ".join(["Outer"] * 12) + " > Late fees"
    assert embedded_text(passage) == "Board\nLate fees\nThey rose."


def test_a_smaller_limit_is_kept_too() -> None:
    passages = segment(document("Trade fell. It rose again later that year. " * 20), offsets, 32)
    assert all(tokens(embedded_text(p)) <= 32 for p in passages)


def test_ids_are_stable_and_differ_by_place_document_and_words() -> None:
    text = "\n\n".join(["# A", "Same words.", "# B", "Same words."])
    given = document(text, media_type="text/markdown")
    first, again = segment(given, offsets), segment(given, offsets)
    assert [p.id for p in first] == [p.id for p in again]
    others = segment(replace(given, id="b.txt"), offsets) + segment(
        replace(given, source="/elsewhere/a.txt"), offsets
    )
    ids = {p.id for p in first + others}
    assert len(ids) == 6
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)


def test_documents_without_sentences_give_no_passages() -> None:
    assert segment(document(""), offsets) == ()
    assert segment(document("Title\n\n* * *\n"), offsets) == ()


def test_split_sentences_keeps_one_line_paragraphs_apart() -> None:
    text = "A headline\n\nOne sentence. Two sentences.\r\n\r\nSource: Yahoo Finance\n"
    assert [text[s.start : s.end] for s in split_sentences(text)] == [
        "A headline",
        "One sentence.",
        "Two sentences.",
        "Source: Yahoo Finance",
    ]


@pytest.mark.parametrize(
    "line", ["ab\n", "ab ", "# h\n", "a\n\n", "| a | b |\n", "x. Y ", "\t", "漢"]
)
def test_time_grows_with_the_length_and_not_with_its_square(line: str) -> None:
    text = line * (100_000 // len(line))
    begun = time.process_time()
    segment(document(text, media_type="text/markdown"), offsets)
    assert time.process_time() - begun < 5
