"""Training in NumPy: one run, and 16 runs stacked. Buffers are made once, products go to them by BLAS."""
import numpy as np

from peer import serve

RUNS = 16


class One:
    def __init__(self, problem):
        self.problem, self.step, self.loss = problem, 0, np.nan
        d, depth, batch = problem.d, problem.depth, problem.batch
        self.weights = problem.weights.copy()
        self.layers = list(self.weights)
        self.gradients = [np.empty((d, d)) for _ in range(depth)]
        self.products = [np.empty((d, d)) for _ in range(depth - 1)]
        self.difference, self.seen, self.changes = np.empty((d, d)), np.empty((d, d)), [np.empty((d, d)) for _ in range(depth)]
        if batch:
            self.rng = np.random.default_rng(2)
            self.activations = [None] + [np.empty((batch, d)) for _ in range(depth)]
            self.deltas = [np.empty((batch, d)) for _ in range(depth + 1)]
            self.x, self.y = np.empty_like(problem.x), np.empty_like(problem.y)

    def steps(self, count):
        for _ in range(count):
            if self.problem.batch:
                if self.step % self.problem.loss_every == 0:
                    self.loss = self.full_loss()
                self.descend_by_batch()
            else:
                self.loss = self.full_loss()
                self.descend()
            self.step += 1
        return self.loss

    def full_loss(self):
        """1/2 tr((W - A) xx (W - A)^T), with (W - A) xx left in `seen`."""
        product = self.layers[0]
        for layer, out in zip(self.layers[1:], self.products):
            product = np.dot(layer, product, out)
        np.subtract(product, self.problem.target, self.difference)
        np.dot(self.difference, self.problem.xx, self.seen)
        return 0.5 * np.vdot(self.difference, self.seen)

    def descend(self):
        """From `full_loss`, whose products are the activations: the step of gradient descent."""
        delta = np.multiply(self.seen, self.problem.learning_rate, self.seen)
        for l in range(self.problem.depth - 1, 0, -1):
            below = self.products[l - 2] if l > 1 else self.layers[0]
            gradient = np.dot(delta, below.T, self.gradients[l])
            delta = np.dot(self.layers[l].T, delta, self.changes[l])
            self.layers[l] -= gradient
        self.layers[0] -= delta

    def descend_by_batch(self):
        """The step by the next slice of the epoch's permutation; eta/B is multiplied into the residual."""
        problem, layers, activations, deltas = self.problem, self.layers, self.activations, self.deltas
        batch, depth = problem.batch, problem.depth
        at = self.step % (problem.n // batch) * batch
        if at == 0:
            order = self.rng.permutation(problem.n)
            np.take(problem.x, order, axis=0, out=self.x, mode="clip")
            np.take(problem.y, order, axis=0, out=self.y, mode="clip")
        activations[0] = self.x[at:at + batch]
        for l, layer in enumerate(layers):
            np.dot(activations[l], layer.T, activations[l + 1])
        delta = np.subtract(activations[depth], self.y[at:at + batch], deltas[depth])
        delta *= problem.learning_rate / batch
        for l in range(depth - 1, -1, -1):
            gradient = np.dot(delta.T, activations[l], self.gradients[l])
            if l > 0:
                delta = np.dot(delta, layers[l], deltas[l])
            layers[l] -= gradient


class Stacked:
    """The same with a leading axis of 16 runs, each with its own start and order of the data."""

    def __init__(self, problem):
        self.problem, self.step, self.loss = problem, 0, np.nan
        d, depth, batch = problem.d, problem.depth, problem.batch
        self.layers = [layer.copy() for layer in problem.starts(RUNS).swapaxes(0, 1)]
        square = (RUNS, d, d)
        self.gradients = [np.empty(square) for _ in range(depth)]
        self.products = [np.empty(square) for _ in range(depth - 1)]
        self.difference, self.seen, self.changes = np.empty(square), np.empty(square), [np.empty(square) for _ in range(depth)]
        if batch:
            self.rng = np.random.default_rng(2)
            self.activations = [None] + [np.empty((RUNS, batch, d)) for _ in range(depth)]
            self.deltas = [np.empty((RUNS, batch, d)) for _ in range(depth + 1)]
            self.order = np.tile(np.arange(problem.n), (RUNS, 1))
            self.x, self.y = np.empty((RUNS, problem.n, d)), np.empty((RUNS, problem.n, d))

    steps = One.steps

    def full_loss(self):
        product = self.layers[0]
        for layer, out in zip(self.layers[1:], self.products):
            product = np.matmul(layer, product, out)
        np.subtract(product, self.problem.target, self.difference)
        np.matmul(self.difference, self.problem.xx, self.seen)
        self.losses = 0.5 * np.einsum("rij,rij->r", self.difference, self.seen)
        return self.losses[0]

    def descend(self):
        delta = np.multiply(self.seen, self.problem.learning_rate, self.seen)
        for l in range(self.problem.depth - 1, 0, -1):
            below = self.products[l - 2] if l > 1 else self.layers[0]
            gradient = np.matmul(delta, below.swapaxes(1, 2), self.gradients[l])
            delta = np.matmul(self.layers[l].swapaxes(1, 2), delta, self.changes[l])
            self.layers[l] -= gradient
        self.layers[0] -= delta

    def descend_by_batch(self):
        problem, layers, activations, deltas = self.problem, self.layers, self.activations, self.deltas
        batch, depth = problem.batch, problem.depth
        at = self.step % (problem.n // batch) * batch
        if at == 0:
            self.rng.permuted(self.order, axis=1, out=self.order)
            np.take(problem.x, self.order, axis=0, out=self.x, mode="clip")
            np.take(problem.y, self.order, axis=0, out=self.y, mode="clip")
        activations[0] = self.x[:, at:at + batch]
        for l, layer in enumerate(layers):
            np.matmul(activations[l], layer.swapaxes(1, 2), activations[l + 1])
        delta = np.subtract(activations[depth], self.y[:, at:at + batch], deltas[depth])
        delta *= problem.learning_rate / batch
        for l in range(depth - 1, -1, -1):
            gradient = np.matmul(delta.swapaxes(1, 2), activations[l], self.gradients[l])
            if l > 0:
                delta = np.matmul(delta, layers[l], deltas[l])
            layers[l] -= gradient


serve({"NumPy": One, "NumPy × 16": Stacked})
