from assistant.cli.render.reports import notes_text, removal_text, report_text
from assistant.reports import FileNote, IndexReport


def test_an_indexing_report_reads_as_one_line():
    report = IndexReport(3, 1, 10, 2, (FileNote("a", "empty"),), (), 4, 120, 12, 1.24)
    assert report_text(report) == (
        "3 documents added, 1 updated, 10 unchanged, 2 removed, 1 skipped, "
        "4 of kinds that are not read; 120 passages (12 embedded) in 1.2 s (9.7 passages/s)"
    )


def test_of_many_files_skipped_for_the_same_reason_the_first_are_named_in_order():
    skipped = [FileNote(f"a.jsonl:{n}", f"no JSON at {n}; correct it") for n in range(500, 0, -1)]
    report = IndexReport(skipped=(*skipped, FileNote("z.txt", "empty")))
    told = notes_text(report).split("\n")
    assert told[:2] == [f"skipped a.jsonl:{n}: no JSON at {n}; correct it" for n in (1, 2)]
    assert told[20:] == [
        "skipped z.txt: empty",
        "skipped 480 more like a.jsonl:1 (assistant sources names them): no JSON at 1; correct it",
    ]


def test_a_removal_reads_as_one_line():
    assert removal_text(IndexReport(removed=2, passages=1)) == (
        "2 documents removed; 1 passage left"
    )


def test_an_indexing_report_is_silent_on_what_did_not_happen():
    assert report_text(IndexReport(unchanged=1, passages=1)) == (
        "0 documents added, 1 unchanged; 1 passage (0 embedded) in 0.0 s"
    )
