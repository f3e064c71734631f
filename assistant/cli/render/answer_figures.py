"""The figures of measured answers as text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.safety import count, line

if TYPE_CHECKING:
    from assistant.evaluation import Answers, Estimate

NAMES = {
    "answered": "answered, of answerable",
    "refused": "refused, of unanswerable",
    "balanced_accuracy": "balanced accuracy, of both",
    "refused_though_answerable": "refused though answerable",
    "answered_though_unanswerable": "answered though unanswerable",
    "right": "right, of answerable",
    "right_and_cited": "right and evidence cited",
    "token_f1": "token F1",
    "citation_recall": "evidence cited, of answered",
    "citation_precision": "citations at the evidence",
    "all_right_answers": "all right answers given",
    "all_right_none_wrong": "... and no wrong one",
    "wrong_answer": "wrong answer given",
    "wrong_undisputed": "... as undisputed",
    "statements_supported": "statements supported",
}
"""What each metric is called, in the order in which they are shown."""


def answers_text(measured: Answers) -> str:
    """How well questions were answered: both errors side by side, a line a metric, the costs."""
    rows = [
        _row(name, measured.figures[key]) for key, name in NAMES.items() if key in measured.figures
    ]
    return "\n".join(
        (
            line(_asked(measured)),
            _pair(measured),
            "",
            f"{'':<30}{'share':>6}   {'95% interval':<14}   {'of':>12}",
            *rows,
            "",
            *_costs(measured),
        )
    )


def _asked(measured: Answers) -> str:
    asked, index = len(measured.outcomes), measured.index
    told = count(asked, "question")
    if asked < measured.planned:
        told = f"broken off after {asked} of {count(measured.planned, 'question')}"
    return (
        f"{told}, {measured.model}, {count(index.documents, 'document')}, "
        f"{count(index.passages, 'passage')}"
    )


def _pair(measured: Answers) -> str:
    """Answering and refusing, which say nothing without each other."""
    told = [
        f"{verb} {_parts(measured.figures[verb])} {kind}"
        if verb in measured.figures
        else f"no {kind} question asked"
        for verb, kind in (("answered", "answerable"), ("refused", "unanswerable"))
    ]
    return "; ".join(told)


def _row(name: str, figure: Estimate) -> str:
    shares = f"{figure.value:>6.3f}   {figure.low:.3f} to {figure.high:.3f}"
    return f"{name:<30}{shares}   {_parts(figure):>12}".rstrip()


def _parts(figure: Estimate) -> str:
    if figure.numerator is None:
        return ""
    if figure.numerator != int(figure.numerator):
        return f"mean of {figure.denominator}"
    return f"{figure.numerator:.0f} of {figure.denominator}"


def _costs(measured: Answers) -> list[str]:
    costs = measured.costs
    told = [f"seconds an answer: {costs.median:.3f} (median), {costs.p95:.3f} (95th percentile)"]
    if costs.prompt_tokens is not None:
        told.append(
            f"prompt tokens: {costs.prompt_tokens:.0f} (median of the "
            f"{count(costs.reached, 'question')} that reached the model)"
        )
    if costs.checking is not None:
        told.append(f"checking a statement: {costs.checking:.2f} ms (median)")
    if measured.statements:
        kinds = ", ".join(
            f"{number} {kind}" for kind, number in sorted(measured.statements.items())
        )
        told.append(f"statements: {kinds}")
    return told
