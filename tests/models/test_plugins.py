import sys

import pytest

from assistant.errors import UsageError
from assistant.models.plugins import Plugin, make, parse

READER = "llama_index.core.readers.base:BaseReader"
LLM = "llama_index.core.llms:LLM"


def test_a_class_is_named_with_what_it_is_made_with():
    plugin = parse(
        "llamaindex:llama_index.llms.anthropic:Anthropic?model=claude%201&max_tokens=512"
    )
    assert (plugin.module, plugin.name) == ("llama_index.llms.anthropic", "Anthropic")
    assert plugin.values == {"model": "claude 1", "max_tokens": 512}
    assert plugin.label == "Anthropic/claude 1"
    assert parse("llamaindex:a.b:C").label == "C"


def test_values_are_json_where_they_are_and_text_elsewhere(monkeypatch):
    monkeypatch.setenv("SHOP_URL", "sqlite:///shop.db")
    given = parse("llamaindex:a:B?n=3&on=true&names=[\"x\"]&text=a+b=c&url=$SHOP_URL&q='1'")
    assert given.values == {
        "n": 3,
        "on": True,
        "names": ["x"],
        "text": "a+b=c",
        "url": "sqlite:///shop.db",
        "q": "'1'",
    }


def test_a_variable_that_is_not_set_is_told():
    with pytest.raises(UsageError, match="the variable SHOP_URL is not set; "):
        _ = parse("llamaindex:a:B?url=$SHOP_URL").values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("llamaindex:anthropic", "names no class; write llamaindex:MODULE:CLASS"),
        ("llamaindex:a/b:C", "names no class"),
        ("llamaindex:a:B?model", "'model' is no argument; write name=value"),
        ("llamaindex:a:B?api_key=abc", r"holds a key or password; .* write api_key='\$NAME'"),
        ("llamaindex:a:B?url=http://me:pw@host/", "'url' holds a key or password"),
    ],
)
def test_what_names_no_class_or_holds_a_key_is_refused(text, message):
    with pytest.raises(UsageError, match=message) as refused:
        parse(text)
    assert "pw" not in str(refused.value).replace("passw", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "llamaindex:llama_index.llms.bedrock_converse.sub:B",
            "is not installed; run: pip install llama-index-llms-bedrock-converse.",
        ),
        ("llamaindex:no_such_shop.models:B", "is not installed; install its package, or name"),
        ("llamaindex:llama_index.core.llms:NoSuch", "llama_index.core.llms:NoSuch is no LLM"),
        ("llamaindex:llama_index.core.schema:Document", "is no LLM; name a class that is one"),
    ],
)
def test_a_class_that_cannot_be_had_is_told_in_a_line(text, message):
    with pytest.raises(UsageError, match=message):
        parse(text).load(LLM)


def test_a_module_that_fails_or_lacks_another_is_told(tmp_path, monkeypatch):
    (tmp_path / "broken_shop.py").write_text("1 / 0\n")
    (tmp_path / "poor_shop.py").write_text("import no_such_client\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=r"broken_shop cannot be imported \(division by zero\)"):
        parse("llamaindex:broken_shop:Reader").load(READER)
    with pytest.raises(UsageError, match="poor_shop needs no_such_client; install that, too"):
        parse("llamaindex:poor_shop:Reader").load(READER)
    assert "broken_shop" not in sys.modules


def test_what_a_class_does_not_take_it_is_not_given_unless_the_user_says_so():
    class Clock:
        def __init__(self, zone, timeout=1.0):
            self.told = zone, timeout

    assert make(Clock, {"zone": "UTC"}, timeout=5.0, retries=2).told == ("UTC", 5.0)
    assert make(Clock, {"zone": "UTC", "timeout": 7}, timeout=5.0).told == ("UTC", 7)
    with pytest.raises(UsageError, match=r"Clock cannot be made \(.*'colour'\); correct"):
        make(Clock, {"colour": "red"})


def test_a_plugin_can_be_compared():
    assert parse("llamaindex:a:B?c=1") == Plugin("a", "B", {"c": "1"})
