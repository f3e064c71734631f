"""Whoever looks for a module finds it: in the table, and in the order of imports."""

import re
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
LAYERS = "Data goes one way through the house"


def modules(folder):
    """Modules and packages that lie in a folder of the package."""
    files = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


def contract(name):
    contracts = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["importlinter"]
    (found,) = (each for each in contracts["contracts"] if each["name"] == name)
    return [part.strip() for layer in found["layers"] for part in layer.split("|")]


def test_every_module_stands_in_the_table_once():
    text = (TOP / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.partition("| module of `assistant/` |")[2].partition("\n\n")[0]
    told = re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:]))
    named = Counter(name.removesuffix(".py").removesuffix("/") for name in told)
    assert [name for name, times in named.items() if times > 1] == []
    there = modules(TOP / "assistant")
    assert sorted(each for each in there if not any(fnmatch(each, name) for name in named)) == []
    assert sorted(name for name in named if not any(fnmatch(each, name) for each in there)) == []


@pytest.mark.parametrize(
    ("name", "package"),
    [
        (LAYERS, "assistant"),
        ("A page is read from its characters up", "assistant/ingest/pdf"),
    ],
)
def test_every_module_has_its_place_in_the_order_of_imports(name, package):
    assert sorted(each.rpartition(".")[2] for each in contract(name)) == sorted(
        modules(TOP / package)
    )
