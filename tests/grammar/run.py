#!/usr/bin/env python3
"""What the real grammars of Spark say, beside what sparkspan takes from them: the words that statements begin with, and where tokens end.

    tests/grammar/run.py              compares the committed files with two Sparks
    tests/grammar/run.py --every      with every Spark, and reads 200 000 random texts beside each
    tests/grammar/run.py --write      writes the files again
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KEYWORDS = ROOT / "crates" / "redaction" / "src" / "sql" / "keywords.rs"
VECTORS = ROOT / "tests" / "vectors" / "sql_tokens.json"
sys.path[:0] = [str(ROOT / "tests" / "spark")]
import environment  # noqa: E402  (the folder is no package)
import texts  # noqa: E402

SEED = 1
IN_VECTORS, IN_ALL = 1_000, 200_000
STRINGS = {"STRING", "STRING_LITERAL", "DOUBLEQUOTED_STRING", "BEGIN_DOLLAR_QUOTED_STRING", "DOLLAR_QUOTED_STRING_BODY", "END_DOLLAR_QUOTED_STRING"}
COMMENTS = {"SIMPLE_COMMENT", "BRACKETED_COMMENT"}


def grammar(version: str, *arguments: str, input: str = "") -> list[str]:
    """The lines that the grammar of a Spark prints."""
    jars = environment.spark_home(environment.python_of(version)) / "jars"
    command = ["java", "-cp", f"{jars}/*", HERE / "Grammar.java", *arguments]
    return subprocess.run(command, input=input, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()


def keywords(version: str) -> set[str]:
    """The words that a statement of this Spark can begin with."""
    words = set(grammar(version, "keywords"))
    if spelled := [word for word in words if word.startswith("?")]:
        raise SystemExit(f"Spark {version}: {spelled} can be spelled in several ways\nhint: teach Grammar.java which")
    return words


def kind(name: str, text: str) -> str:
    """What sparkspan calls a token; nothing for those that it does not tell apart."""
    if name in STRINGS:
        return "T"
    if name in COMMENTS:
        return "C"
    if name == "WS":
        return ""
    if name == "BACKQUOTED_IDENTIFIER":
        return "Q"
    if name == "IDENTIFIER" and "://" in text:
        return "A"
    if text[0].isdecimal() or (text[0] == "." and len(text) > 1):
        return "N"
    return "W" if text[0].isalpha() or text[0] == "_" or name == "IDENTIFIER" else ""


def tokens(text: str, line: str) -> str | None:
    """The tokens of a text as the vectors have them; None if Spark takes no such text."""
    if "UNRECOGNIZED" in line or "UNCLOSED" in line or line.count("BEGIN_DOLLAR") != line.count("END_DOLLAR"):
        return None
    found = []
    for token in line.split():
        name, start, end = token.rsplit(":", 2)
        start, end = int(start), int(end)
        what = kind(name, text[start:end])
        if what == "C":
            end = start + len(text[start:end].rstrip("\r\n") if name == "SIMPLE_COMMENT" else text[start:end])
        # Where a string of several parts is one token depends on the version.
        if what == "T" and found and found[-1][0] == "T" and found[-1][2] == start:
            start = found.pop()[1]
        if what:
            found.append((what, start, end))
    return " ".join(f"{what}{start}-{end}" for what, start, end in found)


def vectors(versions: list[str], of: list[str]) -> list[dict]:
    """How these Sparks read these texts: Sparks that agree are listed together, and those that refuse a text not at all."""
    input = "".join(base64.b64encode(text.encode()).decode() + "\n" for text in of)
    read = {version: grammar(version, "tokens", input=input) for version in versions}
    entries = []
    for index, text in enumerate(of):
        readings = {}
        for version in versions:
            reading = tokens(text, read[version][index])
            if reading is not None:
                readings.setdefault(reading, []).append(version)
        entries.append({"text": text, "read": [{"by": by, "tokens": reading} for reading, by in readings.items()]})
    return entries


def corpus() -> list[str]:
    return [*texts.BY_HAND, *texts.at_random(SEED, IN_VECTORS)]


def rust(words: set[str]) -> str:
    source = f"""//! The words that statements of Spark {environment.versions()[0]} to {environment.versions()[-1]} begin with.
//!
//! Generated from the parsers of each Spark by `tests/grammar/run.py --write`: do not edit.

/// In alphabetical order.
pub(super) const STATEMENTS: [&str; {len(words)}] = [{", ".join(f'"{word}"' for word in sorted(words))}];
"""
    command = ["rustfmt", "--config-path", ROOT]
    return subprocess.run(command, input=source, stdout=subprocess.PIPE, text=True, check=True).stdout


def dumped(entries: list[dict]) -> str:
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    return f"[\n{lines}\n]\n"


def write() -> None:
    versions = environment.versions()
    KEYWORDS.write_text(rust(set().union(*map(keywords, versions))))
    VECTORS.write_text(dumped(vectors(versions, corpus())))


def differences(versions: list[str]) -> list[str]:
    """What the committed files say otherwise than these Sparks."""
    is_every = versions == environment.versions()
    found = []
    words = set().union(*map(keywords, versions))
    committed = KEYWORDS.read_text()
    if is_every and committed != rust(words):
        found.append(f"{KEYWORDS} is not what --write makes")
    found += [f"{KEYWORDS} lacks {word}" for word in sorted(words) if f'"{word}"' not in committed]
    stored = json.loads(VECTORS.read_text())
    fresh = vectors(versions, [entry["text"] for entry in stored])
    if [entry["text"] for entry in stored] != corpus():
        found.append(f"{VECTORS} has other texts than --write takes")
    for entry, now in zip(stored, fresh):
        then = [{"by": [version for version in reading["by"] if version in versions], "tokens": reading["tokens"]} for reading in entry["read"]]
        if [reading for reading in then if reading["by"]] != now["read"]:
            found.append(f"{entry['text']!r}: the vectors have {then}, Spark says {now['read']}")
    return found


def random_texts(versions: list[str]) -> bool:
    """Whether sparkspan's lexer reads many more texts as these Sparks do."""
    with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
        path = Path(directory) / "sql_tokens.json"
        path.write_text(dumped(vectors(versions, texts.at_random(SEED + 1, IN_ALL))))
        command = ["cargo", "test", "--quiet", "--locked", "--package", "sparkspan-redaction", "--lib", "tokens_agree"]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, "SPARKSPAN_TEST_SQL_TOKENS": str(path)}, check=False).returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        write()
        return 0
    versions = environment.versions() if arguments.every else ["3.5.9", "4.3.0"]
    found = differences(versions)
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    passed = not found
    if arguments.every:
        passed &= random_texts(versions)
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main())
