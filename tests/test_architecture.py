"""Whoever looks for a module finds it: in the table, and in the order of imports."""

import ast
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


def is_package(module):
    return (TOP / module.replace(".", "/") / "__init__.py").is_file()


def listed(package):
    """The names that a package's door lists."""
    stub = TOP / package.replace(".", "/") / "__init__.pyi"
    tree = ast.parse(stub.read_text(encoding="utf-8")) if stub.is_file() else ast.Module([])
    return {a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}


def imported_from_elsewhere():
    """Each module of the package -> what it imports of another package: where from, and names."""
    for path in (TOP / "assistant").rglob("*.py"):
        inside = path.relative_to(TOP).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            of = node.module.split(".") if isinstance(node, ast.ImportFrom) and node.module else []
            entered = of[:1] == ["assistant"] and len(of) > 1 and is_package(".".join(of[:2]))
            if entered and of[1:2] != [inside[1]]:
                yield "/".join(inside), node.module, {alias.name for alias in node.names}


def test_a_package_is_entered_by_its_door():
    past = [
        (where, module, name)
        for where, module, names in imported_from_elsewhere()
        for name in names
        if not is_package(module) or name not in listed(module)
    ]
    assert past == []


def test_a_door_lists_what_is_used_and_no_more():
    used = {(module, name) for _, module, names in imported_from_elsewhere() for name in names}
    for stub in (TOP / "assistant").rglob("__init__.pyi"):
        package = ".".join(stub.parent.relative_to(TOP).parts)
        assert {name for of, name in used if of == package} == listed(package)
