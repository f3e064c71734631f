import pytest

from assistant.models import prompts
from assistant.models.prompts import PromptError
from assistant.settings import shipped

GOOD = "---\ninputs: [word]\n---\n\n## system\n\nBe brief.\n\n## user\n\nSay {word}.\n"


def write(folder, text):
    (folder / "p.md").write_text(text, encoding="utf-8")
    return prompts.load("p", folder)


def test_every_prompt_that_ships_loads():
    names = [path.stem for path in shipped("prompts").glob("*.md")]
    assert "answer" in names
    for name in names:
        assert prompts.load(name).turns


def test_a_prompt_is_filled_in_turn_by_turn(tmp_path):
    assert write(tmp_path, GOOD).fill(word="no") == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Say no."},
    ]


def test_what_is_filled_in_is_not_read_as_a_place_to_fill(tmp_path):
    filled = write(tmp_path, GOOD).fill(word="{word} {other} ## system")
    assert filled[1]["content"] == "Say {word} {other} ## system."


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("[word]", "[word, more]"),  # declared and not used
        GOOD.replace("[word]", "[]"),  # used and not declared
        GOOD.replace("inputs", "takes"),
        "no front matter",
        "---\ninputs: []\n---\n\nno turns\n",
        "---\ninputs: [\n---\n\n## user\n\nHello\n",
    ],
)
def test_a_prompt_whose_inputs_do_not_agree_or_that_is_broken_is_refused(tmp_path, text):
    with pytest.raises(PromptError, match=r"p\.md"):
        write(tmp_path, text)


def test_a_missing_prompt_is_refused(tmp_path):
    with pytest.raises(PromptError):
        prompts.load("absent", tmp_path)


def test_filling_in_other_inputs_than_declared_is_refused(tmp_path):
    with pytest.raises(PromptError, match="takes"):
        write(tmp_path, GOOD).fill(other="x")
