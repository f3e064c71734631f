"""Where sentences end, and where they do not. `¦` marks each end that is wanted."""

from __future__ import annotations

import time

import pytest

from assistant.ingest.chunking.sentences import sentence_spans

CASES = """
According to U.S. officials, Trump’s agenda includes deals.¦ The effort comes amid tensions.
He moved to the U.S.¦ The next day he found work.
She flew back to the U.S.¦ He stayed in Paris.
It was made in the U.S.A.¦ Nobody noticed.
The U.S. Senate voted on Monday.¦ The U.S. House did not.
Trump signed an $8.5 billion agreement.¦ It was big.
He met South Korean President Lee Jae Myung.¦ Seoul is eager to finalize a deal.
Mr. Smith met Mrs. Jones.¦ They talked.
Dr. Alice Wong and Prof. Lee spoke.¦ No one listened.
Gov. Gavin Newsom and Sen. Ted Cruz argued.¦ Rep. Ilhan Omar watched.
The deadline is Nov. 1 this year.¦ It will not move.
It was due by Nov.¦ The team missed it.
The meeting starts at 9 a.m. on Friday.¦ Bring coffee.
The meeting ended at 5 p.m.¦ Everyone left.
He woke at 9 a.m. Monday and left.¦ She slept.
See No. 5 on the list.¦ It is the best.
The answer was no.¦ He left at once.
J. K. Rowling wrote it.¦ J.R.R. Tolkien did not.
It was written by George W. Bush.¦ He liked it.
Apple Inc. said revenue rose.¦ Shares of Microsoft Corp. fell.
He works for Apple Inc.¦ She works for Google.
Use fruit, e.g. apples, or nuts, i.e. almonds.¦ Then stir.
As shown by Smith et al. (2019), it works.¦ Others disagree.
Smith et al. showed this.¦ Others disagree.
Pi is about 3.14 and e is 2.718.¦ Both are irrational.
Visit https://example.com/a.b?c=d.¦ Then log in.
See www.example.com for details.¦ It is free.
He waited... and waited.¦ Nothing came.
He waited...¦ Then he left.
Well … maybe.¦ Who knows?
“It is over.”¦ He left.
"Is it?" she asked.¦ "Yes."
"Stop!" he shouted.¦ Nobody stopped.
“We won’t,” he said.¦ “Never.”¦ She nodded.
He said, “It is over.”¦ Then he left.
She asked, "Why?"¦ He did not know.
(This is a note.)¦ The text goes on.
It was late (about 9 p.m.) when he came.¦ She slept.
He came late (he always does).¦ She slept.
The market fell — badly.¦ Gold rose – a little.
What?!¦ No way!¦ Really?
Is it true?¦ yes, it is.
The value rose (see Fig. 3).¦ It then fell.
As Fig. 2 shows, p < 0.05.¦ See Table 1.
The cells were kept at 37 °C.¦ They grew.
Growth vs. decline is the question.¦ It is open.
St. Louis is a city.¦ Mt. Everest is not.
He lives on Main St.¦ She lives on Park Ave.¦ They met.
Ph.D. students and M.D. holders came.¦ They left.
She holds a Ph.D.¦ He holds none.
It costs approx. 5 dollars.¦ Cheap.
The firm, ABC Ltd., closed.¦ Its rival, XYZ Co., did not.
Washington, D.C. is the capital.¦ New York is not.
He left Washington, D.C.¦ She stayed.
The U.K. and E.U. signed.¦ The U.N. approved.
Version 2.0.1 is out.¦ Update now.
Edit config.yaml and run main.py.¦ It works.
Yahoo! is a company.¦ It was big.
I like apples.¦ iPhones are made by Apple.
In 1990.¦ In 1991 it ended.
It ended in 1990.¦ 2000 people came.
这是第一句。¦这是第二句！¦这是第三句？¦是的。
彼は「はい。」と言った。¦それから帰った。
Gen. Mark Milley and Lt. Col. Vindman testified.¦ Congress listened.
The vote was 51-49.¦ Sen. Joe Manchin (D-W.Va.) dissented.
Prices rose 3.5%.¦ Wages rose 2%.
He scored 10 pts. in the game.¦ They won.
Acme v. Smith was decided in 1999.¦ It was upheld.
The list includes apples, pears, etc.¦ We bought them.
The list includes apples, pears, etc. and more.¦ We bought them.
Jan. 6 was a day.¦ Feb. 2 was another.
He is 5 ft. 10 in. tall.¦ She is taller.
Sgt. Pepper's band played.¦ "All you need," they sang.
Martin Luther King Jr. spoke.¦ He had a dream.
He met John Smith Jr.¦ The two talked.
Rule [1].¦ The next rule [2] holds.
It was proven.[12]¦ Later work confirmed it.[13]¦ Nobody objected.
‘I agree.’¦ She smiled.
He cried: "Help me!¦ I am stuck."¦ Nobody came.
The German word is "z. B." here.¦ It means so.
E. coli was grown.¦ S. aureus was not.
The gene (p. 53) is known.¦ See pp. 10-12 for more.
Plan A failed, so they chose plan B.¦ It worked.
So did I.¦ Then we left.
He got an A.¦ She got a B.
Rev. Martin and Hon. Smith met Pres. Lincoln.¦ They prayed.
The temperature was -5.¦ Nobody cared.
"Trump's agenda," one U.S. official said, "is clear."¦ Others doubted it.
Officials said the aim is to “unlock the region’s potential.”¦ Critics disagreed.
He said (and I quote): "No."¦ That was it.
The 2.5 mg. dose worked.¦ The 5 mg dose did not.
The tariff rose.[12]¦ Nobody paid it.[citation needed]¦ Trade fell.:4–5¦ It recovered.
It acts on p53.¦ miR-196 is a marker.
He came (he said).¦ (The rest stayed.)¦ They slept.
"""


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_sentences_end_where_a_reader_ends_them(case: str) -> None:
    assert split(case.replace("¦", "")) == [part.strip() for part in case.split("¦")]


def test_line_breaks_tabs_and_unbreakable_spaces_count_as_spaces() -> None:
    text = "\ufeff\xa0The U.S.\r\nofficials\tleft.\xa0\x0cNobody\nstayed.\u200b The end. \n"
    assert split(text) == [
        "\ufeff\xa0The U.S.\r\nofficials\tleft.",
        "Nobody\nstayed.\u200b",
        "The end.",
    ]


def test_only_the_given_range_is_split() -> None:
    text = "Not this. But this. And this. Not that."
    assert [text[a:b] for a, b in sentence_spans(text, 10, 29)] == ["But this.", "And this."]


def test_marks_without_words_join_the_sentence_beside_them() -> None:
    assert split("... ! Stop! ! ? Go on. ***") == ["... ! Stop! ! ?", "Go on. ***"]


@pytest.mark.parametrize("scrap", ["U.S. x ", "! ", ". ", "1. ", "a" * 9, "”" * 9, "word, "])
def test_time_grows_with_the_length_and_not_with_its_square(scrap: str) -> None:
    text = scrap * (400_000 // len(scrap))
    begun = time.process_time()
    list(sentence_spans(text, 0, len(text)))
    assert time.process_time() - begun < 3
