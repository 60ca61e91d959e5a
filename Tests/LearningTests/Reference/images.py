"""Five steps of Adam on the residual U-Net and the variational autoencoder, in PyTorch.

ImageModelTests.swift compares with the numbers that this writes. Parameters start from `wave` in
the order in which both sides list them; normalisations shift by 3, so that no rectifier is near its
edge, and Adam's epsilon is large, so that gradients that are zero but for rounding stay without
effect. Run: python3 images.py
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def wave(shape, start=0):
    count = int(np.prod(shape))
    return (((np.arange(count) + start) * 37 + 11) % 23 / 23 - 0.5).reshape(shape)


class Contracting(nn.Module):
    def __init__(self, inputs, width, first):
        super().__init__()
        step = 1 if first else 2
        self.entry = nn.Conv2d(inputs, width, step, step)
        self.middle = nn.Conv2d(width, width, 3, padding=1)
        self.exit = nn.Conv2d(width, width, 1)
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(3)])

    def forward(self, x):
        shortcut = F.relu(self.norms[0](self.entry(x)))
        hidden = F.relu(self.norms[1](self.middle(shortcut)))
        return F.relu(self.norms[2](self.exit(hidden)) + shortcut)


class Expanding(nn.Module):
    def __init__(self, inputs, width, deepest):
        super().__init__()
        step = 1 if deepest else 2
        self.entry = nn.ConvTranspose2d(inputs, width, step, step)
        self.middle = nn.Conv2d(2 * width, width, 3, padding=1)
        self.exit = nn.Conv2d(width, width, 3 if deepest else 1, padding=int(deepest))
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(3)])

    def forward(self, x, skip):
        shortcut = F.relu(self.norms[0](self.entry(x)))
        hidden = F.relu(self.norms[1](self.middle(torch.cat([shortcut, skip], 1))))
        return F.relu(self.norms[2](self.exit(hidden)) + shortcut)


class UNet(nn.Module):
    def __init__(self, widths):
        super().__init__()
        last = len(widths) - 1
        self.down = nn.ModuleList(
            [Contracting(widths[i - 1] if i else 1, w, i == 0) for i, w in enumerate(widths)])
        self.up = nn.ModuleList(
            [Expanding(widths[min(i + 1, last)], widths[i], i == last)
             for i in range(last, -1, -1)])
        self.head = nn.Conv2d(widths[0], 1, 1)

    def forward(self, x):
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
        for block in self.up:
            x = block(x, skips.pop())
        return self.head(x)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 32, 3, 2, 1), nn.Conv2d(32, 64, 3, 2, 1)
        self.hidden, self.mean = nn.Linear(3136, 16), nn.Linear(16, 2)
        self.log_variance, self.expander = nn.Linear(16, 2), nn.Linear(2, 3136)
        self.third = nn.ConvTranspose2d(64, 64, 3, 2, 1, 1)
        self.fourth = nn.ConvTranspose2d(64, 32, 3, 2, 1, 1)
        self.output = nn.ConvTranspose2d(32, 1, 3, 1, 1)

    def loss(self, x):
        code = F.relu(self.hidden(F.relu(self.second(F.relu(self.first(x)))).flatten(1)))
        mean, log_variance = self.mean(code), self.log_variance(code)
        drawn = F.relu(self.expander(mean)).view(-1, 64, 7, 7)
        logits = self.output(F.relu(self.fourth(F.relu(self.third(drawn)))))
        divergence = 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance).sum()
        entropy = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        return (entropy + divergence) / len(x)


def prepare(model):
    for index, (name, parameter) in enumerate(model.named_parameters()):
        shape, start = list(parameter.shape), 7 * index
        if "norms" in name:
            value = (1 if "weight" in name else 3) + 0.1 * wave(shape, start)
        elif "bias" in name:
            value = 1 + 0.1 * wave(shape, start)
        elif len(shape) == 2:
            value = wave(shape[::-1], start).T * np.prod(shape) ** -0.25
        else:
            value = wave(shape, start) * np.prod(shape) ** -0.25
        parameter.data = torch.tensor(value.copy(), dtype=torch.float64)


def train(model, loss):
    prepare(model)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-2)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    found = []
    for _, parameter in model.named_parameters():
        p = parameter.detach()
        p = (p.T if p.dim() == 2 else p).flatten()
        found += [p.mean().item(), (p * p).mean().item(), p[0].item(), p[-1].item()]
    return losses, found


torch.set_default_dtype(torch.float64)
numbers = {}
unet = UNet([4, 8, 16])
images = torch.tensor(wave([3, 1, 16, 16]) + 0.5)
masks = torch.tensor((wave([3, 1, 16, 16], 5) > 0).astype(float))


def dice_cross_entropy():
    logits = unet(images)
    share = torch.sigmoid(logits)
    overlap = 2 * (share * masks).sum() + 1
    entropy = F.binary_cross_entropy_with_logits(logits, masks)
    return entropy + 1 - overlap / (share.sum() + masks.sum() + 1)


numbers["unet losses"], numbers["unet parameters"] = train(unet, dice_cross_entropy)
numbers["unet running"] = [
    x for block in list(unet.down) + list(unet.up) for norm in block.norms
    for x in (norm.running_mean[0].item(), norm.running_var[-1].item())]
unet.eval()
numbers["unet used"] = unet(images).detach().flatten()[::37].tolist()
vae, digits = VAE(), torch.tensor(wave([2, 1, 28, 28]) + 0.5)
numbers["vae losses"], numbers["vae parameters"] = train(vae, lambda: vae.loss(digits))
numbers = {key: [float(f"{x:.9g}") for x in value] for key, value in numbers.items()}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(numbers) + "\n")
