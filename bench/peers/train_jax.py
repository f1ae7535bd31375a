"""Training in JAX: a compiled loop of any number of steps, for one run, and for 16 runs by vmap."""
import jax
import jax.numpy as jnp
import numpy as np

from peer import serve

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
RUNS = 16


def program(problem):
    """What advances the state of one run: layers, step, order of the data, key, and the last loss that was due."""
    batch, rate, every = problem.batch, problem.learning_rate, problem.loss_every
    xx, target, x, y = (jnp.asarray(part) for part in (problem.xx, problem.target, problem.x, problem.y))
    epoch = problem.n // batch if batch else 1

    def full(layers):
        products = [layers[0]]
        for layer in layers[1:]:
            products.append(layer @ products[-1])
        difference = products[-1] - target
        delta = difference @ xx
        return 0.5 * jnp.vdot(difference, delta), delta, products

    def descend_fully(_, state):
        layers, step, order, key, _ = state
        loss, delta, products = full(layers)
        new = list(layers)
        for l in range(len(layers) - 1, 0, -1):
            new[l] = layers[l] - rate * (delta @ products[l - 1].T)
            delta = layers[l].T @ delta
        new[0] = layers[0] - rate * delta
        return (tuple(new), step + 1, order, key, loss)

    def descend_by_batch(_, state):
        layers, step, order, key, loss = state
        place = step % epoch
        rows = jax.lax.dynamic_slice_in_dim(order, place * batch, batch)
        activations = [x[rows]]
        for layer in layers:
            activations.append(activations[-1] @ layer.T)
        delta = (activations[-1] - y[rows]) * (rate / batch)
        new = list(layers)
        for l in range(len(layers) - 1, -1, -1):
            new[l] = layers[l] - delta.T @ activations[l]
            delta = delta @ layers[l]
        return (tuple(new), step + 1, order, key, loss)

    def descend_with_loss(_, state):
        return descend_by_batch(_, measured(state))

    descend = descend_fully if not batch else descend_with_loss if every == 1 else descend_by_batch

    def block(state, length):
        """Steps up to the next loss or epoch: of a branch in a loop vmap would take both ways. One program for all lengths."""
        return jax.lax.fori_loop(0, length, descend, state)

    def shuffled(state):
        layers, step, _, key, loss = state
        key, now = jax.random.split(key)
        return layers, step, jax.random.permutation(now, problem.n), key, loss

    def measured(state):
        layers, step, order, key, _ = state
        return layers, step, order, key, full(layers)[0]

    return block, shuffled, measured


class One:
    runs = 1

    def __init__(self, problem):
        self.problem, self.step = problem, 0
        self.every = problem.loss_every if problem.batch else 1
        self.epoch = problem.n // problem.batch if problem.batch else None
        block, shuffled, measured = program(problem)
        def over(f, *axes):
            return jax.jit(f if self.runs == 1 else jax.vmap(f, in_axes=(0, *axes)))

        self.block, self.shuffled, self.measured = over(block, None), over(shuffled), over(measured)
        key = jax.random.key(2)
        starts = problem.starts(self.runs)
        state = [tuple(starts.swapaxes(0, 1)), np.zeros(self.runs, int), np.tile(np.arange(problem.n), (self.runs, 1)),
                 jax.random.split(key, self.runs), np.full(self.runs, np.nan)]
        self.state = jax.tree.map(jnp.asarray, tuple(state))
        if self.runs == 1:
            self.state = jax.tree.map(lambda part: part[0], self.state)

    def steps(self, count):
        """In blocks between the steps at which a loss is due or an epoch begins."""
        end = self.step + count
        while self.step < end:
            ahead = end - self.step
            if self.problem.batch:
                if self.step % self.epoch == 0:
                    self.state = self.shuffled(self.state)
                ahead = min(ahead, self.epoch - self.step % self.epoch)
                if self.every > 1:
                    if self.step % self.every == 0:
                        self.state = self.measured(self.state)
                    ahead = min(ahead, self.every - self.step % self.every)
            self.state = self.block(self.state, ahead)
            self.step += ahead
        return float(np.atleast_1d(self.state[-1])[0])


class Mapped(One):
    runs = RUNS


serve({"JAX": One, "JAX × 16": Mapped})
