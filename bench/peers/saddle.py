"""A contestant in Python: signs of the Hessian's spectrum at given saddles, by NumPy. Answers one line of JSON each.

{"prepare": {...}} takes the target and the networks from a file of float64, and is answered with the sum of the least
eigenvalues of all; {"steps": k} certifies k networks, round and round: the Hessian by the formula of its blocks, all
its eigenvalues by LAPACK, and the ranks of all partial products.
"""
import json
import sys
import time
from functools import reduce
from pathlib import Path

import numpy as np

from peer import say


def product(layers, d):
    """W_j ... W_i of layers W_i, ..., W_j."""
    return reduce(lambda done, layer: layer @ done, layers, np.eye(d))


class Saddles:
    """Networks of `depth` layers of width d on white inputs."""

    def __init__(self, file, count, d, depth):
        numbers = np.frombuffer(Path(file).read_bytes())
        self.d, self.depth, self.next = d, depth, 0
        self.target = numbers[:d * d].reshape(d, d)
        self.networks = numbers[d * d:].reshape(count, depth, d, d)

    def hessian(self, W):
        d, L, n = self.d, self.depth, self.d * self.d
        below = [product(W[:l], d) for l in range(L + 1)]
        above = [product(W[l:], d) for l in range(L + 1)]
        slope = (below[L] - self.target).T
        H = np.empty((L * n, L * n))
        for i in range(L):
            for j in range(i + 1):
                block = np.einsum("ps,qt->pqst", above[i + 1].T @ above[j + 1], below[i] @ below[j].T)
                if i > j:
                    block += np.einsum("qs,tp->pqst", product(W[j + 1:i], d), below[j] @ slope @ above[i + 1])
                block = block.reshape(n, n)
                H[i * n:(i + 1) * n, j * n:(j + 1) * n] = block
                H[j * n:(j + 1) * n, i * n:(i + 1) * n] = block.T
        return H

    def ranks(self, W):
        products = []
        for i in range(self.depth):
            for j in range(i, self.depth):
                products.append(W[j] @ products[-1] if j > i else W[j])
        values = np.linalg.svd(np.array(products), compute_uv=False)
        return (values > 1e-9 * values[:, :1]).sum(axis=1)

    def certify(self):
        W = self.networks[self.next % len(self.networks)]
        self.next += 1
        values = np.linalg.eigvalsh(self.hessian(W))
        tolerance = 1e-8 * max(values[-1], -values[0])
        return values[0], (values < -tolerance).sum(), (abs(values) <= tolerance).sum(), self.ranks(W)


saddles = None
say({})
for line in sys.stdin:
    question = json.loads(line)
    if "prepare" in question:
        saddles = Saddles(**question["prepare"])
        say({"sum": float(sum(saddles.certify()[0] for _ in saddles.networks))})
    else:
        begun, busy = time.perf_counter(), time.process_time()
        for _ in range(question["steps"]):
            saddles.certify()
        say({"seconds": time.perf_counter() - begun, "busy": time.process_time() - busy})
