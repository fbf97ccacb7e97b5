"""What the benchmark and a peer say to each other.

The peer loads its model and writes one JSON line, {"ready": …}. Then it reads
requests, one a line, and answers each with a JSON line, until its input ends:

    context N tokens M    reads a prompt of N tokens, then generates M one by one
                          {"tokens_per_second", "seconds", "cpu_seconds", "prefill_tokens_per_second"}
    prefill N             reads a prompt of N tokens up to the first new one
                          {"tokens_per_second", "seconds"}

The time of M tokens begins after the first new one, so that reading the prompt is
not in it. Between requests a peer waits without using the CPU: the benchmark gives
turns to one peer after the other.
"""

import argparse
import json
import resource
import sys
import time


def arguments(model):
    parser = argparse.ArgumentParser()
    parser.add_argument("model", help=model)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--capacity", type=int, default=1280, help="tokens of prompt and answer together, at most")
    return parser.parse_args()


def prompt(count):
    """Token ids without any control token; the same in every peer."""
    return [2] + [1000 + (i * 7919) % 200_000 for i in range(count - 1)]


def say(answer):
    print(json.dumps(answer), flush=True)


def serve(name, version, started, begin, step):
    """begin(ids) starts anew, reads ids and chooses a first token; step() reads that
    and chooses another."""
    say({"ready": True, "peer": name, "version": version, "load_seconds": round(time.perf_counter() - started, 3)})
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "context" and words[2] == "tokens":
                count, new = int(words[1]), int(words[3])
            elif words[0] == "prefill":
                count, new = int(words[1]), 0
            else:
                raise ValueError
        except (IndexError, ValueError):
            say({"error": f"want 'context N tokens M' or 'prefill N', got {line.strip()!r}"})
            continue
        start = time.perf_counter()
        begin(prompt(count))
        prefill = time.perf_counter() - start
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(new):
            step()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if new:
            say({"tokens_per_second": new / seconds, "seconds": seconds, "cpu_seconds": cpu, "prefill_tokens_per_second": count / prefill, "peak_bytes": peak})
        else:
            say({"tokens_per_second": count / prefill, "seconds": prefill, "peak_bytes": peak})
