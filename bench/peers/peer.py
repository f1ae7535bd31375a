"""A contestant in Python: answers questions, one line of JSON each, on standard input and output.

{"prepare": {...}} makes a problem ready, does some steps and answers with the loss, or that it takes no part;
{"steps": k} does k steps, of every run if there are several, and answers with the seconds they took and with those that
the process was given of them.
"""
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np


class Problem:
    """A square network of `depth` layers of width `d`, its data and its start, from a file of float64."""

    def __init__(self, file, d, depth, samples, batch, lossEvery, learningRate):
        self.d, self.depth, self.n, self.batch = d, depth, samples, batch
        self.loss_every, self.learning_rate = lossEvery, learningRate
        numbers = np.frombuffer(Path(file).read_bytes())
        shapes = [(d, d), (d, d), (depth, d, d), (samples, d), (samples, d)]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        parts = [part.reshape(shape).copy() for part, shape in zip(np.split(numbers, ends[:-1]), shapes)]
        self.xx, self.target, self.weights, self.x, self.y = parts

    def starts(self, runs):
        """The start of every run: run 0 has the one that is given, the others are a little away from it."""
        noise = np.random.default_rng(1).standard_normal((runs, *self.weights.shape))
        noise[0] = 0
        return self.weights * (1 + 1e-3 * noise)


def serve(contestants):
    """contestants: name -> class of a Problem, whose `steps(k)` returns the last loss that was due (of run 0)."""
    made_of = contestants[sys.argv[1]]
    contestant = None
    say({})
    for line in sys.stdin:
        question = json.loads(line)
        if "prepare" in question:
            try:
                contestant = made_of(Problem(**question["prepare"]))
                say({"loss": float(contestant.steps(question["warm"]))})
            except NotImplementedError:
                say({"absent": True})
        else:
            begun, busy = time.perf_counter(), time.process_time()
            contestant.steps(question["steps"])
            say({"seconds": time.perf_counter() - begun, "busy": time.process_time() - busy})


def say(answer):
    answer["bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(answer), flush=True)
