#!/usr/bin/env python3
"""A client of belie in Python: registers in a SQLite file, one JSON line per operation."""
import json, os, sqlite3, sys

db = sqlite3.connect(os.environ["BELIE_NODE"], isolation_level=None, timeout=5)
db.execute("CREATE TABLE IF NOT EXISTS kv (k TEXT PRIMARY KEY, v INTEGER)")
run = ""


def do(q):
    key = "%s/%s" % (run, q["key"])
    db.execute("BEGIN IMMEDIATE")
    row = db.execute("SELECT v FROM kv WHERE k = ?", [key]).fetchone()
    answer = {"type": "ok", "value": q["value"]}
    if q["f"] == "read":
        answer["value"] = row and row[0]
    elif q["f"] == "cas" and (not row or row[0] != q["value"][0]):
        answer = {"type": "fail", "error": "precondition failed"}
    else:
        new = q["value"][1] if q["f"] == "cas" else q["value"]
        db.execute("REPLACE INTO kv VALUES (?, ?)", [key, new])
    db.execute("COMMIT")
    return answer


for line in sys.stdin:
    question = json.loads(line)
    if "open" in question:
        run, answer = question["open"]["run"], {"type": "ok"}
    else:
        answer = dict(do(question), id=question["id"])
    print(json.dumps(answer), flush=True)
