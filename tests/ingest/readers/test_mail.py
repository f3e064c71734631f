"""Mail: its author's words apart from what they quote; attachments, encodings, broken ones told."""

from __future__ import annotations

import time
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from assistant.ingest.readers.base import Extracted, Fault, Item, Remark, UnreadableError
from assistant.ingest.readers.mail import extract
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import SourceFile

HEAD = "From: Jane Doe\n <jane@example.org>\nTo: Li Wei <li@example.org>\nSubject: Steel\n"
HEAD += "Date: Wed, 03 Jun 2026 23:30:00 -0400\n"
TOLD = (
    "# Steel\n\nFrom: Jane Doe <jane@example.org>\n\nTo: Li Wei <li@example.org>\n\n"
    "Date: Wed, 03 Jun 2026 23:30:00 -0400\n\n"
)


def items(mail: str | bytes | EmailMessage, name: str = "a.eml") -> list[Item]:
    if isinstance(mail, EmailMessage):
        mail = mail.as_bytes(policy=SMTP)
    return list(extract(mail.encode() if isinstance(mail, str) else mail, name))


def texts(mail: str | bytes | EmailMessage, name: str = "a.eml") -> list[Extracted]:
    return [item for item in items(mail, name) if isinstance(item, Extracted)]


def written(text: str, html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Jane Doe <jane@example.org>", "Steel"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def test_a_mail_is_told_with_its_head_and_words():
    (mail,) = texts(f"{HEAD}\nDuties rise on Monday.\n\nJane\n")

    assert mail.text == f"{TOLD}Duties rise on Monday.\n\nJane"
    assert (mail.title, mail.author, mail.published) == ("Steel", "Jane Doe", date(2026, 6, 3))
    assert mail.key == ""


def test_encoded_headers_and_bodies_are_decoded():
    raw = (
        b"From: =?iso-8859-1?Q?J=F6rg_M=FCller?= <j@example.org>\nSubject: =?utf-8?B?WsO2bGxl?=\n"
        b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable"
        b"\n\nDie Z=F6lle steigen=\n weiter.\n"
    )
    (mail,) = texts(raw)

    assert (mail.author, mail.title) == ("Jörg Müller", "Zölle")
    assert mail.text.endswith("\n\nDie Zölle steigen weiter.")


def test_a_wrong_or_unknown_charset_is_guessed():
    head = HEAD.encode() + b"Content-Type: text/plain; charset=%s\n\n"

    assert "Zölle" in texts(head % b"utf-8" + "Zölle für Stahl".encode("cp1252"))[0].text
    assert "Zölle" in texts(head % b"x-none" + "Zölle für Stahl".encode())[0].text


def test_the_plain_text_is_preferred_where_it_is_a_real_one():
    assert "Rates rise." in texts(written("Rates rise.", "<p>Rates <b>rise</b>!</p>"))[0].text

    stub = "Your program cannot show this mail."
    full = "<h2>Rates</h2><p>" + "Duties on steel rise to 50 percent. " * 9 + "</p>"
    text = texts(written(stub, full))[0].text
    assert "## Rates\n\nDuties on steel" in text
    assert stub not in text


def test_tables_and_lists_of_a_mail_in_html_are_kept():
    html = "<ul><li>one</li></ul><table><tr><th>Code</th><th>Rate</th></tr><tr><td>7208</td>"
    mail = EmailMessage()
    mail["Subject"] = "Rates"
    mail.set_content(html + "<td>50%</td></tr></table>", subtype="html")

    assert texts(mail)[0].text == "# Rates\n\n- one\n\nCode: 7208 | Rate: 50%"


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (
            "I disagree.\n\nOn Tue, 2 Jun 2026 at 10:14, Li Wei <li@example.org> wrote:\n"
            "> Duties will fall.\n> I am sure.\n\nJane\n",
            "Li Wei",
        ),
        (
            "I disagree.\n\nOn Tuesday, June 2, 2026 at 10:14 AM Li Wei\n"
            "<li@example.org> wrote:\n\n"
            "> Duties will fall.\n> I am sure.\n\nJane\n",
            "Li Wei",
        ),
        (
            "I disagree.\n\nJane\n\n-----Original Message-----\nFrom: Li Wei <li@example.org>\n"
            "Sent: Tuesday, 2 June 2026 10:14\nTo: Jane Doe\nSubject: Steel\n\n"
            "Duties will fall.\nI am sure.\n",
            "Li Wei",
        ),
        (
            "I disagree.\n\nJane\n\n________________________________\nVon: Li Wei\n"
            "Gesendet: Dienstag, 2. Juni 2026\nAn: Jane Doe\nBetreff: Stahl\n\n"
            "Duties will fall.\nI am sure.\n",
            "Li Wei",
        ),
        ("I disagree.\n\n> Duties will fall.\n> I am sure.\n\nJane", ""),
        (
            "I disagree.\n\nAm 02.06.2026 um 10:14 schrieb Li Wei:\n> Duties will fall.\n"
            "> I am sure.\n\nJane",
            "Li Wei",
        ),
    ],
)
def test_quoted_words_are_a_document_of_their_own_by_their_own_author(body, author):
    mail, quote = texts(f"{HEAD}\n{body}")

    assert "Duties will fall" not in mail.text
    assert "I disagree." in mail.text
    assert mail.text.rstrip().endswith("Jane")
    assert quote.text == "Duties will fall.\nI am sure."
    assert (quote.author, quote.title) == (author, "Quoted in: Steel")
    assert quote.key == "a.eml#quoted-1"


def test_quotes_in_html_are_apart_too():
    html = (
        "<div>I disagree.</div><div class='gmail_quote'><div class='gmail_attr'>On Tue, 2 Jun 2026 "
        "at 10:14, Li Wei &lt;li@example.org&gt; wrote:<br></div><blockquote class='gmail_quote'>"
        "<p>Duties will fall.</p></blockquote></div>"
    )
    mail = EmailMessage()
    mail["Subject"] = "Steel"
    mail.set_content(html, subtype="html")
    own, quote = texts(mail)

    assert own.text == "# Steel\n\nI disagree."
    assert (quote.author, quote.text) == ("Li Wei", "Duties will fall.")


def test_what_only_looks_like_a_quote_stays():
    body = "From: what we know, rates rise.\n\nShe wrote:\n\nNothing else.\nTo: be seen."

    (mail,) = texts(f"{HEAD}\n{body}")

    assert mail.text.endswith(body)


def test_attachments_are_told_by_name_and_not_read():
    mail = written("See the files.")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment("Code,Rate", filename="b.csv")
    mail.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="s.asc")
    found = items(mail)

    assert (
        Remark("2 attachments were not read: a.pdf, b.csv; save them as files of their own")
        in found
    )
    assert "Code,Rate" not in found[0].text  # type: ignore[union-attr]


def test_an_attached_mail_is_a_document_of_its_own():
    mail = written("As attached.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Li Wei <li@example.org>", "Iron"
    inner.set_content("Ore is dear.")
    mail.add_attachment(inner)
    outer, attached = texts(mail)

    assert "Ore" not in outer.text
    assert (attached.author, attached.title) == ("Li Wei", "Iron")
    assert attached.text.endswith("Ore is dear.")
    assert attached.key == "a.eml#attached-1"


def test_lines_that_look_like_marks_are_read_as_words():
    (mail,) = texts(f"{HEAD}\n# 1 in steel\n\nDear all\n------\n```\nx")

    assert mail.text.endswith("#\u00a01 in steel\n\nDear all\n\n\u2060```\nx")


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (b"", "no mail"),
        (b"Just words, and no head at all.", "no mail"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "Outlook"),
        (b"Subject: x\n\n", "without text"),
        (
            b"Subject: x\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--",
            "encrypted",
        ),
        (b"Subject: x\nContent-Type: application/pkcs7-mime\n\nx", "encrypted"),
    ],
)
def test_a_mail_that_cannot_be_read_is_told(mail, reason):
    with pytest.raises(UnreadableError, match=reason):
        items(mail)


def test_a_mailbox_gives_a_document_a_message():
    mbox = (
        f"From jane Wed Jun  3\nMessage-ID: <1@x>\n{HEAD}\nOne.\n>From here on.\n\n"
        f"From jane Wed Jun  3\nMessage-ID: <1@x>\n{HEAD}\nTwo.\n\nFrom jane Wed\n\nnothing\n"
        f"From jane Wed\nX: y\n\nnothing\n"
    )
    found = items(mbox, "a.mbox")

    assert [each.key for each in found if isinstance(each, Extracted)] == [
        "a.mbox#1@x",
        "a.mbox#1@x#2",
    ]
    assert found[0].text.endswith("One.\nFrom here on.")  # type: ignore[union-attr]
    assert found[2] == Fault("no mail: it has no sender, date or subject", "3")


def test_a_mailbox_without_mail_is_told():
    with pytest.raises(UnreadableError, match="no mail in it"):
        items(b"\n", "a.mbox")
    assert items(b"just words", "a.mbox") == [
        Fault("no mail: it has no sender, date or subject", "1")
    ]


@pytest.mark.parametrize(
    "mail",
    [
        b"Subject: x\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
        ),
        b"From: " + b"a@b.c, " * 100_000 + b"\n\nx",
        b"From: " + b"=?utf-8?q?a" * 20_000 + b"\n\nx",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000,
        b"Subject: x\nContent-Transfer-Encoding: base64\n\n" + b"!" * 100_000,
        b"Subject: x\nDate: Wed, 99 Foo 99999999999\n\nx",
        b"Subject: x\n\n" + b"On " * 100_000,
        b"Subject: x\n\n" + b"From: a\nTo: b\n\n" * 30_000,
        b"Subject: x\n\n" + b"> " * 300_000,
        b"Subject: x\nContent-Type: message/rfc822\n\n" * 500 + b"x",
    ],
)
def test_mails_made_to_harm_are_read_or_told_quickly(mail):
    Reading.of(read_file(SourceFile(Path("/a.eml"), Path("/"), "a.eml"), mail))


def test_no_broken_mail_raises(mutations):
    mail = written("I disagree.\n\n> Duties fall.\n", "<p>I disagree.</p>")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment(written("Inner."))
    for data in mutations(mail.as_bytes(), 300):
        Reading.of(read_file(SourceFile(Path("/a.eml"), Path("/"), "a.eml"), data))


@pytest.mark.parametrize("name", ["Content-Type", "Content-Disposition", "From", "To"])
def test_a_header_of_megabytes_is_read_in_little_time(name):
    begun = time.process_time()
    found = items(f"Subject: Steel\n{name}: {'a/b; ' * 200_000}\n\nDuties rose.\n")
    assert time.process_time() - begun < 2
    assert any(isinstance(item, Extracted) for item in found)


def test_an_attachment_is_told_without_what_its_name_would_do_to_a_terminal():
    mail = written("Duties rose.")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="PLAN")
    data = mail.as_bytes(policy=SMTP).replace(b"PLAN", b"a\x06\x1b[2Jb.pdf")
    reading = Reading.of(read_file(SourceFile(Path("/a.eml"), Path("/"), "a.eml"), data))
    (note,) = reading.notes
    assert note.reason == "an attachment was not read: a [2Jb.pdf; save it as a file of its own"


def test_endless_names_of_attachments_leave_room_for_the_remedy():
    mail = written("Duties rose.")
    for _ in range(12):
        mail.add_attachment(b"x", maintype="a", subtype="b", filename="plan" * 50)
    (remark,) = (item.text for item in items(mail) if isinstance(item, Remark))
    assert len(remark) < 300
    assert remark.endswith(", ...; save them as files of their own")
