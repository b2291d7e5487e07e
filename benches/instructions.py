#!/usr/bin/env python3
"""Counts the instructions of the parser and of the engine on fixed logs, and fails when there are more than before.

    python3 benches/instructions.py            compares with benches/instructions.json
    python3 benches/instructions.py --update   writes it

Instructions, not time: they are the same on a busy machine. They depend on the compiler and the dependencies, which are pinned, and a
little on the kind of CPU, by which the C library chooses how to copy memory.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import measure

BASELINE = Path(__file__).with_suffix(".json")
CASES = [(part, log) for part in ("parser", "engine") for log in ("sql", "tasks")]
TOLERANCE = 0.03


def count(program: Path, part: str, log: str) -> int:
    """The instructions that one part of sparkspan takes for one log."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*instructions*measured*", program, part, log]
    ran = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode != 0 or not found or int(found[1]) == 0:
        raise SystemExit(f"nothing was counted:\n{ran.stderr}")
    return int(found[1])


def main() -> None:
    if not shutil.which("valgrind"):
        message = "instruction counts need valgrind, which is not installed"
        if os.environ.get("CI"):
            raise SystemExit(message)
        print(f"SKIPPED: {message}")
        return
    program = measure.build("--package", "sparkspan-testkit", "--example", "instructions")
    counts = {f"{part} {log}": count(program, part, log) for part, log in CASES}
    if "--update" in sys.argv:
        BASELINE.write_text(json.dumps(counts, indent=4) + "\n")
        return
    baseline = json.loads(BASELINE.read_text())
    worse = []
    for case, instructions in counts.items():
        change = instructions / baseline[case] - 1
        print(f"{case:<14} {instructions:>12} instructions, {change:+.2%}")
        if abs(change) > TOLERANCE:
            worse.append(case)
    if worse:
        raise SystemExit(
            f"instruction counts are off by more than {TOLERANCE:.0%}: {', '.join(worse)}\n"
            "hint: if that is meant, or better than before: python3 benches/instructions.py --update, and say why in the commit"
        )


if __name__ == "__main__":
    main()
