"""Digits 0 to 4 to 5 to 9 with ten examples a class in PyTorch, as `standard`, rates fixed where ours mostly chose them."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from torch import nn
from torch.nn import functional as F

train, labels, test, truth = mnist()
source, target = labels < 5, labels >= 5
source_x, source_y = train[source][:30_000], labels[source][:30_000]
target_x, target_y = train[target][:-1000], labels[target][:-1000] - 5
test_x, test_y = test[truth >= 5][:2000], truth[truth >= 5][:2000] - 5


def network():
    model = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
                          nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 5))
    for layer in model:
        if hasattr(layer, "weight"):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return model


def fit(model, x, y, rate, size, steps):
    rule = torch.optim.Adam(model.parameters(), rate, fused=True)
    done = 0
    while done < steps:
        for rows in batches(len(x), size):
            loss = F.cross_entropy(model(x[rows]), y[rows])
            rule.zero_grad(); loss.backward(); rule.step()
            done += 1
            if done == steps:
                break


def control(seed):
    base = network()
    fit(base, source_x, source_y, 1e-3, 64, 4 * (len(source_x) // 64))
    gains = []
    for _ in range(5):
        rows = torch.cat([(target_y == c).nonzero().squeeze(1)[torch.randperm(int((target_y == c).sum()))[:10]] for c in range(5)])
        scores = []
        for way, rate in (("tuned", 1e-3), ("scratch", 3e-3)):
            model = network()
            if way == "tuned":
                state = {k: v for k, v in base.state_dict().items() if not k.startswith("9.")}
                model.load_state_dict(state, strict=False)
            fit(model, target_x[rows], target_y[rows], rate, 32, 150)
            with torch.no_grad():
                scores.append((model(test_x).argmax(1) == test_y).float().mean().item())
        gains.append(100 * (scores[0] - scores[1]))
    return {"gain_n10": float(np.mean(gains))}


run(control)
