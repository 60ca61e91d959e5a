"""Five steps of each optimizer on a small network, in PyTorch and Keras and double precision, and
the minima that PyTorch's L-BFGS finds.

Run: python3 optimizers.py (needs torch and keras)
"""

from reference import wave, write

import keras  # isort: skip
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
keras.backend.set_floatx("float64")
numbers = {}


def loss_of(p, x, t):
    h = torch.tanh(x @ p[0] + p[1])
    return ((h @ p[2] + p[3] - t) ** 2).mean()


def start():
    p = [wave(3, 4), np.zeros(4), wave(4, 2), np.zeros(2)]
    return p, wave(5, 3) * 2, wave(5, 2)


def gradients(values):
    p = [torch.tensor(v, requires_grad=True) for v in values]
    _, x, t = start()
    loss = loss_of(p, torch.tensor(x), torch.tensor(t))
    loss.backward()
    return loss.item(), [v.grad.numpy() for v in p]


def keep(name, losses, values):
    numbers[name + " losses"] = losses
    numbers[name + " parameters"] = np.concatenate([np.ravel(v) for v in values])


def torch_steps(name, rule, groups=lambda p: p, steps=5):
    p = [torch.tensor(v, requires_grad=True) for v in start()[0]]
    _, x, t = start()
    optimizer = rule(groups(p))
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of(p, torch.tensor(x), torch.tensor(t))
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    keep(name, losses, [v.detach().numpy() for v in p])


def keras_steps(name, rule, steps=5):
    variables = [keras.Variable(v, dtype="float64") for v in start()[0]]
    losses = []
    for _ in range(steps):
        loss, slopes = gradients([v.numpy() for v in variables])
        losses.append(loss)
        rule.apply([keras.ops.convert_to_tensor(g) for g in slopes], variables)
    keep(name, losses, [v.numpy() for v in variables])


def sparing_biases(decay):
    return lambda p: [
        {"params": [p[0], p[2]], "weight_decay": decay},
        {"params": [p[1], p[3]], "weight_decay": 0},
    ]


o = torch.optim
torch_steps("sgd", lambda p: o.SGD(p, lr=0.1))
torch_steps("momentum", lambda p: o.SGD(p, lr=0.1, momentum=0.9))
torch_steps("nesterov", lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True))
torch_steps("sgd decay", lambda p: o.SGD(p, lr=0.1, momentum=0.9), sparing_biases(0.1))
torch_steps("adam", lambda p: o.Adam(p, lr=0.01))
torch_steps("adam decay", lambda p: o.Adam(p, lr=0.01, weight_decay=0.1))
# A second decay so small that the greatest square is not the last one.
torch_steps("amsgrad", lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.3), amsgrad=True))
torch_steps("adamw", lambda p: o.AdamW(p, lr=0.01), sparing_biases(0.1))
torch_steps("nadam", lambda p: o.NAdam(p, lr=0.01))
torch_steps("rmsprop", lambda p: o.RMSprop(p, lr=0.01, alpha=0.9))
torch_steps("rmsprop momentum", lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.8))
torch_steps("rmsprop centred", lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, centered=True))
torch_steps(
    "rmsprop centred momentum",
    lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.8, centered=True, weight_decay=0.1),
)
k = keras.optimizers
keras_steps("keras adam", k.Adam(learning_rate=0.01, epsilon=1e-7))
keras_steps("keras nadam", k.Nadam(learning_rate=0.01, epsilon=1e-7))
keras_steps(
    "keras amsgrad",
    k.Adam(learning_rate=0.05, beta_1=0.8, beta_2=0.3, amsgrad=True, epsilon=1e-12),
)

# The logistic regression of LBFGSTests: 12 rows of 3 inputs, and λ|w|²/2.
x, t = torch.tensor(wave(12, 3) * 4), torch.tensor((wave(12, 1, start=5) > 0).astype(float))
w = torch.zeros(3, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
rule = o.LBFGS([w, b], max_iter=100, line_search_fn="strong_wolfe", tolerance_grad=1e-12,
               tolerance_change=1e-14)


def closure():
    rule.zero_grad()
    loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, t)
    loss = loss + 0.05 * (w * w).sum()
    loss.backward()
    return loss


rule.step(closure)
numbers["lbfgs minimum"] = [closure().item()]
numbers["lbfgs parameters"] = torch.cat([w.ravel(), b]).detach().numpy()
numbers["lbfgs evaluations"] = [rule.state[w]["func_evals"]]
write(__file__, numbers)
