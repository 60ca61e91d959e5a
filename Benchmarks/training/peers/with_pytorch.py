"""Trains a workload with PyTorch: eager, fused Adam, convolutions in the channels-last layout.

Usage: with_pytorch.py WORKLOAD THREADS   (told what to do over its standard input, see blocks.py)
"""

import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import blocks


def dense(*widths, end=None):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1], *([end] if end else []))


def convolutions():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(64, 64, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(64 * 7 * 7, 10))


class VariationalAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(),
            nn.Flatten(), nn.Linear(3136, 16), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(16, 2), nn.Linear(16, 2)
        self.decoder = nn.Sequential(
            nn.Linear(2, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 64, 3, 2, 1, 1), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 3, 1, 1))

    def forward(self, images):
        hidden = self.encoder(images)
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        latent = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return self.decoder(latent), mean, log_variance


def evidence_bound(outputs, images):
    logits, mean, log_variance = outputs
    restoration = F.binary_cross_entropy_with_logits(logits, images, reduction="sum")
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
    return restoration / images.shape[0] + divergence


class Down(nn.Module):
    """A level of the residual U-Net on the way down."""

    def __init__(self, inputs, outputs, is_first):
        super().__init__()
        stride = 1 if is_first else 2
        self.shortcut = nn.Sequential(
            nn.Conv2d(inputs, outputs, stride, stride), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Dropout2d(0.2))
        self.body = nn.Sequential(
            nn.Conv2d(outputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Dropout2d(0.2), nn.Conv2d(outputs, outputs, 1), nn.BatchNorm2d(outputs))
        self.drop = nn.Dropout2d(0.2)

    def forward(self, images):
        shortcut = self.shortcut(images)
        return self.drop(F.relu(self.body(shortcut) + shortcut))


class Up(nn.Module):
    """A level of the residual U-Net on the way up."""

    def __init__(self, inputs, outputs, is_deepest):
        super().__init__()
        stride, last = (1, 3) if is_deepest else (2, 1)
        self.shortcut = nn.Sequential(
            nn.ConvTranspose2d(inputs, outputs, stride, stride), nn.BatchNorm2d(outputs), nn.ReLU())
        self.body = nn.Sequential(
            nn.Conv2d(2 * outputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Dropout2d(0.2), nn.Conv2d(outputs, outputs, last, padding=last // 2),
            nn.BatchNorm2d(outputs))
        self.drop = nn.Dropout2d(0.2)

    def forward(self, images, skipped):
        shortcut = self.shortcut(images)
        return self.drop(F.relu(self.body(torch.cat([shortcut, skipped], 1)) + shortcut))


class ResidualUNet(nn.Module):
    def __init__(self, widths=(16, 32, 64, 128, 256, 512)):
        super().__init__()
        deepest = len(widths) - 1
        self.down = nn.ModuleList(
            Down(widths[level - 1] if level else 1, width, level == 0)
            for level, width in enumerate(widths))
        self.up = nn.ModuleList(
            Up(widths[min(level + 1, deepest)], widths[level], level == deepest)
            for level in range(deepest, -1, -1))
        self.head = nn.Conv2d(widths[0], 1, 1)

    def forward(self, images):
        skipped = []
        for level in self.down:
            images = level(images)
            skipped.append(images)
        for level in self.up:
            images = level(images, skipped.pop())
        return self.head(images)


def cross_entropy_and_dice(logits, masks):
    chances = torch.sigmoid(logits)
    overlap = (2 * (chances * masks).sum() + 1) / (chances.sum() + masks.sum() + 1)
    return F.binary_cross_entropy_with_logits(logits, masks) + 1 - overlap


class SequenceRegressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells, self.head = nn.LSTM(8, 50, batch_first=True), nn.Linear(50, 1)

    def forward(self, sequences):
        return self.head(self.cells(sequences)[0][:, -1])


class TransformerRegressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = nn.Linear(8, 64), nn.Linear(64, 1)
        layer = nn.TransformerEncoderLayer(64, 4, 256, 0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 4)

    def forward(self, tokens):
        return self.head(self.encoder(self.embedding(tokens)).mean(1))


class EdgeConvolution(nn.Module):
    """The mean over a node's neighbours of a network of the node and what each neighbour adds."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.messages = dense(2 * inputs, outputs, outputs, end=nn.ReLU())

    def forward(self, nodes, neighbours):
        each = neighbours.numel() // nodes.shape[0]
        centres = nodes.repeat_interleave(each, 0)
        edges = torch.cat([centres, nodes.index_select(0, neighbours) - centres], 1)
        return self.messages(edges).unflatten(0, (nodes.shape[0], each)).mean(1)


class JetGraphNetwork(nn.Module):
    """Two edge convolutions over 8 neighbours of each of 30 particles, then the mean of the jet."""

    def __init__(self, neighbours=8, particles=30):
        super().__init__()
        self.first, self.second = EdgeConvolution(8, 32), EdgeConvolution(32, 64)
        self.head = nn.Linear(64, 1)
        self.neighbours, self.particles = neighbours, particles
        self.senders = {}

    def indices(self, jets):
        """The rows of the neighbours, made once for a number of jets."""
        if jets not in self.senders:
            node = torch.arange(jets * self.particles)
            first = node // self.particles * self.particles
            senders = [
                first + (node - first + shift) % self.particles
                for shift in range(1, self.neighbours + 1)]
            self.senders[jets] = torch.stack(senders, 1).flatten()
        return self.senders[jets]

    def forward(self, jets):
        senders = self.indices(jets.shape[0])
        nodes = self.second(self.first(jets.flatten(0, 1), senders), senders)
        return self.head(nodes.unflatten(0, jets.shape[:2]).mean(1))


# The model, the loss, the number of examples in a batch, an example's shape and its target's: a
# number of classes, a shape, or None where the example is to be restored.
WORKLOADS = {
    "autoencoder": (
        lambda: dense(100, 64, 8, 64, 100, end=nn.Sigmoid()), F.mse_loss, 100, 200, (100,), None),
    "perceptron": (
        lambda: dense(784, 128, 64, 10), F.cross_entropy, 128, 100, (784,), 10),
    "convolutions": (convolutions, F.cross_entropy, 128, 12, (1, 28, 28), 10),
    "vae": (VariationalAutoencoder, evidence_bound, 128, 6, (1, 28, 28), None),
    "unet": (ResidualUNet, cross_entropy_and_dice, 8, 2, (1, 128, 128), (1, 128, 128)),
    "lstm": (SequenceRegressor, F.mse_loss, 512, 20, (20, 8), (1,)),
    "transformer": (TransformerRegressor, F.mse_loss, 64, 6, (50, 8), (1,)),
    "graph": (JetGraphNetwork, F.mse_loss, 64, 50, (30, 8), (1,)),
}

# What the counter of PyTorch does not see: a fused LSTM of 8 inputs and 50 cells, forward, with
# respect to the weights, and (but for the inputs) back.
UNCOUNTED = {"lstm": 2 * 512 * 20 * 4 * 50 * (2 * (8 + 50) + 50)}


def start(name, threads):
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    make, loss, size, steps, shape, wanted = WORKLOADS[name]
    model, count = make(), size * steps
    inputs = torch.rand(count, *shape)
    if wanted is None:
        targets = inputs
    elif isinstance(wanted, int):
        targets = torch.randint(0, wanted, (count,))
    else:
        targets = (torch.rand(count, *wanted) > 0.5).float()
    mode = "eager, fused Adam"
    if any(isinstance(part, nn.Conv2d) for part in model.modules()):
        mode += ", channels last"
        model = model.to(memory_format=torch.channels_last)
        inputs = inputs.to(memory_format=torch.channels_last)
        if targets.dim() == 4:
            targets = targets.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)

    def step(rows):
        batch = inputs[rows]
        target = batch if wanted is None else targets[rows]
        optimizer.zero_grad(set_to_none=True)
        loss(model(batch), target).backward()
        optimizer.step()

    def train(seconds):
        epochs, end = [], time.perf_counter() + seconds
        while True:
            begin = time.perf_counter()
            for rows in torch.randperm(count).split(size):
                step(rows)
            epochs.append(time.perf_counter() - begin)
            if time.perf_counter() >= end:
                return epochs, steps

    def operations():
        with FlopCounterMode(display=False) as counter:
            batch = inputs[:size]
            loss(model(batch), batch if wanted is None else targets[:size]).backward()
        return counter.get_total_flops() + UNCOUNTED.get(name, 0)

    about = {
        "version": f"PyTorch {torch.__version__}", "mode": mode, "operations": operations(),
        "parameters": sum(parameter.numel() for parameter in model.parameters())}
    return about, train


if __name__ == "__main__":
    blocks.serve(lambda: start(sys.argv[1], int(sys.argv[2])))
