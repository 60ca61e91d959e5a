"""Recurrences, attention, and what graphs and ranks need, of PyTorch in double precision.

Writes sequences.json, which SequenceTests.swift compares with: values, gradients of the sum of the
value times a wave, and parameters after five steps of Adam (rate 0.01, epsilon 0.001: the gradient
of an attention's key bias is zero but for rounding, which a smaller epsilon would blow up).
Run: python3 sequences.py
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(*shape, start=0):
    numbers = ((np.arange(np.prod(shape)) + start) * 37 + 11) % 23 / 23 - 0.5
    return torch.tensor(numbers.reshape(shape))


numbers = {}


def store(name, *tensors):
    """Stores every number, or of more than 150 every n-th so that no more are left."""
    flat = torch.cat([t.detach().reshape(-1) for t in tensors])
    numbers[name] = [float(f"{v:.9g}") for v in flat[:: -(-len(flat) // 150)].tolist()]


def probe(name, function, *points):
    """Stores the value of a function and its gradients at points."""
    points = [p.clone().requires_grad_() for p in points]
    value = function(*points)
    (value * wave(*value.shape, start=3)).sum().backward()
    store(name, value)
    store(name + " gradients", *[p.grad for p in points])


def recurrent(kind, inputs, hidden, all_steps, with_state):
    def function(x, w, b, *state):
        gates = 4 if kind is nn.LSTM else 3
        zero = torch.zeros(gates * hidden)
        weights = [w[:inputs].T, w[inputs:].T] + ([b, zero] if gates == 4 else [b[0], b[1]])
        shape = (1, x.shape[0], hidden)
        if gates == 4:
            start = state[0] if with_state else torch.zeros(2, x.shape[0], hidden)
            y = torch.lstm(
                x, [start[:1], start[1:]], weights, True, 1, 0.0, False, False, True)[0]
        else:
            start = state[0].reshape(shape) if with_state else torch.zeros(shape)
            y = torch.gru(x, start, weights, True, 1, 0.0, False, False, True)[0]
        return y if all_steps else y[:, -1]

    return function


for name, kind, gates in (("lstm", nn.LSTM, 4), ("gru", nn.GRU, 3)):
    for batch, steps, inputs, hidden in ((3, 5, 2, 7), (2, 4, 3, 17), (1, 3, 1, 16)):
        points = [wave(batch, steps, inputs), wave(inputs + hidden, gates * hidden, start=5)]
        if gates == 4:
            points += [wave(4 * hidden, start=10), wave(2, batch, hidden, start=15)]
        else:
            points += [wave(2, 3 * hidden, start=10), wave(batch, hidden, start=15)]
        size = f"{name} {hidden}"
        probe(size, recurrent(kind, inputs, hidden, False, False), *points[:3])
        probe(size + " all", recurrent(kind, inputs, hidden, True, True), *points)


def attention(heads, mask=None, causal=False):
    def function(q, k, v):
        def split(t):
            return t.reshape(t.shape[0], t.shape[1], heads, -1).transpose(1, 2)

        y = F.scaled_dot_product_attention(
            split(q), split(k), split(v), attn_mask=mask, is_causal=causal)
        return y.transpose(1, 2).reshape(q.shape)

    return function


q, k, v = wave(2, 5, 6) * 3, wave(2, 18, 6, start=5) * 3, wave(2, 18, 6, start=10)
probe("attention", attention(2), q, k, v)
probe("attention masked", attention(2, wave(2, 1, 5, 18, start=7)), q, k, v)
square = [wave(2, 17, 4, start=5 * i) for i in range(3)]
probe("attention causal", attention(1, causal=True), *square)
probe(
    "layer normalisation", lambda x, w, b: F.layer_norm(x, (19,), w, b, 1e-5),
    wave(2, 3, 19), wave(19, start=5) + 1, wave(19, start=10))

x = wave(4, 6)
order = torch.tensor([[5, 0, 0], [1, 1, 4], [3, 2, 5], [0, 0, 0]])
segments = torch.tensor([0, 2, 0, 2])
probe("cumulative sum", lambda x: x.cumsum(1), x)
probe("gathered", lambda x: x.gather(1, order), x)
probe("sorted", lambda x: x.sort(1)[0], x)
probe("segment sum", lambda x: torch.zeros(3, 6).index_add(0, segments, x), x)
probe(
    "segment max", lambda x: torch.zeros(3, 6).scatter_reduce(
        0, segments[:, None].expand(4, 6), x, "amax", include_self=False), x)
probe("strided", lambda x: x[:, 1:6:2].flip(1), x)
probe("einsum", lambda a, b: torch.einsum("bhid,bhjd->bihj", a, b),
      wave(2, 2, 3, 5), wave(2, 2, 4, 5, start=5))
probe("matmul", lambda a, b: a.transpose(-1, -2) @ b, wave(2, 1, 5, 3), wave(4, 5, 2, start=5))
probe("log sum exp", lambda x: x.logsumexp(0), x * 9)
probe("standard deviation", lambda x: x.std(1), x)
for name, function in (
    ("elu", F.elu), ("leakyRelu", F.leaky_relu), ("silu", F.silu), ("gelu", F.gelu),
    ("geluTanh", lambda x: F.gelu(x, approximate="tanh")), ("tanh", torch.tanh),
    ("sigmoid", torch.sigmoid), ("softplus", F.softplus), ("relu", F.relu),
):
    probe(name, function, wave(5, 5) * 9)
probe("sine", torch.sin, x * 40)
probe("cosine", torch.cos, x * 40)
probe("error function", torch.erf, x * 6)


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 12, 0.0, torch.tanh, batch_first=True)
        self.embedding = nn.Linear(3, 8)
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.output = nn.Linear(8, 1)

    def forward(self, x):
        return self.output(self.layers(self.embedding(x)).mean(1))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.LSTM(3, 5, batch_first=True)
        self.output = nn.Linear(5, 1)
        # Ours is the sum of PyTorch's two, of which only one is to move.
        nn.init.zeros_(self.recurrent.bias_hh_l0).requires_grad_(False)

    def forward(self, x):
        return self.output(self.recurrent(x)[0][:, -1])


class Edges(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.hidden, self.output = nn.Linear(2 * inputs, outputs), nn.Linear(outputs, outputs)

    def forward(self, x, neighbours):
        n, each = x.shape[0], neighbours.numel() // x.shape[0]
        centres = x.repeat_interleave(each, 0)
        edges = torch.cat([centres, x.index_select(0, neighbours) - centres], 1)
        messages = torch.tanh(self.output(torch.tanh(self.hidden(edges))))
        return messages.reshape(n, each, -1).mean(1)


class Graphs(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.output = Edges(3, 4), Edges(4, 5), nn.Linear(5, 1)

    def forward(self, x):
        # Particle p of jet j has as neighbours the particles p + 1 and p + 3 of the jet.
        p = torch.arange(10)
        near = (p[:, None] // 5 * 5 + (p[:, None] + torch.tensor([1, 3])) % 5).reshape(-1)
        x = self.second(self.first(x, near), near)
        return self.output(x.reshape(2, 5, 5).mean(1))


def transposed(p):
    return p.T if p.dim() == 2 else p


def train(name, model, x, t):
    """Stores the losses and the parameters, matrices transposed, after five steps."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    for index, p in enumerate(parameters):
        p.data = transposed(wave(*transposed(p).shape, start=5 * index)).contiguous()
    optimizer = torch.optim.Adam(parameters, 0.01, eps=1e-3)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    store(name + " losses", *losses)
    store(name + " parameters", *[transposed(p) for p in parameters])


train("sequence regressor", Recurrent(), wave(6, 4, 3) * 2, wave(6, 1))
train("transformer regressor", Transformer(), wave(3, 5, 3) * 2, wave(3, 1))
train("jet graph network", Graphs(), wave(10, 3) * 2, wave(2, 1))

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(numbers, separators=(",", ":")).replace('],"', '],\n"') + "\n")
