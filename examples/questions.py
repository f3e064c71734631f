"""Put the same questions to one document after the other, and write a table (CSV) to the output.

python examples/questions.py FOLDER QUESTION... > table.csv
"""

import csv
import sys
import tempfile

from assistant import Assistant


def main(folder: str, *questions: str) -> None:
    table = csv.writer(sys.stdout)
    table.writerow(["document", *questions])
    with tempfile.TemporaryDirectory() as index, Assistant.open(index) as assistant:
        assistant.index([folder])
        for source in assistant.sources():
            answers = [assistant.ask(question, only=source.id) for question in questions]
            table.writerow([source.id, *(a.text or "the document does not say" for a in answers)])


if __name__ == "__main__":
    main(*sys.argv[1:])
