#!/usr/bin/env python3
"""Lines of events that something happened to, given to Spark's own reader and to ours: what Spark takes, sparkspan takes, with equal values.

    tests/protocol/run.py [VERSION…]      3.5.9 alone when none is named (half a minute)
    tests/protocol/run.py --every         four Sparks

Of each kind of event in the logs that this Spark wrote, the line with the most members is taken. To each member in turn happens everything that
`happenings` knows. Spark's `JsonProtocol` reads the line and writes the event again; of the line and of what Spark wrote, sparkspan must read the same.
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "spark")]
import environment  # noqa: E402  (the folder is no package)

EVERY = ["3.4.4", "3.5.9", "4.1.4", "4.3.0"]
# Of an object with more members than this, such as the class path, the others are like these.
MEMBERS = 40
PLACE = "@place@"
# What holds no value, or one that 64 bits do not hold: Spark makes a default of it or cuts it, and for sparkspan it is absent. An id that is absent
# refuses its event.
NOTHING = {"missing", "null", "twice, last null", "blank", "object", "list", "u64", "great", "endless", "NaN", "Infinity"}
# A longer text is like one of this length.
TEXT_CHARS = 200


def happenings(name, value):
    """What may happen to a member or element: a name for it, and the text that stands in its place, if any."""
    text = written(value)
    yield "null", "null"
    if not isinstance(value, dict):
        yield "object", "{}"
    yield "list", "[]"
    yield "true", "true"
    yield "text", '"text"'
    yield "blank", '""'
    yield "number", "12"
    yield "number as text", '"12"'
    yield "fraction", "12.75"
    yield "fraction as text", '"12.75"'
    yield "u64", "18446744073709551615"
    if isinstance(value, (int, float)):
        yield "great", "1e20"
        yield "endless", "1e400"
    yield "NaN", '"NaN"'
    yield "Infinity", '"-Infinity"'
    yield "high half", '"half \\ud83d"'
    yield "low half", '"\\udc4d half"'
    yield "halves", '"\\udc4d\\ud83d"'
    if isinstance(value, int) and not isinstance(value, bool):
        yield "same as fraction", f"{value}.0"
        yield "same as text", f'"{value}"'
        yield "same with exponent", f"{value}e0"
    if name is not None:
        yield "twice, first odd", f"{{}},{json.dumps(name)}:{text}"
        yield "twice, last null", f"{text},{json.dumps(name)}:null"
        yield "unknown beside it", f'{text},"New member":{{"a":[1,"\\ud83d"]}}'
    yield "missing", None


def places(value, way=()):
    """The ways to all members, and to the first element of each list; of plans, two levels deep."""
    if way.count("children") > 1:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*way, name)
            yield from places(member, (*way, name))
    elif isinstance(value, list) and value:
        yield (*way, 0)
        yield from places(value[0], (*way, 0))


def happened(event, way):
    """The lines in which something happened to this member."""
    above = event
    for step in way[:-1]:
        above = above[step]
    name, value = way[-1], above[way[-1]]
    above[name] = PLACE
    with_place = written(event)
    kept = above.copy()
    del above[name]
    without_place = written(event)
    above.clear()
    above.update(kept) if isinstance(above, dict) else above.extend(kept)
    above[name] = value
    for what, text in happenings(name if isinstance(name, str) else None, value):
        yield what, without_place if text is None else with_place.replace(json.dumps(PLACE), text)


def written(value):
    """As Spark writes it: without blanks."""
    return json.dumps(value, separators=(",", ":"))


def pruned(value):
    if isinstance(value, dict):
        return {name: pruned(member) for name, member in list(value.items())[:MEMBERS]}
    if isinstance(value, list):
        return [pruned(element) for element in value[:2]]
    return value[:TEXT_CHARS] if isinstance(value, str) else value


def fullest_events(version, program):
    """Of each kind of event, the one with the most members that the logs of this Spark have."""
    fullest = {}
    lines = subprocess.run([program, "lines", version], stdout=subprocess.PIPE, check=True).stdout
    for line in lines.decode().splitlines():
        event = pruned(json.loads(line))
        count = len({tuple(step for step in way if step != 0) for way in places(event)})
        if count > fullest.get(event["Event"], (0, None))[0]:
            fullest[event["Event"]] = (count, event)
    return [event for _, event in fullest.values()]


def built_example() -> Path:
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--package", "sparkspan-testkit", "--example", "protocol"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "debug" / "examples" / "protocol"


def answers_of_spark(version, lines, directory):
    """Each event as Spark writes it again; empty where Spark does not take it."""
    jars = environment.spark_home(environment.python_of(version)) / "jars"
    subprocess.run(["javac", "-nowarn", "-d", directory, "-cp", f"{jars}/*", HERE / "Protocol.java"], check=True)
    command = ["java", "-cp", f"{directory}{os.pathsep}{jars}/*", "Protocol"]
    return ran(command, lines, stderr=subprocess.DEVNULL)


def answers_of_sparkspan(program, lines):
    return [json.loads(answer) for answer in ran([program, "read"], lines)]


def ran(command, lines, **options):
    answered = subprocess.run(command, input="\n".join(lines).encode(), stdout=subprocess.PIPE, check=True, **options).stdout.decode()
    return answered.split("\n")[: len(lines)]


def compare(version, program):
    """The lines that Spark takes, and of which sparkspan reads something else; says how many were compared."""
    cases = []
    for event in fullest_events(version, program):
        cases.append((event["Event"], (), "nothing", written(event)))
        for way in places(event):
            if way != ("Event",) and not is_of_another_kind(event["Event"], way):
                cases += [(event["Event"], way, what, line) for what, line in happened(event, way)]
    lines = [line for *_, line in cases]
    with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
        spark = answers_of_spark(version, lines, directory)
    ours, theirs = answers_of_sparkspan(program, lines), answers_of_sparkspan(program, spark)
    without = {(kind, way): our for (kind, way, what, _), our in zip(cases, ours) if what == "missing"}
    taken = 0
    for (kind, way, what, _), answer, our, their in zip(cases, spark, ours, theirs):
        if not answer:
            if what == "nothing":
                yield f"{kind}: Spark does not take its own line"
            continue
        taken += 1
        is_same = our == their or (what in NOTHING and ("error" in their or is_absent(our, without[kind, way])))
        if not is_same:
            yield f"{kind.split('.')[-1]} {'/'.join(map(str, way))}: {what}: {difference(our, their)}"
    print(f"Spark {version}: {len(cases)} lines, of which it takes {taken}")


def is_absent(our, without):
    """Whether the event is read as one without the member; both may be refused for want of it."""
    return our == without or ("error" in our and "error" in without)


def is_of_another_kind(kind, way):
    """What is known to differ."""
    return (
        # Spark writes its own version.
        kind == "SparkListenerLogStart"
        # Spark writes it by this name and reads it by another.
        or "Push Based Shuffle" in way
        # Spark makes the ids of the stages and the stages of the ids.
        or way[0] == "Stage IDs"
        or (way[0] == "Stage Infos" and way[-1] in ("Stage Infos", 0, "Stage ID"))
        # Spark makes an exception of anything, a sink of a description, and no id of a blank one.
        or way in {("Job Result", "Exception"), ("progress", "sink"), ("queryId",)}
    )


def difference(our, their):
    if "error" in our or "error" in their:
        return f"{our.get('error')}, Spark's: {their.get('error')}"
    lines = difflib.ndiff(*(answer["event"].splitlines() for answer in (our, their)))
    return " ".join(line.replace("  ", "") for line in lines if line[0] in "-+")[:200]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("versions", metavar="VERSION", nargs="*")
    arguments = parser.parse_args()
    program = built_example()
    different = 0
    for version in arguments.versions or (EVERY if arguments.every else ["3.5.9"]):
        for case in compare(version, program):
            different += 1
            print(f"DIFFERENT {version}: {case}")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
