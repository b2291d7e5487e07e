#!/usr/bin/env python3
"""Makes contexts.json: what context a task has. An implementation of its own, so that an error in ours shows.

    python3 tests/vectors/contexts.py > tests/vectors/contexts.json
"""

import hashlib
import json

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNSAMPLED = "00-5c0a83688c44eb7ab4df030f1f1f5847-11f178bb1cb013c8-00"
THIRD = "00-6d1b94799d55fc8bc5ef141020206958-22f289cc2dc124d9-01"
QUERY = "5b0c2a0e-8d0f-4b5e-9d3f-4b0a4d2f6a11"
OPERATION = "0192e1a2-7c1f-7b3c-9d5e-0f1a2b3c4d5e"
OPERATION_TAG = f"SparkConnect_OperationTag_User_u_Session_s_Operation_{OPERATION}"
USER_TAG = "SparkConnect_SessionTag_User_u_Session_s_Tag_"
ALWAYS = {"context": f"00-{TRACE}-{SPAN}-01", "scope": "application", "parentBased": "false",
          "threshold": "00000000000000", "tasks": "stage"}
UNIT = {"scope": "unit"}
# Sql 0 to 9 have randomness on both sides of a half.
HALF = {"threshold": "80000000000000"}
NONE = {"threshold": "100000000000000"}
PARENT = {"parentBased": "true"}


def digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(["sparkspan/1", f"{TRACE}-{SPAN}", *parts]).encode()).digest()


def unit_of(properties: dict) -> tuple:
    if "sql.streaming.queryId" in properties and "streaming.sql.batchId" in properties:
        return "batch", properties["sql.streaming.queryId"] + "/" + properties["streaming.sql.batchId"]
    if "spark.streaming.internal.batchTime" in properties:
        return "batch", properties["spark.streaming.internal.batchTime"]
    for tag in properties.get("spark.job.tags", "").split(","):
        _, is_operation, rest = tag.partition("SparkConnect_OperationTag_")
        if is_operation and not _ and "_Operation_" in rest and not rest.endswith("_Operation_"):
            return "connect", rest.rpartition("_Operation_")[2]
    execution = properties.get("spark.sql.execution.root.id", properties.get("spark.sql.execution.id", ""))
    return ("sql", str(int(execution))) if execution.isdigit() else ("job", None)


def valid(text: str) -> bool:
    fields = text.split("-")
    hexadecimal = all(set(field) <= set("0123456789abcdef") for field in fields)
    return hexadecimal and [len(field) for field in fields] == [2, 32, 16, 2] and int(fields[1], 16) > 0 and int(fields[2], 16) > 0


def caller_of(properties: dict):
    candidates = [tag.partition("traceparent:")[2] for tag in properties.get("spark.job.tags", "").split(",")]
    candidates += [properties.get("traceparent", ""), properties.get("spark.sparkspan.unit.traceparent", "")]
    return next(([*text.split("-")] for text in candidates if valid(text)), None)


def traceparent(settings: dict, properties: dict, stage: int, attempt: int, task: int) -> str:
    (kind, key), caller = unit_of(properties), caller_of(properties)
    if caller and kind != "batch":
        trace = caller[1]
    elif kind == "batch" or (settings["scope"] == "unit" and kind != "job"):
        trace = digest("trace", kind, key)[:16].hex()
    else:
        trace = TRACE
    span = digest("task", str(task)) if settings["tasks"] == "all" else digest("stage", f"{stage}.{attempt}")
    flag = (caller[3] if caller else settings.get("parent")) if settings["parentBased"] == "true" else None
    if flag is None:
        threshold = int(settings["threshold"], 16)
        kept = threshold == 0 if kind == "job" else int.from_bytes(digest("sample", kind, key)[25:], "big") >= threshold
        flag = "01" if kept else "00"
    return f"00-{trace}-{span[:8].hex()}-{flag}"


def sql(number: int, **more) -> dict:
    return {"spark.sql.execution.id": str(number), **more}


BATCH = {"sql.streaming.queryId": QUERY, "streaming.sql.batchId": "7", **sql(3)}
CONNECT = {"spark.job.tags": f"spark-session-1,{OPERATION_TAG}", **sql(3)}
CASES = [
    ("a query", {}, sql(3)),
    ("a job outside of SQL", {}, {}),
    ("a batch has its own trace", {}, BATCH),
    ("a batch of a DStream", {}, {"spark.streaming.internal.batchTime": "1795384769292"}),
    ("a batch keeps its trace whoever called", {}, {**BATCH, "traceparent": CALLER}),
    ("an operation of Spark Connect", {}, CONNECT),
    ("no operation in the tag", {}, {"spark.job.tags": "SparkConnect_OperationTag_User_u_Session_s_Operation_", **sql(3)}),
    ("no operation in the words of a user", {}, {"spark.job.tags": f"my_{OPERATION_TAG}", **sql(3)}),
    ("an execution that is no number", {}, {"spark.sql.execution.id": "x"}),
    ("a query with its own trace", UNIT, sql(3)),
    ("a nested query is in its root's trace", UNIT, sql(4, **{"spark.sql.execution.root.id": "3"})),
    ("an operation with its own trace", UNIT, CONNECT),
    ("a job stays in the application's trace", UNIT, {}),
    ("the caller by local property", {}, {"traceparent": CALLER}),
    ("the caller of a query", UNIT, sql(3, traceparent=CALLER)),
    ("the caller by session setting", {}, sql(3, **{"spark.sparkspan.unit.traceparent": CALLER})),
    ("the caller by tag", {}, {"spark.job.tags": f"mine,traceparent:{CALLER}"}),
    ("the caller by tag of Spark Connect", UNIT, {"spark.job.tags": f"{USER_TAG}traceparent:{CALLER},{OPERATION_TAG}"}),
    ("a tag outranks a property, a property a setting", {},
     {"spark.job.tags": f"traceparent:{CALLER}", "traceparent": UNSAMPLED, "spark.sparkspan.unit.traceparent": THIRD}),
    ("a property outranks a setting", {}, {"traceparent": UNSAMPLED, "spark.sparkspan.unit.traceparent": THIRD}),
    ("a caller that is none is none", {},
     {"spark.job.tags": "traceparent:nobody", "traceparent": CALLER[:-1], "spark.sparkspan.unit.traceparent": THIRD}),
    ("a caller of zeros is none", {}, {"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"}),
    ("a job is not kept for certain", HALF, {}),
    ("a job is not kept by a ratio of 0", NONE, {}),
    ("a query is not kept by a ratio of 0", NONE, sql(3)),
    ("an operation by ratio", HALF, CONNECT),
    ("a batch by ratio", HALF, BATCH),
    ("the ratio whatever the caller says", HALF, {"traceparent": CALLER}),
    ("the caller decides for", {**HALF, **PARENT}, {"traceparent": CALLER}),
    ("the caller decides against", PARENT, {"traceparent": UNSAMPLED}),
    ("the caller decides for a batch", {**PARENT, **NONE}, {**BATCH, "traceparent": CALLER}),
    ("the application's caller decides for", {**PARENT, **NONE, "parent": "01"}, sql(3)),
    ("the application's caller decides against", {**PARENT, "parent": "00"}, sql(3)),
    ("the nearer caller decides", {**PARENT, "parent": "00"}, {"traceparent": CALLER}),
    ("nobody called", PARENT, sql(3)),
    ("every task is a span", {"tasks": "all"}, sql(3)),
    ("every task is a span in the caller's trace", {**UNIT, "tasks": "all"}, sql(3, traceparent=CALLER)),
] + [(f"query {number} by ratio", HALF, sql(number)) for number in range(10)]


def main() -> None:
    cases = []
    for number, (name, change, properties) in enumerate(CASES):
        settings = {**ALWAYS, **change}
        stage, attempt, task = 12 + number, number % 2, 4711 + number
        cases.append({"name": name, "settings": settings, "properties": properties, "stage_id": stage, "stage_attempt": attempt,
                      "task_id": task, "traceparent": traceparent(settings, properties, stage, attempt, task)})
    print(json.dumps({"scheme": "sparkspan/1", "cases": cases}, indent=2))


if __name__ == "__main__":
    main()
