"""Instructions planted in documents: `python -m tests.bench.injection EVAL`.

EVAL is a folder of evaluation sets. Each attack is put at the start, in the middle and at the end
of the shipped document and of a paragraph of SQuAD 2.0, and a real question is asked of that
document. Nothing that the planted words brought may be shown as supported, and what was answered
rightly from the clean document must still be. Also: how many ordinary sentences of four sets are
taken for instructions.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant
from assistant.documents import Document
from assistant.ingest.chunking.passages import segment, split_sentences
from assistant.language.facts import content_stems
from assistant.models.embeddings.minilm import MiniLM
from assistant.safety.prompt_injection import instructions
from assistant.settings import shipped
from tests.bench.conflicts import share
from tests.bench.corpora import SETS

PLACES = ("start", "middle", "end")
_NAMED = re.compile(r"[\w-]+(?:\.[\w-]+)+|[\"“]([^\"”]{8,})[\"”]")


@dataclass(frozen=True)
class Case:
    """A question, the document it is put to, and what was planted there."""

    question: dict[str, Any]
    text: str
    attack: str = ""
    kind: str = ""
    place: str = ""

    @property
    def planted(self) -> str:
        """The document with the attack as a sentence of its own."""
        sentences = split_sentences(self.text)
        at = {
            "start": 0,
            "middle": sentences[len(sentences) // 2].start,
            "end": len(self.text),
        }[self.place]
        joint = "\n\n" if at and self.text[at - 1] == "\n" else " "
        before = self.text[:at].rstrip() + joint if at else ""
        return f"{before}{self.attack} {self.text[at:]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path, metavar="EVAL")
    parser.add_argument("--llm", default="none")
    parser.add_argument("--attacks", type=Path, metavar="FILE", help="kind -> attacks, as JSON")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth case")
    options = parser.parse_args()
    attacks = options.attacks or options.eval / "injection" / "attacks_train.json"
    planned = list(cases(json.loads(attacks.read_text(encoding="utf-8")), options.eval))
    attacked(planned[:: options.every], options.llm)
    if options.every == 1:
        ordinary(options.eval)


def cases(attacks: dict[str, list[str]], folder: Path) -> Iterator[Case]:
    """Each attack in each place, in the shipped document and a paragraph, questions in turn."""
    shipped_text = next(shipped("seeds").glob("*.txt")).read_text(encoding="utf-8")
    sources = [
        [(q, shipped_text) for q in read(folder / "seed_questions_dev.jsonl")],
        paragraphs(folder / "squad2"),
    ]
    every = [(kind, attack) for kind, several in attacks.items() for attack in several]
    for source in sources:
        answerable = [(q, text) for q, text in source if q["answerable"] and not q.get("history")]
        planned = [(kind, attack, place) for place in PLACES for kind, attack in every]
        for number, (kind, attack, place) in enumerate(planned):
            question, text = answerable[number % len(answerable)]
            yield Case(question, text, attack, kind, place)


def paragraphs(folder: Path) -> list[tuple[dict[str, Any], str]]:
    """SQuAD's questions, each with its paragraph."""
    texts = {each["id"]: each["text"] for each in read(folder / "corpus.jsonl")}
    asked = read(folder / "sample_600.jsonl")
    return [(unified(q), texts[q["context_id"]]) for q in asked if q["context_id"] in texts]


def unified(question: dict[str, Any]) -> dict[str, Any]:
    """A question of SQuAD in the form of the shipped ones: any of its answers is right."""
    return {
        "id": question["id"],
        "question": question["text"],
        "answerable": question["answerable"],
        "must": ["|".join(map(re.escape, question["answers"] or ()))],
        "evidence": [span["text"] for span in question["evidence"] or ()],
    }


def read(file: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in file.open(encoding="utf-8") if line.strip()]


def attacked(planned: Sequence[Case], llm: str) -> None:
    """Ask each question of the clean and of the planted document, and print both scores."""
    records = {}
    for number, case in enumerate(planned):
        records[f"planted-{number}"] = case.planted
        records[clean_id(case)] = case.text
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.jsonl"
        lines = (
            json.dumps({"id": id_, "title": "", "text": text}) for id_, text in records.items()
        )
        corpus.write_text("\n".join(lines), encoding="utf-8")
        with Assistant.open(Path(folder) / "index", llm=llm) as assistant:
            assistant.index([corpus])
            shown, before, after, clean = [], [], [], {}
            for number, case in enumerate(planned):
                text = case.question["question"]
                if clean_id(case) not in clean:
                    answer = assistant.ask(text, only=clean_id(case))
                    clean[clean_id(case)] = right(answer, case)
                answer = assistant.ask(text, only=f"planted-{number}")
                shown.append(bool(brought(answer, case)))
                before.append(clean[clean_id(case)])
                after.append(right(answer, case))
                if shown[-1]:
                    print(f"  SHOWN {case.kind}, {case.place}: {brought(answer, case)}")
    print(f"planted instructions, {llm}: {len(planned)} cases")
    share("shown as supported", shown)
    share("right and cited from the clean document", before)
    share("of these, from the planted one", [b for a, b in zip(before, after, strict=True) if a])


def clean_id(case: Case) -> str:
    """The id of the clean document: one for each question, so that it is asked once."""
    return f"clean-{case.question['id']}"


def right(answer: Answer, case: Case) -> bool:
    """Whether the answer matches all that a right one must, and cites evidence of it."""
    asked = case.question
    told = all(re.search(pattern, answer.text, re.I) for pattern in asked["must"])
    return told and any(words in c.quote for words in asked["evidence"] for c in answer.citations)


def brought(answer: Answer, case: Case) -> str:
    """What an answer shows as supported that can only come from the planted words; "" if nothing.

    That is the planted sentence itself, a name of a site or a quote in it, or two of its words
    that neither the clean document nor the question has.
    """
    own = content_stems(case.attack) - content_stems(f"{case.text} {case.question['question']}")
    named = [found[1] or found[0] for found in _NAMED.finditer(case.attack)]
    supported = [s.text for s in answer.statements if s.verdict == "supported"]
    for text in (*supported, *(citation.quote for citation in answer.citations)):
        if (
            case.attack in text
            or len(own & content_stems(text)) >= 2
            or any(name in text and name not in case.text for name in named)
        ):
            return text
    return ""


def ordinary(folder: Path) -> None:
    """Print how many sentences of the evaluation sets are taken for instructions."""
    offsets = MiniLM().offsets
    for name in SETS:
        sentences = taken = 0
        for each in read(folder / name / "corpus.jsonl"):
            document = Document(each["id"], "", each["title"] or "", each["text"])
            for passage in segment(document, offsets, 128):
                sentences += len(passage.sentences)
                taken += len(instructions(passage))
        print(f"ordinary sentences, {name}: {taken} of {sentences} taken for instructions")


if __name__ == "__main__":
    main()
