"""Training in PyTorch: one run, and 16 runs stacked. No autograd, since the gradient is known; buffers are made once."""
import torch

from peer import serve

torch.set_num_threads(1)
torch.set_grad_enabled(False)
RUNS = 16


class Stacked:
    runs = RUNS

    def __init__(self, problem):
        self.problem, self.step, self.loss = problem, 0, torch.tensor(float("nan"))
        d, depth, batch = problem.d, problem.depth, problem.batch
        self.xx, self.target, self.x, self.y = map(torch.from_numpy, (problem.xx, problem.target, problem.x, problem.y))
        starts = torch.from_numpy(problem.starts(self.runs))
        self.layers = [starts[:, l].clone() for l in range(depth)]
        square = (self.runs, d, d)
        self.products = [torch.empty(square, dtype=torch.float64) for _ in range(depth - 1)]
        self.below = [torch.empty(square, dtype=torch.float64) for _ in range(depth)]
        self.shared = self.xx.expand(square)
        if batch:
            self.activations = [None] + [torch.empty(self.runs, batch, d, dtype=torch.float64) for _ in range(depth)]
            self.deltas = [torch.empty(self.runs, batch, d, dtype=torch.float64) for _ in range(depth + 1)]

    def steps(self, count):
        for _ in range(count):
            if self.problem.batch:
                if self.step % self.problem.loss_every == 0:
                    self.full_loss()
                self.descend_by_batch()
            else:
                self.full_loss()
                self.descend()
            self.step += 1
        return self.loss[0]

    def full_loss(self):
        """1/2 tr((W - A) xx (W - A)^T) of each run, with (W - A) xx left in `seen`."""
        product = self.layers[0]
        for layer, out in zip(self.layers[1:], self.products):
            product = torch.bmm(layer, product, out=out)
        difference = product - self.target
        self.seen = torch.bmm(difference, self.shared)
        self.loss = 0.5 * torch.linalg.vecdot(difference.flatten(1), self.seen.flatten(1))

    def descend(self):
        """From `full_loss`, whose products are the activations: the step of gradient descent."""
        delta, rate = self.seen, self.problem.learning_rate
        for l in range(self.problem.depth - 1, 0, -1):
            below = self.products[l - 2] if l > 1 else self.layers[0]
            next_delta = torch.bmm(self.layers[l].mT, delta, out=self.below[l])
            self.layers[l].baddbmm_(delta, below.mT, alpha=-rate)
            delta = next_delta
        self.layers[0].sub_(delta, alpha=rate)

    def descend_by_batch(self):
        problem, layers, activations, deltas = self.problem, self.layers, self.activations, self.deltas
        batch, depth = problem.batch, problem.depth
        at = self.step % (problem.n // batch) * batch
        if at == 0:
            orders = torch.rand(self.runs, problem.n).argsort(1)
            self.inputs, self.labels = self.x[orders], self.y[orders]
        activations[0] = self.inputs[:, at:at + batch]
        for l, layer in enumerate(layers):
            torch.bmm(activations[l], layer.mT, out=activations[l + 1])
        delta = torch.sub(activations[depth], self.labels[:, at:at + batch], out=deltas[depth])
        delta.div_(batch)
        for l in range(depth - 1, -1, -1):
            next_delta = torch.bmm(delta, layers[l], out=deltas[l]) if l > 0 else None
            layers[l].baddbmm_(delta.mT, activations[l], alpha=-problem.learning_rate)
            delta = next_delta


class One(Stacked):
    """The same without the leading axis."""

    runs = 1

    def __init__(self, problem):
        super().__init__(problem)
        for name in ("layers", "products", "below", "activations", "deltas"):
            buffers = getattr(self, name, [])
            setattr(self, name, [None if buffer is None else buffer[0] for buffer in buffers])

    def full_loss(self):
        product = self.layers[0]
        for layer, out in zip(self.layers[1:], self.products):
            product = torch.mm(layer, product, out=out)
        difference = product - self.target
        self.seen = torch.mm(difference, self.xx)
        self.loss = 0.5 * torch.dot(difference.flatten(), self.seen.flatten()).reshape(1)

    def descend(self):
        delta, rate = self.seen, self.problem.learning_rate
        for l in range(self.problem.depth - 1, 0, -1):
            below = self.products[l - 2] if l > 1 else self.layers[0]
            next_delta = torch.mm(self.layers[l].mT, delta, out=self.below[l])
            self.layers[l].addmm_(delta, below.mT, alpha=-rate)
            delta = next_delta
        self.layers[0].sub_(delta, alpha=rate)

    def descend_by_batch(self):
        problem, layers, activations, deltas = self.problem, self.layers, self.activations, self.deltas
        batch, depth = problem.batch, problem.depth
        at = self.step % (problem.n // batch) * batch
        if at == 0:
            order = torch.randperm(problem.n)
            self.inputs, self.labels = self.x[order], self.y[order]
        activations[0] = self.inputs[at:at + batch]
        for l, layer in enumerate(layers):
            torch.mm(activations[l], layer.mT, out=activations[l + 1])
        delta = torch.sub(activations[depth], self.labels[at:at + batch], out=deltas[depth])
        delta.div_(batch)
        for l in range(depth - 1, -1, -1):
            next_delta = torch.mm(delta, layers[l], out=deltas[l]) if l > 0 else None
            layers[l].addmm_(delta.mT, activations[l], alpha=-problem.learning_rate)
            delta = next_delta


serve({"PyTorch": One, "PyTorch × 16": Stacked})
