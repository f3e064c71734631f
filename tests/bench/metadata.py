"""What documents say of themselves: dates read, found in texts, languages told; and what it costs.

`python -m tests.bench metadata [--eval EVAL]`. Candidates that are not installed are passed over:
dateparser; pycld2, lingua-language-detector, langdetect. `EVAL` holds texts of which none names its
date, so each date that is found there is listed as an error to be looked at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.ingest.metadata.bylines import about
from assistant.ingest.metadata.dates import NoDateError, iso_date
from assistant.ingest.metadata.languages import LEAST_SURE, detected
from tests.bench import table

HERE = Path(__file__).parent
CORPORA = ("ramdocs", "scifact", "squad2")
DATES = dict.fromkeys(
    """2026-06-03|2026-06-03T10:00:00Z|2026-06-03 23:59:59+05:00|2026-06-03T10:00:00.123456789Z
2026-06-03T10:00|2026-06-03 10:00 UTC|Wed, 03 Jun 2026 10:00:00 +0200|3 Jun 2026 10:00:00 +0200 (CEST)
D:20260603120000+02'00'|D:20260603|Wed, 03 Jun 2026 10:00:00 GMT|Wednesday, 03-Jun-26 08:49:37 GMT
Wed Jun  3 08:49:37 2026|June 3, 2026|3 June 2026|Jun. 3, 2026|JUNE 3, 2026|June 3 2026|2026/06/03
03.06.2026|3.6.2026|2026. 06. 03.|20260603|20260603T120000Z|2026-Jun-03|03-Jun-2026
Wednesday, June 3rd, 2026 at 4:05 PM ET|June 3, 2026 4:05 p.m. EDT|3 juin 2026|3. Juni 2026
mercredi 3 juin 2026 à 14h05|Mittwoch, 3. Juni 2026, 14:05 Uhr|3 de junio de 2026|3 giugno 2026
3 июня 2026|3 Haziran 2026|2026 június 3.|2026年6月3日|2026년 6월 3일""".replace("\n", "|").split(
        "|"
    ),
    "2026-06-03",
) | {"13/06/2026": "2026-06-13", "06/13/2026": "2026-06-13", "1er juin 2026": "2026-06-01"}
"""Dates as formats and people write them, and the days they are."""
NO_DATES = """2026|June 2026|2026-06|2026-02-30|03/06/2026|03-06-2026|June|May|12|0999-06-03|2399-06-03
1066 and all that|yesterday|3 days ago|June 31, 2026|10:30|v1.2.2026|3 listopada 2025|12/31|06/03/26
June 3|12 March|D:2026|99999999|12345678|version 2026.06.03.1|Jan 32, 2026|192.168.1.2026|0000-00-00
00/00/0000|D:20261340|second quarter 2026|Q3 2026|1780000000|2026-06-03 to 2026-06-05|June 3-5, 2026
Smith 2003, 12 March 1999|June 3, 2026 4""".replace("\n", "|").split("|")
"""What is no certain day."""
LANGUAGES: dict[str, list[str]] = json.loads((HERE / "languages.json").read_text("utf-8"))
"""The same four sentences in each of these languages."""
NO_LANGUAGE = (
    "12.5 7.3 8.1 44 2019 3.4 % 7208.10 17.5 22.1",
    "x = foo(bar[0]) + baz; if (x > 3) return null; y += qux[i];",
    "Maria Rossi, Jan de Vries, Hans Müller, Ana Souza",
    "HS 7208.10.00 | 3.5 | MFN | 7208.10.01 | 4.5 | GSP | t",
    "ABC-123 DEF 456 GHI JKL-9 MNO PQR STU VWX-12",
    "asdf qwer zxcv hjkl uiop bnmt",
    "Tokyo Berlin Paris London Madrid Rome Lima",
    "Jackson 11,966 +2,778 2000 16,895 Washington 14,311 +2,584 2001 Decatur 18,955 Franklin 13,153",
)
"""What is in no language."""


@dataclass(frozen=True, slots=True)
class Head:
    """A text, and what it says of itself."""

    text: str
    published: str | None
    publisher: str
    author: str


HEADS = tuple(
    Head(**json.loads(each)) for each in (HERE / "heads.jsonl").read_text("utf-8").splitlines()
)
KNOWN_ERRORS = (
    "Leeds, 14 April 2026\n\nDear Ms Lee,",
    "Concert\n\nThursday, 8 July 2021, 20:00",
    "Imports By Country Group\n\nBy Income Level",
)
"""How the texts begin that are read wrongly: a first line may be a title; an event's day stands like
a publication's, and some words look like a name."""


def bench(options: argparse.Namespace) -> None:
    """Print what is found and what is taken for something else, and the time it takes."""
    _dates()
    _heads()
    _languages()
    if options.eval:
        _corpora(options.eval)


def _dates() -> None:
    table.heading(f"Dates in fields: {len(DATES)} dates, {len(NO_DATES)} that are no certain day")
    _date_rates("ours", lambda text: iso_date(text) or "")
    try:
        import dateparser
    except ImportError:
        return
    for name, settings in (("dateparser", {}), ("dateparser, strict", {"STRICT_PARSING": True})):

        def parsed(text: str, settings: dict[str, bool] = settings) -> str:
            found = dateparser.parse(text, settings=settings)
            return found.date().isoformat() if found else ""

        _date_rates(name, parsed)


def _date_rates(name: str, parse: Callable[[str], str]) -> None:
    def day(text: str) -> str:
        try:
            return parse(text)
        except NoDateError:
            return ""

    table.line(f"{name}: read rightly", sum(day(text) == DATES[text] for text in DATES), "", 0)
    table.line(f"{name}: read wrongly", sum(day(t) not in ("", DATES[t]) for t in DATES), "", 0)
    table.line(f"{name}: taken for a day", sum(bool(day(text)) for text in NO_DATES), "", 0)


def _heads() -> None:
    table.heading(f"What {len(HEADS)} texts say of themselves")
    found = [about(h.text, detected(h.text), h.text.startswith("# ")) for h in HEADS]
    for name in ("published", "publisher", "author"):
        pairs = [(getattr(h, name), getattr(f, name)) for h, f in zip(HEADS, found, strict=True)]
        told = [(told, got) for told, got in pairs if told]
        silent = [got for told, got in pairs if not told]
        table.line(f"{name}: found, of {len(told)} told", sum(a == b for a, b in told), "", 0)
        table.line(f"{name}: wrong, of these", sum(bool(b) and a != b for a, b in told), "", 0)
        table.line(f"{name}: invented, of {len(silent)} not told", sum(map(bool, silent)), "", 0)


def _languages() -> None:
    sentences = [(code, each) for code, four in LANGUAGES.items() for each in four]
    spaced = [(code, text) for code, text in sentences if code not in ("zh", "ja")]
    sets = {
        "paragraphs": [(code, "\n".join(four)) for code, four in LANGUAGES.items()],
        "sentences": sentences,
        "5 words": [(code, " ".join(text.split()[:5])) for code, text in spaced],
    }
    candidates = {"ours (py3langid, where sure)": detected} | _others()
    for name, detect in candidates.items():
        table.heading(f"{name}: {len(LANGUAGES)} languages")
        for what, texts in sets.items():
            right = sum(detect(text) == code for code, text in texts)
            wrong = sum(detect(text) not in ("", code) for code, text in texts)
            table.line(f"{what}: right, of {len(texts)}", right, "", 0)
            table.line(f"{what}: wrong", wrong, "", 0)
        none = sum(bool(detect(text)) for text in NO_LANGUAGE)
        table.line(f"no language: told one, of {len(NO_LANGUAGE)}", none, "", 0)
        text = (" ".join(LANGUAGES["en"]) + " ") * 10
        begun = time.process_time()
        for turn in range(200):
            detect(text[turn : turn + 2000])
        table.line("CPU for 2,000 characters", (time.process_time() - begun) * 5, "ms")
    _cost_of_loading()


def _others() -> dict[str, Callable[[str], str]]:
    """Other libraries that are installed, each at the same confidence where it tells one."""
    found: dict[str, Callable[[str], str]] = {}
    try:
        import pycld2

        def cld2(text: str) -> str:
            sure, _, best = pycld2.detect(text)
            return best[0][1] if sure else ""

        found["pycld2"] = cld2
    except ImportError:
        pass
    try:
        from lingua import LanguageDetectorBuilder

        lingua = LanguageDetectorBuilder.from_all_languages().build()

        def with_lingua(text: str) -> str:
            best = lingua.compute_language_confidence_values(text)[0]
            return best.language.iso_code_639_1.name.lower() if best.value >= LEAST_SURE else ""

        found["lingua"] = with_lingua
    except ImportError:
        pass
    try:
        import langdetect

        langdetect.DetectorFactory.seed = 0

        def with_langdetect(text: str) -> str:
            try:
                best = langdetect.detect_langs(text)[0]
            except langdetect.LangDetectException:
                return ""
            return best.lang[:2] if best.prob >= LEAST_SURE else ""

        found["langdetect"] = with_langdetect
    except ImportError:
        pass
    return found


def _cost_of_loading() -> None:
    """Time and memory of the first detection, in a process of its own."""
    code = """
import time, numpy
from pathlib import Path
from assistant.ingest.metadata.languages import detected
held = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before, begun = held(), time.process_time()
detected("The quota for steel will be raised by the ministry.")
print(time.process_time() - begun, held() - before)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    if told:  # Linux alone tells memory there
        spent, megabytes = map(float, told.split())
        table.heading("The first detection of ours")
        table.line("CPU", spent, "s")
        table.line("memory", megabytes, "MB", 0)


def _corpora(folder: Path) -> None:
    for name in CORPORA:
        lines = (folder / name / "corpus.jsonl").read_text("utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines]
        table.heading(f"{name}: {len(texts)} texts")
        begun = time.process_time()
        languages = [detected(text) for text in texts]
        spent = time.process_time() - begun
        table.line("language told", sum(map(bool, languages)), "", 0)
        table.line("another than English", sum(each not in ("", "en") for each in languages), "", 0)
        table.line("CPU a text: language", spent / len(texts) * 1000, "ms")
        begun = time.process_time()
        found = [about(text, code) for text, code in zip(texts, languages, strict=True)]
        spent = time.process_time() - begun
        table.line("CPU a text: first and last lines", spent / len(texts) * 1000, "ms")
        for field in ("published", "publisher", "author"):
            table.line(f"{field}: found", sum(bool(getattr(f, field)) for f in found), "", 0)
