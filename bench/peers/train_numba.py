"""Training in Numba: one run, thousands of steps a call, with products by BLAS, and by loops of its own.

The loops are compiled for each shape, which makes them twice as fast; they are for widths up to 10, where BLAS is slow.
"""
import numpy as np
from numba import njit

from peer import serve


def blas():
    @njit(inline="always")
    def multiply(a, b, out, scratch):
        np.dot(a, b, out)

    @njit(inline="always")
    def multiply_left_transposed(a, b, out):
        np.dot(a.T, b, out)

    @njit(inline="always")
    def multiply_right_transposed(a, b, out, scratch):
        np.dot(a, b.T, out)

    return multiply, multiply_left_transposed, multiply_right_transposed


def loops(d):
    """Sums may be reordered and fused; inner loops run along rows."""

    @njit(fastmath=True, inline="always")
    def multiply(a, b, out, scratch):
        for i in range(a.shape[0]):
            for j in range(d):
                out[i, j] = 0.0
            for k in range(d):
                for j in range(d):
                    out[i, j] += a[i, k] * b[k, j]

    @njit(fastmath=True, inline="always")
    def multiply_left_transposed(a, b, out):
        for i in range(d):
            for j in range(d):
                out[i, j] = 0.0
            for k in range(a.shape[0]):
                for j in range(d):
                    out[i, j] += a[k, i] * b[k, j]

    @njit(fastmath=True, inline="always")
    def multiply_right_transposed(a, b, out, scratch):
        if a.shape[0] < 4:
            for i in range(a.shape[0]):
                for j in range(d):
                    total = 0.0
                    for k in range(d):
                        total += a[i, k] * b[j, k]
                    out[i, j] = total
        else:
            for j in range(d):
                for k in range(d):
                    scratch[k, j] = b[j, k]
            multiply(a, scratch, out, scratch)

    return multiply, multiply_left_transposed, multiply_right_transposed


def program(products, sizes):
    """gd and sgd; `sizes` of the weights and a batch: depth, width, batch, known to the compiler or not."""
    multiply, multiply_left_transposed, multiply_right_transposed = products

    @njit(fastmath=True)
    def full_loss(weights, target, xx, products, difference, seen, scratch):
        depth, d, _ = sizes(weights, 0)
        products[0] = weights[0]
        for l in range(1, depth):
            multiply(weights[l], products[l - 1], products[l], scratch)
        for i in range(d):
            for j in range(d):
                difference[i, j] = products[depth - 1, i, j] - target[i, j]
        multiply(difference, xx, seen, scratch)
        loss = 0.0
        for i in range(d):
            for j in range(d):
                loss += difference[i, j] * seen[i, j]
        return 0.5 * loss

    @njit(fastmath=True)
    def descend(weights, gradient, rate):
        _, d, _ = sizes(weights, 0)
        for i in range(d):
            for j in range(d):
                weights[i, j] -= rate * gradient[i, j]

    @njit(fastmath=True)
    def gd(weights, target, xx, rate, every, step, count, loss):
        depth, d, _ = sizes(weights, 0)
        products, difference, scratch = np.empty((depth, d, d)), np.empty((d, d)), np.empty((d, d))
        delta, below, gradient = np.empty((d, d)), np.empty((d, d)), np.empty((d, d))
        for _ in range(count):
            loss = full_loss(weights, target, xx, products, difference, delta, scratch)
            for l in range(depth - 1, 0, -1):
                multiply_right_transposed(delta, products[l - 1], gradient, scratch)
                multiply_left_transposed(weights[l], delta, below)
                descend(weights[l], gradient, rate)
                delta, below = below, delta
            descend(weights[0], delta, rate)
            step += 1
        return step, loss

    @njit(fastmath=True)
    def sgd(weights, target, xx, x, y, order, size, rate, every, step, count, loss):
        depth, d, batch = sizes(weights, size)
        products, difference, seen = np.empty((depth, d, d)), np.empty((d, d)), np.empty((d, d))
        activations = np.empty((depth + 1, batch, d))
        delta, below, scratch, gradient = np.empty((batch, d)), np.empty((batch, d)), np.empty((d, d)), np.empty((d, d))
        share = 1.0 / batch
        epoch = x.shape[0] // batch
        for _ in range(count):
            if step % every == 0:
                loss = full_loss(weights, target, xx, products, difference, seen, scratch)
            place = step % epoch
            if place == 0:
                np.random.shuffle(order)
            for b in range(batch):
                row = order[place * batch + b]
                for k in range(d):
                    activations[0, b, k] = x[row, k]
            for l in range(depth):
                multiply_right_transposed(activations[l], weights[l], activations[l + 1], scratch)
            for b in range(batch):
                row = order[place * batch + b]
                for k in range(d):
                    delta[b, k] = share * (activations[depth, b, k] - y[row, k])
            for l in range(depth - 1, -1, -1):
                multiply_left_transposed(delta, activations[l], gradient)
                if l > 0:
                    multiply(delta, weights[l], below, scratch)
                descend(weights[l], gradient, rate)
                delta, below = below, delta
            step += 1
        return step, loss

    return gd, sgd


@njit(inline="always")
def any_sizes(weights, batch):
    return weights.shape[0], weights.shape[1], batch


with_blas = program(blas(), any_sizes)


class Blas:
    def __init__(self, problem):
        self.problem, self.step, self.loss = problem, 0, np.nan
        self.weights, self.order = problem.weights.copy(), np.arange(problem.n)
        self.gd, self.sgd = self.compiled()

    def compiled(self):
        return with_blas

    def steps(self, count):
        problem = self.problem
        rest = (problem.learning_rate, problem.loss_every, self.step, count, self.loss)
        if problem.batch:
            data = (problem.x, problem.y, self.order, problem.batch)
            self.step, self.loss = self.sgd(self.weights, problem.target, problem.xx, *data, *rest)
        else:
            self.step, self.loss = self.gd(self.weights, problem.target, problem.xx, *rest)
        return self.loss


class Loops(Blas):
    def compiled(self):
        d, depth, batch = self.problem.d, self.problem.depth, self.problem.batch
        if d > 10:
            raise NotImplementedError

        @njit(inline="always")
        def sizes(weights, size):
            return depth, d, batch

        return program(loops(d), sizes)


serve({"Numba, BLAS": Blas, "Numba, loops": Loops})
