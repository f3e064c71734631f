"""Check a draft against the documents it should rest on; exit with 1 if a statement fails.

    python examples/check_draft.py FOLDER DRAFT.md

Fit for a build that must not publish what the sources do not say.
"""

import sys
import tempfile
from pathlib import Path

from assistant import Assistant


def main(folder: str, draft: str) -> int:
    with tempfile.TemporaryDirectory() as index, Assistant.open(index) as assistant:
        assistant.index([folder])
        failed = 0
        for statement in assistant.verify(Path(draft)):
            print(f"{statement.verdict}: {statement.text}")
            if statement.verdict != "supported":
                failed += 1
                for finding in statement.findings:
                    print(f"    {finding}")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
