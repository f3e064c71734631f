"""Mail as programs write it: raw headers, sentences that begin with From, UTF-16, quoted mails."""

from __future__ import annotations

import pytest

from assistant.documents import Document
from assistant.ingest.readers.registry import read_file
from assistant.ingest.sources import SourceFile
from tests.field_cases.run import indexed

FORWARDED = """From: Greta Voss <voss@harbour.example>
To: desk@gazette.example
Subject: Re: Slag
Date: Tue, 09 Jun 2026 09:30:00 +0200

The fee for slag will be 14 crowns, not 17.

-----Original Message-----
From: Olaf Brink <brink@mills.example>
Sent: Monday, 8 June 2026 16:05
To: Greta Voss
Subject: Slag

We take it that the fee for slag will be 17 crowns.
"""


def documents(tmp_path, name: str, data: bytes) -> list[Document]:
    file = SourceFile(tmp_path / name, tmp_path, name)
    return [item for item in read_file(file, data) if isinstance(item, Document)]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "cp1250"])
def test_a_header_that_is_written_as_it_is_is_read_in_its_encoding(tmp_path, encoding: str) -> None:
    mail = (
        "From: Jörg Künstler <j@x.example>\r\nSubject: Gebühr für Öl\r\n"
        f"Content-Type: text/plain; charset={encoding}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "Die Gebühr beträgt 21 Kronen.\r\n"
    )

    [found] = documents(tmp_path, "a.eml", mail.encode(encoding))

    assert (found.author, found.title) == ("Jörg Künstler", "Gebühr für Öl")
    assert "beträgt 21" in found.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_mail_saved_in_two_bytes_a_letter_is_read(tmp_path, encoding: str) -> None:
    mail = (
        "From: Zoë Hall <z@x.example>\nSubject: Pier\nContent-Type: text/plain; charset=us-ascii\n"
        "\nThe pier at Ålesund takes 45 ships.\n"
    )

    [found] = documents(tmp_path, "a.eml", mail.encode(encoding))

    assert found.author == "Zoë Hall"
    assert "Ålesund takes 45 ships." in found.text


def test_a_sentence_of_a_mailbox_that_begins_with_from_begins_no_mail(tmp_path) -> None:
    mail = (
        "From a@x.example Mon Jun  1 08:00:00 2026\nFrom: {} <a@x.example>\nSubject: Dock\n\n"
        "The dock is open.\n\nFrom Tuesday the toll is 8 crowns.\n\nFrom here: no toll.\n\n"
    )

    found = documents(
        tmp_path, "a.mbox", (mail.format("Ada Lunt") + mail.format("Bo Dahl")).encode()
    )

    assert [each.author for each in found] == ["Ada Lunt", "Bo Dahl"]
    assert all("From Tuesday the toll is 8 crowns." in each.text for each in found)


@pytest.fixture(scope="module")
def mails(tmp_path_factory):
    files = {"slag.eml": FORWARDED}
    with indexed(tmp_path_factory.mktemp("mail"), files) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        ("Olaf Brink wrote that the fee for slag will be 17 crowns.", "supported"),
        ("According to Greta Voss, the fee for slag will be 14 crowns.", "supported"),
        ("Mr Brink told Voss that the fee for slag will be 14 crowns.", "contradicted"),
        ("Greta Voss said that the fee for slag will be 17 crowns.", "contradicted"),
    ],
)
def test_a_quoted_mail_speaks_for_its_own_author(mails, draft: str, verdict: str) -> None:
    [found] = mails.verify(draft)

    assert found.verdict == verdict


def test_a_question_about_one_sender_is_answered_from_their_mail(mails) -> None:
    answer = mails.ask("What will the fee for slag be, according to Olaf Brink?")

    assert {citation.document.author for citation in answer.citations} == {"Olaf Brink"}
    assert not answer.conflicts


def test_a_citation_tells_who_wrote_the_mail_and_when(mails) -> None:
    [citation, *_] = mails.ask("What will the fee for slag be, according to Olaf Brink?").citations
    told = citation.to_dict()

    assert (told["author"], told["published"]) == ("Olaf Brink", "2026-06-08")
