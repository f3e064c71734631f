"""The command `assistant completion`: what lets a shell complete command lines by the tab key.

A script that the shell reads calls the program again, as `assistant complete`, at each tab. What is
offered then is found by `candidates`; a failure offers nothing and says nothing.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer

from assistant.cli.commands.candidates import Candidate, candidates

COMPLETION_EPILOG = """\
Commands, options, their values and the documents of the index (for assistant show) are completed;
where a file may stand, the shell completes files. The lines below take effect in the next shell.

\b
Examples:
  assistant completion bash >> ~/.bashrc
  assistant completion zsh >> ~/.zshrc
  assistant completion fish > ~/.config/fish/completions/assistant.fish
"""

_SPECIAL = re.compile(r"([\s\\\"'`$&|;<>()*?\[\]{}!#~])")
MOST_NAMES = 2000
"""Documents of which a shell is told; of more it is told none, or it would complete too far."""

BASH = r"""# Completion of assistant for bash; made by: assistant completion bash
_assistant_complete() {
    local each program="${1/#\~/$HOME}" line="${COMP_LINE:0:COMP_POINT}"
    COMPREPLY=()
    while IFS= read -r each; do
        COMPREPLY+=("$each")
    done < <("$program" complete bash -- "$COMP_WORDBREAKS" "$line" 2>/dev/null)
    if [[ ${COMPREPLY[0]} == *[/=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o default -o bashdefault -F _assistant_complete assistant
"""
ZSH = r"""#compdef assistant
# Completion of assistant for zsh; made by: assistant completion zsh
_assistant() {
    local each
    local -a before found values shown
    before=("${(@Q)words[2,CURRENT-1]}")
    found=("${(@f)$(${~words[1]} complete zsh -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
    for each in $found; do  # an empty line is passed over
        values+=("${each%%$'\t'*}")
        shown+=("${each/$'\t'/  -- }")
    done
    if (( $#values == 0 )); then
        _files
    elif [[ $values[1] == *[/=] ]]; then
        compadd -S '' -l -d shown -a values
    else
        compadd -l -d shown -a values
    fi
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    _assistant "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _assistant assistant
fi
"""
FISH = r"""# Completion of assistant for fish; made by: assistant completion fish
function __assistant_complete
    set -l before (commandline -opc)
    set -l words $before[2..-1] (commandline -ct)
    set -g __assistant_found ($before[1] complete fish -- $words 2>/dev/null)
    test (count $__assistant_found) -gt 0
end
complete -c assistant -f -n __assistant_complete -a '$__assistant_found'
"""


class Shell(StrEnum):
    """The shells that can be told."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the script by which a shell completes command lines."""
    print({Shell.BASH: BASH, Shell.ZSH: ZSH, Shell.FISH: FISH}[shell], end="")


def complete(
    context: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="Which shell asks.")],
    words: Annotated[list[str], typer.Argument(metavar="WORD", help="What is typed so far.")],
) -> None:
    """Tell a shell what may stand next, a line each; for the scripts of assistant completion."""
    with suppress(Exception):  # nobody asked for anything, so nobody is told of a failure
        root = context.find_root().command
        if shell is Shell.BASH:
            breaks, line = words[0], words[-1]
            before, begun, quote = split(line)
            found = candidates(root, before[1:], begun, document_names)
            told = [_for_bash(each.value, begun, breaks, quote) for each in found]
        else:
            # Fish gives the word that is begun as it is typed, within its quotes.
            begun = split(words[-1])[1] if shell is Shell.FISH else words[-1]
            found = candidates(root, words[:-1], begun, document_names)
            told = [_described(each) for each in found]
        sys.stdout.writelines(f"{each}\n" for each in told)
        sys.stdout.flush()


def split(line: str) -> tuple[list[str], str, str]:
    """A line as bash reads it: the words before the last one, that one, and the quote it is in.

    >>> split("assistant show 'my notes/")
    (['assistant', 'show'], 'my notes/', "'")
    >>> split("assistant show ")
    (['assistant', 'show'], '', '')
    """
    words, word, quote, escaped, inside = [], "", "", False, False
    for character in line:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\" and quote != "'":
            escaped = inside = True
        elif quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in "'\"":
            quote, inside = character, True
        elif character.isspace():
            if inside:
                words.append(word)
            word, inside = "", False
        else:
            word, inside = word + character, True
    return words, word, quote


def document_names(index: str | None, begun: str) -> list[str]:
    """The ids of documents that begin so; none where there are too many."""
    from assistant.safety.sanitize import clean
    from assistant.settings import CATALOGUE, Settings
    from assistant.store.documents import ids_beginning

    found = ids_beginning(Settings.load(index=index).folder / CATALOGUE, begun, MOST_NAMES + 1)
    shown = [each for each in found if clean(each) == each and "\n" not in each]
    return shown if len(found) <= MOST_NAMES else []


def _for_bash(value: str, begun: str, breaks: str, quote: str) -> str:
    """The rest of a value from where bash believes that the word begins, as it must be typed."""
    last = max((begun.rfind(each) for each in breaks if each in ":="), default=-1)
    rest = value if quote else value[last + 1 :]
    return rest if quote else _SPECIAL.sub(r"\\\1", rest)


def _described(candidate: Candidate) -> str:
    return f"{candidate.value}\t{candidate.meaning}" if candidate.meaning else candidate.value
