"""Words of scripts that put no space between them, and words with letters that are not seen."""

import sqlite3
from contextlib import closing

import pytest

from tests.field_cases.run import first, indexed, quoted

TEXTS = {
    "zh-steel.txt": "商务部昨日决定对进口钢管征收保障措施税。",
    "zh-boats.txt": "港口管理局公布了渔船登记费，每艘三百元。",
    "ja-rice.txt": "政府は米の輸入枠を来年度から広げる方針を示した。",
    "ja-tea.txt": "緑茶ペットボトルの検査が始まった。",
    "ko-pork.txt": "정부는 돼지고기 수입량을 내년까지 줄이기로 했다.",
    "th-rubber.txt": "กระทรวงประกาศภาษียางพาราใหม่เมื่อวานนี้",
    "glued.txt": "海关把HS7306.40归入另一品目，编号QX-4410不变。",
    "hyphens.txt": "The counter\u00advailing duty on poly\u200bpropylene is 640 euros.",
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    with indexed(tmp_path_factory.mktemp("languages"), TEXTS) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ('"钢管"', "zh-steel.txt"),
        ("保障措施税", "zh-steel.txt"),
        ('"渔船"', "zh-boats.txt"),
        ("登记费 渔船", "zh-boats.txt"),
        ('"輸入枠"', "ja-rice.txt"),
        ("ペットボトル", "ja-tea.txt"),
        ('"돼지고기"', "ko-pork.txt"),
        ("수입량", "ko-pork.txt"),
        ('"ยางพารา"', "th-rubber.txt"),
        ("7306.40", "glued.txt"),
        ('"QX-4410"', "glued.txt"),
        ("countervailing", "hyphens.txt"),
        ('"polypropylene"', "hyphens.txt"),
    ],
)
def test_a_word_is_found_where_nothing_parts_it_from_others(texts, query, name):
    assert first(texts, query) == name


def test_a_question_in_chinese_is_answered_with_the_sentence_that_has_its_words(texts):
    assert quoted(texts, "渔船登记费是多少？")[0] == TEXTS["zh-boats.txt"]


def test_what_was_indexed_by_an_earlier_version_is_found_so_too(tmp_path):
    with indexed(tmp_path, {"zh.txt": TEXTS["zh-steel.txt"]}) as assistant:
        document = assistant.document("zh.txt")
    with closing(sqlite3.connect(tmp_path / "index" / "catalogue.sqlite3")) as db, db:
        db.execute("INSERT INTO words (words) VALUES ('delete-all')")
        db.execute("INSERT INTO words (rowid, text) VALUES (1, ?)", (document.text,))
        db.execute("ALTER TABLE files DROP COLUMN remarks")
        db.execute("UPDATE meta SET value = 3 WHERE key = 'format'")
    with indexed(tmp_path, {}) as assistant:
        assert first(assistant, '"钢管"') == "zh.txt"
        (tmp_path / "docs" / "zh.txt").unlink()
        assistant.index([])
        assert assistant.status().documents == 0


GERMAN = (
    "Der Zollsatz für Rohkupfer beträgt ab Juli vier Prozent. Die Behörde in Hamburg "
    "veröffentlicht die Liste der betroffenen Waren im Herbst. "
    "Einfuhren aus Chile bleiben zollfrei.\n"
)


def test_a_refusal_tells_where_the_question_is_in_another_language(tmp_path):
    with indexed(tmp_path, {"zoll.txt": GERMAN}) as assistant:
        refused = assistant.ask("What is the president going to say about the football players?")
        same = assistant.ask("Wer hat gestern Abend das Fußballspiel in München gewonnen?")
    assert refused.status == same.status == "not_in_documents"
    assert refused.languages == ("en", "de")
    assert same.languages is None


@pytest.mark.parametrize(
    "question",
    [
        "Welcher Zollsatz gilt für Rohkupfer?",
        "Wie hoch ist der Zollsatz?",
        "Quel est le taux de douane sur le cuivre ?",
        "¿Cuánto cuesta el cobre?",
        "Quando entra in vigore il dazio?",
    ],
)
def test_a_word_of_asking_is_never_told_as_missing(tmp_path, question):
    asking = "welcher wie quel cuánto quando".split()
    with indexed(tmp_path, {"zoll.txt": GERMAN}) as assistant:
        missing = [each.lower() for each in assistant.ask(question).missing]
    assert not set(asking) & set(missing)


@pytest.mark.parametrize("query", ['"渔网"', "「渔网」", '"herring quota" 渔船'])
def test_quoted_words_that_no_passage_has_are_told(texts, query):
    assert len(texts.explain(query, 3).absent) == 1


@pytest.mark.parametrize("query", ['"渔船"', "「輸入枠」", '"Countervailing duty"', "渔网"])
def test_quoted_words_that_stand_there_are_not_told_as_absent(texts, query):
    assert texts.explain(query, 3).absent == ()
