"""The variational autoencoder 784-400-(20, 20)-400-784 in PyTorch, as `standard`: training and the bound only."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from torch import nn
from torch.nn import functional as F

train, _, test, _ = mnist()
train, test = train.flatten(1), test.flatten(1)


def control(seed):
    def dense(a, b):
        layer = nn.Linear(a, b)
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        return layer
    encoder, mean, spread = dense(784, 400), dense(400, 20), dense(400, 20)
    decoder = nn.Sequential(dense(20, 400), nn.ReLU(), dense(400, 784))
    parts = nn.ModuleList([encoder, mean, spread, decoder])

    def bound(x):
        h = torch.relu(encoder(x))
        m, v = mean(h), spread(h)
        z = m + torch.exp(0.5 * v) * torch.randn_like(m)
        rest = F.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum")
        return (rest + 0.5 * (v.exp() + m * m - 1 - v).sum()) / len(x)

    rule = torch.optim.Adam(parts.parameters(), 1e-3, fused=True)
    for _ in range(15):
        for rows in batches(len(train), 128):
            loss = bound(train[rows])
            rule.zero_grad(); loss.backward(); rule.step()
    with torch.no_grad():
        return {"elbo": -bound(test).item()}


run(control)
