"""Cross-sectional momentum over the external protocol (docs/external.md), with the standard library alone.

    prometheus replay us-2007-2009-crisis --system 'external:python3 docs/examples/momentum.py' --config crisis.toml

On days first, first + every, ... the signal of an instrument is its return from `lookback` to `skip` days ago,

    signal = level[t - skip] / level[t - lookback] - 1

and the strongest n // hold_one_in of the n instruments are held in equal parts. The arithmetic is that of the built-in
system `momentum`, operation by operation, so both give the same journal to the last bit.
"""

import json
import sys

CONFIG = {"lookback": 147, "skip": 21, "first": 147, "every": 21, "hold_one_in": 5, "invested": 0.999}


class Momentum:
    def __init__(self, hello):
        self.config = CONFIG | hello["config"]
        self.ids = [instrument["id"] for instrument in hello["instruments"]]
        self.levels = []  # one list a day, an entry an instrument
        self.delisted = set()

    def see(self, day):
        """Takes in what became known today."""
        self.levels.append(day["level"])
        self.delisted |= {action["instrument"] for action in day["actions"] if action["kind"] == "delisting"}

    def signal(self, index, closes):
        """The signal, or in words why there is none."""
        start = self.levels[-1 - self.config["lookback"]][index]
        end = self.levels[-1 - self.config["skip"]][index]
        if self.ids[index] in self.delisted:
            return "delisted"
        if closes.get(index) is None:
            return "no_price_today"
        if start is None:
            return "no_price_at_lookback"
        if end is None:
            return "no_price_at_skip"
        return end / start - 1.0

    def decide(self, day):
        """The fields of today's decision."""
        since, every = day["day_number"] - self.config["first"], self.config["every"]
        if since < 0 or since % every != 0:
            return {"reports": [{"engine": "momentum", "verdict": "unchanged"}]}
        have, need = len(self.levels), self.config["lookback"] + 1
        if have < need:
            return abstained({"reason": "short_history", "have": have, "need": need}, [])
        closes = {bar[0]: bar[4] for bar in day["bars"]}
        signals = {index: self.signal(index, closes) for index in range(len(self.ids))}
        dropped = [[self.ids[index], why] for index, why in signals.items() if isinstance(why, str)]
        ranked = [index for index, signal in signals.items() if not isinstance(signal, str)]
        ranked.sort(key=lambda index: (-signals[index], index))  # ties go to the lower instrument
        held = sorted(ranked[: len(self.ids) // self.config["hold_one_in"]])
        if not held:
            return abstained({"reason": "nothing_eligible"}, dropped)
        weight = self.config["invested"] / len(held)
        figures = [[self.ids[index], "signal", signals[index]] for index in held]
        report = {"engine": "momentum", "verdict": "decided", "figures": figures, "dropped": dropped}
        return {"targets": [[self.ids[index], weight] for index in held], "reports": [report]}


def abstained(why, dropped):
    return {"reports": [{"engine": "momentum", "verdict": "abstained", "why": why, "dropped": dropped}]}


def say(message):
    print(json.dumps(message), flush=True)  # one line a message, and out with it


def main():
    engine = None
    for line in sys.stdin:
        told = json.loads(line)
        if told["type"] == "hello":
            engine = Momentum(told)
            say({"type": "ready", "protocol": 1, "name": "momentum", "version": "1"})
        elif told["type"] == "day":
            engine.see(told)
            answer = engine.decide(told) if told["trade"] else {}
            say({"type": "decision", "date": told["date"], **answer})
        else:  # bye
            return


if __name__ == "__main__":
    main()
