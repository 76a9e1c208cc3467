"""Engines that break the protocol, one a mode, and a few that keep it. Standard library only.

    python3 engine.py MODE [FILE]

The good ones: `good` holds the first instrument and buys the second now and then; `copying` is `good` and copies every
line that it hears and says into FILE. The others break what their name says.
"""

import json
import os
import random
import signal
import sys
import time

MODE = sys.argv[1]
COPY = open(sys.argv[2], "w", encoding="utf-8") if MODE == "copying" else None


def say(message):
    text = message if isinstance(message, str) else json.dumps(message)
    if COPY:
        COPY.write(text + "\n")
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def good(day):
    """Rules that lean on the price, the book and the day, so that anything told wrong shows."""
    if not day["trade"]:
        return {}
    number, level, book = day["day_number"], day["level"][0], day["book"]
    answer = {"reports": [{"engine": "outside", "verdict": "unchanged", "figures": [[None, "cash", book["cash_micros"] / 1e6]]}]}
    if number % 5 == 0:
        weight = 0.1 + (level or 0.0) % 1.0 / 4.0 + len(book["positions"]) / 64.0
        answer["targets"] = [[ID[1], 0.25], [ID[0], weight]]
    elif number % 5 == 2:
        limit = {"kind": "limit", "limit": day["level"][1] or 1.0}
        answer["orders"] = [{"instrument": ID[1], "side": "buy", "quantity_micros": 1500000, "sessions": 2, **limit}]
    return answer


def order(**changed):
    whole = {"instrument": ID[0], "side": "buy", "kind": "market", "quantity_micros": 1000000, "sessions": 1}
    return {"orders": [{**whole, **changed}]}


def broken(day):
    """The fields of an answer on the third day of the run, or text to be written as it is."""
    at = {"type": "decision", "date": day["date"]}
    whole = lambda fields: json.dumps({**at, **fields})
    literal = lambda weight: whole({"targets": [[ID[0], 0.125]]}).replace("0.125", weight)
    report = {"engine": "outside", "verdict": "decided"}
    answers = {
        "not-json": lambda: "starting the engine ...",
        "empty-line": lambda: "",
        "half-json": lambda: whole({})[:-4],
        "a-list": lambda: "[1, 2]",
        "no-type": lambda: json.dumps({"date": day["date"]}),
        "unknown-type": lambda: json.dumps({**at, "type": "opinion"}),
        "unknown-field": lambda: whole({"target": []}),
        "nan": lambda: whole({"targets": [[ID[0], float("nan")]]}),
        "infinity": lambda: whole({"targets": [[ID[0], float("inf")]]}),
        "too-large": lambda: literal("1e999"),
        "huge": lambda: literal("1e300"),
        "text-weight": lambda: literal('"a lot"'),
        "stranger": lambda: whole({"targets": [["EQUITY:NOBODY", 0.5]]}),
        "no-id": lambda: whole({"targets": [["nobody", 0.5]]}),
        "twice": lambda: whole({"targets": [[ID[0], 0.1], [ID[1], 0.1], [ID[0], 0.2]]}),
        "yesterday": lambda: json.dumps({**at, "date": YESTERDAY}),
        "no-date": lambda: json.dumps({**at, "date": "the third"}),
        "two-lines": lambda: whole({}) + "\n" + whole({}),
        "no-sessions": lambda: whole(order(sessions=0)),
        "negative-quantity": lambda: whole(order(quantity_micros=-5)),
        "half-a-micro": lambda: whole(order(quantity_micros=0.5)),
        "limit-without-price": lambda: whole(order(kind="limit")),
        "unknown-side": lambda: whole(order(side="hold")),
        "order-of-stranger": lambda: whole(order(instrument="EQUITY:NOBODY")),
        "why-decided": lambda: whole({"reports": [{**report, "why": {"reason": "nothing_eligible"}}]}),
        "figure-of-nothing": lambda: whole({"reports": [{**report, "figures": [[None, "mood", None]]}]}),
        "figure-of-stranger": lambda: whole({"reports": [{**report, "figures": [["EQUITY:NOBODY", "mood", 1]]}]}),
        "blank-engine": lambda: whole({"reports": [{**report, "engine": ""}]}),
        "harness-lane": lambda: whole({"reports": [{**report, "engine": "book"}]}),
    }
    return answers[MODE]()


def third_day(day):
    """What the mode does on the third day of the run instead of answering well."""
    if MODE == "crash":
        sys.stderr.write("out of ideas\n")
        sys.exit(3)
    elif MODE == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif MODE == "silent":
        time.sleep(60)
    elif MODE == "closed":
        os.close(1)
        time.sleep(60)
    elif MODE == "long-line":
        sys.stdout.write("x" * (65 << 20))
        sys.stdout.flush()
    elif MODE == "not-utf8":
        sys.stdout.buffer.write(b"\xff\xfe\n")
        sys.stdout.flush()
    else:
        say(broken(day))


def answer(day):
    global YESTERDAY
    fields = good(day)
    if MODE == "random" and day["trade"]:
        fields = {"targets": [[ID[0], random.random() / 2]]}
    if MODE == "clock" and day["trade"]:
        fields = {"targets": [[ID[0], time.time_ns() % 1000 / 2000]]}
    if MODE == "forgetful" and day["replayed"] and day["trade"]:
        fields = {}
    if MODE == "early" and not day["trade"]:
        fields = {"targets": []}
    if day["day_number"] == 2 and MODE not in GOOD_DAYS:
        third_day(day)
    else:
        say({"type": "decision", "date": day["date"], **fields})
    YESTERDAY = day["date"]


# Modes that answer every day with a whole decision; some of them break something else.
GOOD_DAYS = ("good", "copying", "random", "clock", "forgetful", "early", "exit-late", "talkative", "unending", "deaf")
YESTERDAY = None
ID = []


def greet():
    if MODE == "no-greeting":
        sys.stderr.write("no licence\n")
        sys.exit(7)
    if MODE == "decides-first":
        return say({"type": "decision", "date": "2020-01-02"})
    if MODE == "protocol-2":
        return say({"type": "ready", "protocol": 2, "name": "outside", "version": "1"})
    if MODE == "nameless":
        return say({"type": "ready", "protocol": 1, "name": "", "version": "1"})
    say({"type": "ready", "protocol": 1, "name": "outside", "version": "1"})


for line in sys.stdin:
    if COPY:
        COPY.write(line)
    told = json.loads(line)
    if told["type"] == "hello":
        ID = [instrument["id"] for instrument in told["instruments"]]
        greet()
        if MODE == "deaf":
            time.sleep(60)
    elif told["type"] == "day":
        answer(told)
    elif MODE == "exit-late":
        sys.exit(9)
    elif MODE == "talkative":
        say("that went well")
    elif MODE == "unending":
        time.sleep(60)
