"""Five steps of Adam and of SGD with momentum on a small network, in NumPy and double precision.

Prints the losses and the sums of the parameters that OptimizerTests.swift compares with.
Run: python3 steps.py
"""

import numpy as np


def wave(*shape):
    return (((np.arange(np.prod(shape)) * 37 + 11) % 23) / 23 - 0.5).reshape(shape)


def gradients(p, x, t):
    w1, b1, w2, b2 = p
    h = np.tanh(x @ w1 + b1)
    d = h @ w2 + b2 - t
    g = 2 * d / d.size
    s = (g @ w2.T) * (1 - h * h)
    return (d * d).mean(), [x.T @ s, s.sum(0), h.T @ g, g.sum(0)]


def train(rule):
    p = [wave(3, 4), np.zeros(4), wave(4, 2), np.zeros(2)]
    x, t = wave(5, 3) * 2, wave(5, 2)
    memory = [[np.zeros_like(a), np.zeros_like(a)] for a in p]
    losses = []
    for step in range(1, 6):
        loss, g = gradients(p, x, t)
        losses.append(loss)
        for a, slope, m in zip(p, g, memory):
            rule(a, slope, m, step)
    return losses, np.concatenate([a.ravel() for a in p])


def adam(a, g, m, step):
    m[0] = 0.9 * m[0] + 0.1 * g
    m[1] = 0.999 * m[1] + 0.001 * g * g
    a -= 0.01 * (m[0] / (1 - 0.9**step)) / (np.sqrt(m[1] / (1 - 0.999**step)) + 1e-8)


def momentum(a, g, m, step):
    m[0] = 0.9 * m[0] + g
    a -= 0.1 * m[0]


def nesterov(a, g, m, step):
    m[0] = 0.9 * m[0] + g
    a -= 0.1 * (g + 0.9 * m[0])


for rule in (adam, momentum, nesterov):
    losses, parameters = train(rule)
    print(rule.__name__)
    print("  losses", ", ".join(f"{v:.9f}" for v in losses))
    print("  parameters", ", ".join(f"{v:.9f}" for v in parameters))
