"""The catalogue, on real SQLite: what is live is found, and nothing else; damage is told."""

import sqlite3
import string
from contextlib import closing
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from assistant.documents import Document, Passage, Sentence
from assistant.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
    StorageError,
)
from assistant.filters import Filter
from assistant.models.embeddings.minilm import without_words
from assistant.retrieval.query_terms import terms_of
from assistant.store.database import Catalogue, Change, Entry, FileRecord, made_with
from assistant.store.fulltext import Term
from assistant.store.schema import FORMAT

MODEL, DIMENSION = "some-model", 4


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalogue.sqlite3"


@pytest.fixture
def catalogue(path):
    catalogue = Catalogue(path, MODEL, DIMENSION, create=True)
    yield catalogue
    catalogue.close()


def record(path="/docs/a.txt", **changes):
    values = {"root": "/docs", "size": 1, "mtime_ns": 2, "sha256": "x", "recipe": "r"} | changes
    return FileRecord(path=path, **values)


def entry(catalogue, text, key="a.txt", title="Title", heading="", **about):
    """A document with one passage a line, its embeddings kept."""
    document = Document(key, "/docs/a.txt", title, text, **about)
    passages, start = [], 0
    for line in text.splitlines():
        end = start + len(line)
        span = (Sentence(start, end),)
        passages.append(Passage(f"{key}:{line}", document, start, end, heading, span))
        start = end + 1
    hashes = tuple((title + p.text).encode() for p in passages)
    vectors = np.stack([np.full(DIMENSION, len(key), np.float32) for key in hashes])
    catalogue.keep_embeddings(hashes, without_words(vectors))
    return Entry(document, tuple(passages), hashes)


def put(catalogue, text, file=None, gone=(), **about):
    catalogue.apply([Change(file or record(), (entry(catalogue, text, **about),), gone)])


def put_apart(catalogue, text, definitions=lambda line: ()):
    """A document a line, so that no passage is around another; gone with the next such call."""
    gone = tuple(catalogue.document_ids("/docs/a.txt"))
    entries = []
    for number, line in enumerate(dict.fromkeys(text.splitlines())):
        made = entry(catalogue, line, key=f"{number}")
        [passage] = made.passages
        passages = (replace(passage, id=f"a.txt:{line}"),)
        entries.append(replace(made, passages=passages, acronyms=definitions(line)))
    catalogue.apply([Change(record(), tuple(entries), gone)])


def found(catalogue, query):
    return [key for key, _ in catalogue.words.bm25(terms_of(query), 10)]


def test_a_document_comes_back_as_it_was_written(catalogue):
    put(
        catalogue,
        "Café “x” 😀 one.\nTwo.",
        heading="A > B",
        published="2026-06-03",
        publisher="The Paper",
        media_type="text/markdown",
        pages=(0, 9),
    )
    [passage] = catalogue.passages_by_ids(["a.txt:Two.", "unknown"]).values()
    written = Document(
        "a.txt",
        "/docs/a.txt",
        "Title",
        "Café “x” 😀 one.\nTwo.",
        "2026-06-03",
        "The Paper",
        "text/markdown",
        (0, 9),
    )
    assert passage.document == written
    assert catalogue.document("/docs/a.txt", "a.txt") == written
    assert catalogue.document("/docs/a.txt", "b.txt") is None
    assert catalogue.document_ids("/docs/a.txt") == ["a.txt"]
    assert (passage.text, passage.heading) == ("Two.", "A > B")
    assert passage.sentences == (Sentence(passage.start, passage.end),)


def test_passages_of_one_document_share_it_and_come_in_order(catalogue):
    put(catalogue, "One.\nTwo.\nThree.")
    passages = catalogue.passages_of("a.txt:Two.")
    assert [p.text for p in passages] == ["One.", "Two.", "Three."]
    assert len({id(p.document) for p in passages}) == 1
    assert catalogue.passages_of("unknown") == ()


def test_a_new_version_replaces_text_words_embeddings_and_announces_both(catalogue):
    put(catalogue, "Old zebra.\nKept line.")
    catalogue.delivered(catalogue.outbox(10))
    before = catalogue.generation()
    put(catalogue, "New giraffe.\nKept line.")
    assert found(catalogue, "zebra") == []
    assert found(catalogue, "giraffe")[0] == "a.txt:New giraffe."
    assert found(catalogue, "kept")[0] == "a.txt:Kept line."
    assert set(catalogue.embeddings(["a.txt:Old zebra.", "a.txt:New giraffe."])) == {
        "a.txt:New giraffe."
    }
    # what did not change needs no new vector
    assert catalogue.outbox(10) == ["a.txt:New giraffe.", "a.txt:Old zebra."]
    assert catalogue.generation() > before


def test_a_new_title_alone_changes_the_vectors(catalogue):
    put(catalogue, "A line.")
    catalogue.delivered(catalogue.outbox(10))
    put(catalogue, "A line.", title="Renamed")
    assert catalogue.outbox(10) == ["a.txt:A line."]
    assert found(catalogue, "title") == []
    assert found(catalogue, "renamed") == ["a.txt:A line."]


def test_nothing_of_a_removed_document_or_file_stays(catalogue):
    put(catalogue, "First zebra.", key="one")
    put(catalogue, "Second zebra.", key="two")
    catalogue.apply([Change(record(), gone=("one",))])
    assert found(catalogue, "zebra") == ["two:Second zebra."]
    catalogue.remove_files(["/docs/a.txt"])
    assert found(catalogue, "zebra") == []
    assert catalogue.files() == {}
    assert catalogue.counts() == (0, 0)
    assert set(catalogue.outbox(10)) == {"one:First zebra.", "two:Second zebra."}
    catalogue.forget_unused()
    assert catalogue.known_hashes([b"TitleFirst zebra."]) == set()


def test_a_change_that_fails_leaves_everything_as_it_was(catalogue):
    put(catalogue, "Old zebra.")
    state = catalogue.generation(), catalogue.outbox(10)
    good = entry(catalogue, "New giraffe.")
    bad = Entry(good.document, good.passages, (b"hash without an embedding",))
    with pytest.raises(sqlite3.IntegrityError):
        catalogue.apply([Change(record("/docs/b.txt"), (good,)), Change(record(), (bad,))])
    assert found(catalogue, "giraffe") == []
    assert found(catalogue, "zebra") == ["a.txt:Old zebra."]
    assert (catalogue.generation(), catalogue.outbox(10)) == state
    assert set(catalogue.files()) == {"/docs/a.txt"}


def test_a_passage_that_stands_in_two_files_is_one_and_outlives_either(catalogue):
    for name in ("/docs/a.jsonl", "/docs/b.jsonl"):
        put(catalogue, "Same zebra.", record(name), key="k")
    assert catalogue.counts() == (2, 1)
    assert found(catalogue, "zebra") == ["k:Same zebra."]
    assert [*catalogue.passage_ids(10)] == [["k:Same zebra."]]
    catalogue.remove_files(["/docs/a.jsonl"])
    assert list(catalogue.passages_by_ids(["k:Same zebra."])) == ["k:Same zebra."]


def test_words_are_found_by_stem_whatever_their_case_and_accents(catalogue):
    put(catalogue, "Élysée officials negotiated TARIFFS.")
    for query in ("elysee", "negotiating", "tariff", "OFFICIAL", "E\u0301lyse\u0301e"):
        assert found(catalogue, query), query


def test_a_better_match_scores_higher(catalogue):
    put(catalogue, "Steel.\nSteel tariffs on cars.\nCars and other things that go far.")
    scores = catalogue.words.bm25(terms_of("steel tariffs"), 10)
    assert scores[0][0] == "a.txt:Steel tariffs on cars."
    assert [score for _, score in scores] == sorted((s for _, s in scores), reverse=True)
    assert len(catalogue.words.bm25(terms_of("steel tariffs"), 1)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        '"',
        "(((",
        "zebra AND OR NOT NEAR(",
        "-zebra*",
        "title:zebra^2",
        "zebra\x00zebra",
        "{zebra} + ' ; DROP TABLE words",
        "\ud800zebra",
        "?!… – ()",
        "zebra " * 20_000,
        " ".join(f"w{n}" for n in range(20_000)),
        "ª º ² ½ ߀ ㊀ ꙮ 💡 \u0301",
    ],
)
def test_no_text_is_a_syntax_error(catalogue, query):
    put(catalogue, "A zebra.")
    assert found(catalogue, query) == (["a.txt:A zebra."] if "zebra" in query else [])


NASTY = (
    'AND OR NOT NEAR NEAR( NEAR/2 " "" \' “ ” « ( ) * ^ : - + { } [ ] , . ; \\ / % $ ~ \x00 \x1f'
    " \ud800 \udfff \ufeff \u200b \u0301 ª ² ½ İ ß ﬁ 中 \U0001f600 a zebra U.S. Nov. 1 $8.5bn 1,000"
    " 100% O'Brien de-escalate ——— text: title: zebra* 9999999999999999999999,999 1-"
).split(" ")


def test_no_text_whatever_is_a_syntax_error(catalogue):
    put(catalogue, "A zebra.")
    random = Random(1)
    alphabet = string.printable + "éß中\u0301\u200b\ufeff\U0001f600"
    for turn in range(3000):
        texts = (
            "".join(random.choices(alphabet, k=random.randrange(40))),
            *random.choices(NASTY, k=9),
        )
        text = random.choice(("", " ")).join(texts)
        catalogue.words.bm25(terms_of(text), 3)
        # neither are phrases that were made of no words
        catalogue.words.bm25([Term(texts[:3], first=turn % 3 > 0)], 3)


@pytest.mark.parametrize(
    "piece", ["zebra ", '"', "NEAR(", "\x00", "\ud800", "a.", "1,", "Nov. 1 ", "A B "]
)
def test_a_hundred_kilobytes_are_a_query_too(catalogue, piece):
    put(catalogue, "A zebra.")
    catalogue.words.bm25(terms_of(piece * (100_000 // len(piece))), 3)


def test_a_term_may_stand_in_place_of_others_but_never_counts_beside_them(catalogue):
    put_apart(
        catalogue,
        "Asia Pacific forum.\nAPF alone now.\nAsia Pacific forum APF.\nNothing of it at all.",
    )
    asked = [Term(("asia",)), Term(("pacific",)), Term(("forum",))]
    other = Term(("apf",), instead_of=("asia", "pacific", "forum"))
    scores = dict(catalogue.words.bm25([*asked, other], 10))
    assert set(scores) == {
        "a.txt:Asia Pacific forum.",
        "a.txt:APF alone now.",
        "a.txt:Asia Pacific forum APF.",
    }
    # each form scores as if the other had not been asked for
    assert scores["a.txt:APF alone now."] == pytest.approx(
        catalogue.words.bm25([Term(("apf",))], 1)[0][1]
    )
    alone = dict(catalogue.words.bm25(asked, 10))
    assert scores["a.txt:Asia Pacific forum APF."] == alone["a.txt:Asia Pacific forum APF."]


def test_a_passage_is_found_by_the_words_around_it_too_and_its_own_count_for_more(catalogue):
    animals = "ape bee cow dog eel fox".split()
    lines = [f"Line {number} tells of {word}." for number, word in enumerate(animals)]
    put(catalogue, "\n".join(lines))
    assert found(catalogue, "ape") == [f"a.txt:{line}" for line in lines[:3]]
    assert set(found(catalogue, "ape eel")) == {f"a.txt:{line}" for line in lines}
    assert sorted(found(catalogue, "dog")) == [f"a.txt:{line}" for line in lines[1:]]
    catalogue.apply([Change(record(), gone=("a.txt",))])
    assert found(catalogue, "ape") == []


def test_the_vocabulary_tells_stems_their_passages_and_how_they_are_written(catalogue):
    put_apart(
        catalogue, "Albanese met Takaichi.\nThe talks with Albanese ended.\n“Élysées” was said."
    )
    assert catalogue.size() == 3
    assert catalogue.words.frequency("albanese", 9) == 2
    assert catalogue.words.frequency("albanese", 1) == 1
    assert catalogue.words.frequency("albanese met", 9) == 1
    assert catalogue.words.frequency("?!", 9) == 0
    assert catalogue.words.vocabulary("al", 3, 9) == {"albanes": 2}
    assert catalogue.words.vocabulary("al", 3, 6) == {}
    assert catalogue.words.stems("Élysées, talking") == ["elyse", "talk"]
    assert catalogue.words.stems("\ud800 ?") == []
    assert catalogue.words.written_forms("albanes") == ["Albanese"]
    assert catalogue.words.written_forms("unknown") == []


def test_the_vocabulary_follows_what_is_written_and_removed(catalogue, path):
    put(catalogue, "A zebra.")
    reader = Catalogue(path, MODEL, DIMENSION)
    assert reader.words.frequency("zebra", 9) == 1
    put(catalogue, "A giraffe.")
    assert reader.words.frequency("zebra", 9) == 0
    assert reader.words.vocabulary("z", 1, 9) == {}
    assert reader.words.vocabulary("g", 1, 9) == {"giraff": 1}
    reader.close()


APEC = ("APEC", "Asia-Pacific Economic Cooperation")


def defining(catalogue, text, *pairs, key="a.txt"):
    made = entry(catalogue, text, key=key)
    catalogue.apply([Change(record(), (replace(made, acronyms=pairs),))])


def test_acronyms_are_kept_with_their_document_and_go_with_it(catalogue):
    defining(catalogue, "One.", APEC, ("PM", "prime minister"))
    defining(catalogue, "Two.", APEC, ("PM", "particulate matter"), key="b.txt")
    defining(catalogue, "Three.", ("PM", "Prime Minister"), key="c.txt")
    assert catalogue.long_forms(["APEC", "PM", "EU"]) == {
        "APEC": [(APEC[1], 2)],
        "PM": [("Prime Minister", 2), ("particulate matter", 1)],
    }
    assert catalogue.short_forms(["asia pacific economic cooperation"]) == {
        "asia pacific economic cooperation": [("APEC", 2)]
    }
    catalogue.apply([Change(record(), gone=("b.txt",))])
    assert catalogue.long_forms(["APEC"]) == {"APEC": [(APEC[1], 1)]}
    put(catalogue, "One, rewritten.")
    assert catalogue.long_forms(["APEC"]) == {}
    catalogue.remove_files(["/docs/a.txt"])
    assert catalogue.long_forms(["PM"]) == {}


def test_a_catalogue_of_a_version_without_acronyms_is_read_and_gets_them_when_written(
    catalogue, path
):
    put(catalogue, "Old zebra.")
    catalogue.db.execute("DROP TABLE acronyms")
    reader = Catalogue(path, MODEL, DIMENSION)
    assert found(reader, "zebra") == ["a.txt:Old zebra."]
    assert reader.long_forms(["APEC"]) == reader.short_forms(["x"]) == {}
    reader.close()
    defining(catalogue, "New.", APEC)
    assert catalogue.long_forms(["APEC"]) == {"APEC": [(APEC[1], 1)]}


def test_a_version_that_knows_of_no_acronyms_may_still_delete_documents(catalogue):
    defining(catalogue, "One.", APEC)
    catalogue.db.execute("DELETE FROM passages")
    catalogue.db.execute("DELETE FROM documents")
    assert catalogue.long_forms(["APEC"]) == {}


# What a question is put to


def put_file(catalogue, name, text, published=None, source=None, root="/docs"):
    """A file that is one document."""
    path = f"{root}/{name}"
    made = entry(catalogue, text, key=name, published=published)
    document = replace(made.document, source=source or path)
    catalogue.apply([Change(record(path, root=root), (replace(made, document=document),))])


def scoped(catalogue, *filter_, **named):
    """Ids of the passages that a filter puts into scope."""
    count = catalogue.scope(Filter.of(*filter_, **named))
    ids, vectors = catalogue.scoped_embeddings()
    assert vectors.shape == (len(ids), DIMENSION)
    assert vectors.dtype == np.float32
    assert count >= len(ids) == len(set(ids))
    known = [row[0] for row in catalogue.rows("SELECT id FROM passages")]
    assert set(catalogue.passages_in_scope(known)) == set(ids)
    return set(ids)


@pytest.fixture
def dated(catalogue):
    put_file(catalogue, "reports/june.md", "June one.\nJune two.", "2026-06-03")
    put_file(catalogue, "reports/old/may.md", "May.", "2026-05-31")
    put_file(catalogue, "notes.txt", "No date.")
    return catalogue


JUNE = {"reports/june.md:June one.", "reports/june.md:June two."}
MAY = {"reports/old/may.md:May."}
UNDATED = {"notes.txt:No date."}


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({}, JUNE | MAY | UNDATED),
        ({"only": "reports/*"}, JUNE | MAY),
        ({"only": "old"}, MAY),
        ({"only": ["june.md", "*.TXT"]}, JUNE | UNDATED),
        ({"only": "/docs/notes.txt"}, UNDATED),
        ({"only": "nothing*"}, set()),
        ({"only": "x' OR '1'='1"}, set()),
        ({"since": "2026-06-03"}, JUNE),
        ({"since": "2026-06-04"}, set()),
        ({"until": "2026-05-31"}, MAY),
        ({"until": "2026-05-30"}, set()),
        ({"since": "2026"}, JUNE | MAY),
        ({"since": "2026-05", "until": "2026-05"}, MAY),
        ({"only": "*.txt", "since": "1900"}, set()),
        ({"only": ["*.txt", "june*"], "since": "1900"}, JUNE),
    ],
)
def test_a_filter_puts_the_passages_of_documents_that_match_into_scope(dated, filter_, expected):
    assert scoped(dated, **filter_) == expected


def test_a_scope_tells_how_many_passages_it_holds(dated):
    assert dated.scope(Filter.of("reports/*")) == 3
    assert dated.scope(Filter.of("nothing")) == 0
    numbers = dated.rows("SELECT number FROM temp.scope")
    assert numbers == []


def test_before_a_filter_is_given_nothing_is_in_scope(dated):
    ids, vectors = dated.scoped_embeddings()
    assert (ids, vectors.shape) == ([], (0, DIMENSION))
    assert dated.passages_in_scope(sorted(JUNE)) == {}


def test_the_embeddings_in_scope_are_those_of_their_passages(dated):
    dated.scope(Filter.of(since="2026"))
    ids, vectors = dated.scoped_embeddings()
    kept = dated.embeddings(ids)
    for key, vector in zip(ids, vectors, strict=True):
        assert (kept[key] == vector).all()


def test_a_scope_is_filled_once_until_something_changes(dated):
    def fills(*filter_):
        seen = []
        dated.db.set_trace_callback(lambda sql: seen.append("INTO temp.scope" in sql))
        dated.scope(Filter.of(*filter_))
        dated.db.set_trace_callback(None)
        return sum(seen)

    assert [fills("reports"), fills("reports")] == [1, 0]
    assert [fills("old"), fills("old"), fills("reports")] == [1, 0, 1]
    put_file(dated, "reports/new.md", "New.")
    assert [fills("reports"), fills("reports")] == [1, 0]


def test_a_scope_follows_what_is_added_changed_and_removed(dated):
    reports = Filter.of("reports", since="2026-06")
    assert dated.scope(reports) == 2
    put_file(dated, "reports/july.md", "July.", "2026-07-01")
    assert dated.scope(reports) == 3
    put_file(dated, "reports/june.md", "June one.\nJune two.", "2025-06-03")
    assert dated.scope(reports) == 1
    dated.remove_files(["/docs/reports/july.md"])
    assert dated.scope(reports) == 0


def test_a_scope_follows_what_another_process_writes(dated, path):
    with closing(Catalogue(path, MODEL, DIMENSION)) as reader:
        assert scoped(reader, "reports") == JUNE | MAY
        put_file(dated, "reports/new.md", "New.")
        dated.remove_files(["/docs/reports/old/may.md"])
        assert scoped(reader, "reports") == JUNE | {"reports/new.md:New."}


def test_a_scope_keeps_no_other_process_from_writing(dated, path):
    with closing(Catalogue(path, MODEL, DIMENSION)) as writer:
        writer.db.execute("PRAGMA busy_timeout = 10")
        dated.scope(Filter.of("reports"))
        put_file(writer, "new.md", "New.")


def test_a_scope_can_be_filled_while_another_process_writes(dated, path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    dated.db.execute("PRAGMA busy_timeout = 10")
    assert scoped(dated, "reports") == JUNE | MAY
    other.close()


def test_a_scope_that_could_not_be_filled_is_tried_again(dated):
    dated.scope(Filter.of("reports"))
    dated.db.execute("ALTER TABLE files RENAME TO elsewhere")
    with pytest.raises(IndexDamagedError):
        dated.scope(Filter.of("old"))
    dated.db.execute("ALTER TABLE elsewhere RENAME TO files")
    assert scoped(dated, "reports") == JUNE | MAY
    assert scoped(dated, "old") == MAY


def test_a_passage_that_stands_in_two_files_is_taken_from_the_one_in_scope(catalogue):
    for folder in ("/one", "/two"):
        put_file(catalogue, "a.md", "Same zebra.", root=folder)
    for folder in ("/two", "/one"):
        assert scoped(catalogue, folder) == {"a.md:Same zebra."}
        [passage] = catalogue.passages_in_scope(["a.md:Same zebra."]).values()
        assert passage.document.source == f"{folder}/a.md"
    assert scoped(catalogue, "a.md") == {"a.md:Same zebra."}


def test_ids_are_listed_once_in_any_portions(catalogue):
    put(catalogue, "\n".join(f"Line {n}." for n in range(1200)))
    ids = [key for part in catalogue.passage_ids(500) for key in part]
    assert len(ids) == len(set(ids)) == 1200
    assert len(catalogue.passages_by_ids(ids)) == len(catalogue.embeddings(ids)) == 1200
    sample = catalogue.sample(8)
    assert len(sample) == 8
    assert {"a.txt:Line 0.", "a.txt:Line 1199."} <= set(sample)


def test_roots_and_files_are_remembered(catalogue):
    put(catalogue, "One.", record(size=7))
    catalogue.apply([Change(record(size=8))])
    assert catalogue.roots() == ("/docs",)
    assert catalogue.files() == {"/docs/a.txt": record(size=8)}
    [known] = catalogue.register.under("/docs")
    assert (known.record, known.documents) == (record(size=8), 1)


def test_a_reader_sees_what_a_writer_committed(catalogue, path):
    put(catalogue, "One.")
    reader = Catalogue(path, MODEL, DIMENSION)
    put(catalogue, "Fresh zebra.")
    assert found(reader, "zebra") == ["a.txt:Fresh zebra."]
    reader.close()


@pytest.mark.parametrize("content", [None, b""])
def test_no_catalogue_is_told_and_not_made(path, content):
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexMissingError, match="assistant index"):
        Catalogue(path, MODEL, DIMENSION)
    assert path.exists() == (content is not None)


def test_a_catalogue_that_nothing_was_written_to_counts_as_missing(catalogue, path):
    with pytest.raises(IndexMissingError):
        Catalogue(path, MODEL, DIMENSION)


def test_another_embedding_model_is_refused(catalogue, path):
    put(catalogue, "One.")
    for model, dimension in (("other", DIMENSION), (MODEL, DIMENSION + 1)):
        with pytest.raises(IndexMismatchError, match=r"embedding model.*--index"):
            Catalogue(path, model, dimension, create=True)


def test_a_catalogue_tells_what_it_was_made_with_once_something_was_written(catalogue, path):
    assert made_with(path) is None
    put(catalogue, "One.")
    assert made_with(path) == (MODEL, DIMENSION)


@pytest.mark.parametrize("content", [None, b"", b"no database at all " * 300])
def test_what_is_no_catalogue_was_made_with_nothing_and_stays_as_it_is(path, content):
    if content is not None:
        path.write_bytes(content)
    assert made_with(path) is None
    assert path.exists() == (content is not None)
    assert content is None or path.read_bytes() == content


def test_a_catalogue_that_nothing_was_written_to_may_take_another_model(catalogue, path):
    catalogue.keep_embeddings([b"of the first model"], without_words(np.zeros((1, DIMENSION))))
    with closing(Catalogue(path, "other", DIMENSION + 1, create=True)) as other:
        assert other.known_hashes([b"of the first model"]) == set()
        other.keep_embeddings([b"of the other"], without_words(np.zeros((1, DIMENSION + 1))))
    with closing(Catalogue(path, "other", DIMENSION + 1, create=True)) as other:
        assert other.known_hashes([b"of the other"]) == {b"of the other"}


def test_a_newer_format_is_refused(catalogue, path):
    put(catalogue, "One.")
    catalogue.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (FORMAT + 1,))
    db.close()
    with pytest.raises(IndexMismatchError, match="newer version"):
        Catalogue(path, MODEL, DIMENSION)


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_told_and_never_altered(path, create):
    path.write_bytes(b"these are somebody's notes, not a database. " * 100)
    before = path.read_bytes()
    with pytest.raises(IndexDamagedError, match=r"catalogue\.sqlite3.*move the folder"):
        Catalogue(path, MODEL, DIMENSION, create=create)
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_told_and_never_altered(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (cake)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(IndexDamagedError, match="not a catalogue of this program"):
        Catalogue(path, MODEL, DIMENSION, create=True)
    assert path.read_bytes() == before


def test_damage_inside_the_file_is_told_when_it_is_met(catalogue, path):
    put(catalogue, "\n".join(f"Line {n} zebra." for n in range(2000)))
    catalogue.close()
    damaged = bytearray(path.read_bytes())
    damaged[8192:] = b"\xff" * (len(damaged) - 8192)
    path.write_bytes(damaged)
    with pytest.raises(IndexDamagedError, match="move the folder"):
        found(Catalogue(path, MODEL, DIMENSION), "zebra")
    assert path.read_bytes() == damaged


def test_a_full_disk_is_told_and_the_last_version_stays(catalogue):
    put(catalogue, "Old zebra.")
    [(pages,)] = catalogue.db.execute("PRAGMA page_count").fetchall()
    catalogue.db.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(StorageError, match=r"full.*free space"):
        put(catalogue, "\n".join(f"New {n} zebra." for n in range(5000)))
    assert found(catalogue, "zebra") == ["a.txt:Old zebra."]


def test_a_writer_that_does_not_end_is_told(catalogue, path):
    put(catalogue, "One.")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    catalogue.db.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(IndexLockedError, match="wait"):
        put(catalogue, "Two.")
    assert found(catalogue, "one")
    other.close()


def test_a_catalogue_of_the_first_format_is_brought_up_to_date_with_all_it_holds(catalogue, path):
    put(catalogue, "A zebra.\nA giraffe.")
    before = catalogue.passages_by_ids(["a.txt:A zebra.", "a.txt:A giraffe."])
    catalogue.close()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "DROP TABLE words; ALTER TABLE embeddings DROP COLUMN words; DROP TABLE acronyms;"
            "UPDATE meta SET value = 1 WHERE key = 'format';"
            "ALTER TABLE documents DROP COLUMN author; ALTER TABLE documents DROP COLUMN language;"
            "ALTER TABLE documents DROP COLUMN encoding; ALTER TABLE files DROP COLUMN fault;"
            "ALTER TABLE roots DROP COLUMN exclude; ALTER TABLE files DROP COLUMN remarks;"
            "CREATE VIRTUAL TABLE words USING fts5 (title, heading, text, content='',"
            " tokenize='porter unicode61 remove_diacritics 2');"
            "INSERT INTO words (rowid, title, heading, text)"
            " SELECT number, 'Title', heading, 'zebra' FROM passages;"
        )
    with closing(Catalogue(path, MODEL, DIMENSION)) as upgraded:
        assert upgraded.passages_by_ids(list(before)) == before
        assert found(upgraded, "giraffe")[0] == "a.txt:A giraffe."
        assert len(found(upgraded, "zebra")) == 2
        assert {words for _, words in upgraded.encoded(list(before)).values()} == {b""}
        put(upgraded, "A lion.")
        assert found(upgraded, "zebra") == []
