"""A contestant in Python: spectra by LAPACK, through NumPy's batched svd. Answers questions, one line of JSON each.

{"prepare": {...}} takes a batch of networks from a file of float64; {"steps": k} finds all its spectra k times. Both
answer with the seconds and with the sum of all values. Products are formed, since NumPy has nothing else.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

from peer import say


class Batch:
    def __init__(self, file, widths):
        sizes = [rows * columns for columns, rows in zip(widths, widths[1:])]
        networks = np.frombuffer(Path(file).read_bytes()).reshape(-1, sum(sizes))
        parts = np.split(networks, np.cumsum(sizes)[:-1], axis=1)
        self.layers = [
            np.ascontiguousarray(part).reshape(-1, rows, columns)
            for part, columns, rows in zip(parts, widths, widths[1:])
        ]

    def spectra(self):
        """The singular values of every W_j ... W_i."""
        for i in range(len(self.layers)):
            product = self.layers[i]
            yield np.linalg.svd(product, compute_uv=False)
            for layer in self.layers[i + 1:]:
                product = np.matmul(layer, product)
                yield np.linalg.svd(product, compute_uv=False)


batch = None
say({})
for line in sys.stdin:
    question = json.loads(line)
    if "prepare" in question:
        batch = Batch(**question["prepare"])
    begun = time.perf_counter()
    for _ in range(question.get("steps", 1)):
        spectra = list(batch.spectra())
    say({"seconds": time.perf_counter() - begun, "sum": sum(float(values.sum()) for values in spectra)})
