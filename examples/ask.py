"""Ask a folder of documents, and print each citation with the words around it.

python examples/ask.py FOLDER QUESTION
"""

import sys
import tempfile

from assistant import Assistant


def main(folder: str, question: str) -> None:
    with tempfile.TemporaryDirectory() as index, Assistant.open(index) as assistant:
        assistant.index([folder])
        answer = assistant.ask(question)
        print(answer.text or "The documents do not say.")
        for citation in answer.citations:
            document, start, end = citation.document, citation.start, citation.end
            around = document.text[max(0, start - 60) : end + 60].replace("\n", " ")
            print(f"[{citation.number}] {document.source}:{start}-{end}\n    …{around}…")
        for missing in answer.missing:
            print(f"not found: {missing}")


if __name__ == "__main__":
    main(*sys.argv[1:])
