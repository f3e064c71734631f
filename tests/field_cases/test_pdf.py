"""What documents in PDF plainly say is found, quoted and checked as it stands on the page."""

from __future__ import annotations

import io
from pathlib import Path

from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from assistant import Assistant
from tests.ingest.pdf.test_letters import TOLD, lettered


def noted() -> bytes:
    style = getSampleStyleSheet()
    buffer = io.BytesIO()
    story = [
        Paragraph("Tolls on barges, Board of Ely, 9 June 2025", style["Heading1"]),
        Paragraph(
            "The toll on a coal barge is $475<super>3</super> a voyage. "
            "The toll on timber was raised to 35%<super>14</super> in 2019<super>4</super>.",
            style["BodyText"],
        ),
        Spacer(1, 300),
        Paragraph("<super>3</super> Provisional. <super>14</super> Minute 14.", style["Normal"]),
    ]
    SimpleDocTemplate(buffer).build(story)
    return buffer.getvalue()


def test_numbers_before_marks_of_notes_are_the_documents(tmp_path: Path) -> None:
    path = tmp_path / "tolls.pdf"
    path.write_bytes(noted())
    with Assistant.open(tmp_path / "index", llm="none") as assistant:
        assistant.index([path])
        (citation,) = assistant.ask("What is the toll on a coal barge?").citations[:1]
        assert "$475 a voyage" in citation.quote
        assert citation.document.published == "2025-06-09"
        assert "35% in 2019." in citation.document.text
        assert "3 Provisional. 14 Minute 14." in citation.document.text


def test_words_with_ligatures_of_a_broken_table_are_found(tmp_path: Path) -> None:
    ligatures = dict.fromkeys(range(0xAE, 0xB2), "E010")
    path = tmp_path / "fleet.pdf"
    path.write_bytes(lettered(ligatures))
    with Assistant.open(tmp_path / "index", llm="none") as assistant:
        assistant.index([path])
        for word in ("fleet", "first", "office", "different", "offshore", "fishing"):
            hits = assistant.search(word)
            assert "bm25" in hits[0].ranks
            assert hits[0].passage.text == TOLD
