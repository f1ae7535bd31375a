"""A contestant in Python: random numbers by NumPy, from the bit generator that is named. Answers one line of JSON each.

{"prepare": {"kind": ..., "count": n}} says what a step draws: n numbers, or a permutation of n. It is answered with the
mean of a step's numbers; {"steps": k} with the seconds that k steps took.
"""
import json
import sys
import time

import numpy as np

from peer import say

rng = np.random.Generator(getattr(np.random, sys.argv[1])(1))


def drawing(kind, count, below):
    """What draws one step, into memory that is kept where NumPy can."""
    out = np.empty(count)
    if kind == "normals":
        return lambda: rng.standard_normal(out=out)
    if kind == "uniforms":
        return lambda: rng.random(out=out)
    if kind == "integers":
        return lambda: rng.integers(below, size=count, dtype=np.int32)
    return lambda: rng.permutation(count)


say({})
for line in sys.stdin:
    question = json.loads(line)
    if "prepare" in question:
        draw = drawing(**question["prepare"])
        say({"mean": float(np.mean(draw()))})
    else:
        begun, busy = time.perf_counter(), time.process_time()
        for _ in range(question["steps"]):
            draw()
        say({"seconds": time.perf_counter() - begun, "busy": time.process_time() - busy})
