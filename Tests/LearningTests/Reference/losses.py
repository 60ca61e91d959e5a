"""Losses and their gradients in PyTorch, for LossTests.swift. Run: python3 losses.py"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F


def wave(shape, start=0):
    count = int(np.prod(shape))
    return (((np.arange(count) + start) * 37 + 11) % 23 / 23 - 0.5).reshape(shape)


torch.set_default_dtype(torch.float64)
numbers = {}


def note(name, loss, x):
    loss.backward()
    values = [loss.item()] + x.grad.flatten().tolist()
    numbers[name] = [float(f"{value:.9g}") for value in values]


def point():
    return torch.tensor(wave([5, 7]) * 4, requires_grad=True)


t = torch.tensor(wave([5, 7], 3) + 0.51)
x = point(); note("mean absolute", F.l1_loss(x, t), x)
x = point(); note("huber", F.huber_loss(x, t, delta=0.7), x)
x = point(); note("poisson", F.poisson_nll_loss(x, t), x)
w = torch.tensor(wave([5, 1], 2) + 1)
x = point()
note("weighted", (F.binary_cross_entropy_with_logits(
    x, t, pos_weight=torch.tensor(2.5), reduction="none") * w).mean(), x)
x = point()
s = torch.sigmoid(x)
note("dice", 1 - (2 * (s * t).sum() + 1) / (s.sum() + t.sum() + 1), x)
x = point()
m = torch.distributions.Normal(x, torch.exp(0.5 * t))
note("divergence", torch.distributions.kl_divergence(
    m, torch.distributions.Normal(0.0, 1.0)).sum(1).mean(), x)
c = torch.tensor([0, 3, 6, 2, 5])
x = point(); note("soft", F.cross_entropy(x, torch.softmax(t, 1)), x)
x = point(); note("smoothed", F.cross_entropy(
    x, c, weight=torch.tensor(wave([7], 4) + 1), label_smoothing=0.1), x)
x = point()
b = (t > 0.5).double()
p = torch.sigmoid(x) * b + (1 - torch.sigmoid(x)) * (1 - b)
note("focal", -((0.25 * b + 0.75 * (1 - b)) * (1 - p) ** 2 * torch.log(p)).mean(), x)
x = point()
note("divergence of two", torch.distributions.kl_divergence(
    torch.distributions.Normal(x, torch.exp(0.5 * t)),
    torch.distributions.Normal(t, torch.exp(0.5 * x))).sum(1).mean(), x)
x = point()
kl = 2 * torch.distributions.kl_divergence(
    torch.distributions.Normal(t, torch.exp(0.5 * t)), torch.distributions.Normal(0.0, 1.0)).sum(1).mean()
note("evidence of bernoulli", kl + F.binary_cross_entropy_with_logits(x, t, reduction="sum") / 5, x)
x = point()
note("evidence of normal", kl - torch.distributions.Normal(x, 0.3).log_prob(t).sum() / 5, x)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(numbers) + "\n")
