"""Whoever looks for a module finds it: in the table, and in the order of imports."""

import re
import tomllib
from collections import Counter
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


def test_every_module_and_package_stands_in_the_table_once():
    text = (TOP / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.partition("| package or module |")[2].partition("\n\n")[0]
    told = re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:]))
    there = modules(TOP / "assistant") - {"__main__"}
    assert Counter(told) == Counter(there)


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
