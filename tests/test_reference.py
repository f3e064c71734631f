"""COMMANDS.md says what the program says."""

import re

from tests.cli.commands.walk import commands, examples, of_assistant, parse
from tests.reference import PLACE, epilog, escaped, reference

MANUAL = [PLACE.with_name("README.md"), *sorted((PLACE.parent / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_reference_is_what_the_program_makes_of_it():
    told = "COMMANDS.md is out of date; run: python -m tests.reference"
    assert PLACE.read_text(encoding="utf-8") == reference(), told


def test_it_has_a_section_for_every_command_with_its_options_and_examples():
    sections = re.split(r"^## ", PLACE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    by_name = {section.partition("\n")[0]: section for section in sections[1:]}
    for words, command in commands():
        section = by_name[" ".join(("assistant", *words))]
        for parameter in command.params:
            if parameter.param_type_name == "option":
                named = re.findall(r"^\| `([^`]*)`", section, re.MULTILINE)
                assert any(parameter.opts[0] in re.split("[ ,]+", each) for each in named)
        assert all(line in section for line in (examples(command) if words else ()))


def test_what_markdown_would_take_for_markup_is_shown_as_it_stands():
    assert escaped("*.md | [a] <b> `c` d_e") == r"\*.md \| \[a\] \<b\> \`c\` d\_e"
    assert list(epilog("\b\nExamples:\n  assistant a\n  b | c\n\nIt *is*.\n")) == [
        "Examples:\n\n```sh\nassistant a\nb | c\n```\n",
        "It \\*is\\*.\n",
    ]


def test_every_command_line_in_the_manual_is_one_that_the_program_understands():
    lines = [
        line.removeprefix("$ ")
        for page in MANUAL
        for block in _BLOCK.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if re.match(r"(\$ )?(.*\| )?(\S*/)?assistant ", line)
    ]
    assert len(lines) > 30
    for line in lines:
        for arguments in of_assistant(line):
            parse(arguments)
