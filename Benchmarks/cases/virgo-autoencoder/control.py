"""128-32-128 on simulated coloured noise in PyTorch, as `standard`: residual variance of test windows."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from scipy.signal import lfilter
from torch import nn


def noise(draw, count):
    samples = lfilter([1], [1, -1.6, 0.81], draw.standard_normal(count * 128 + 1000))[1000:]
    return torch.from_numpy(samples.reshape(count, 128)).float()


def control(seed):
    draw = np.random.default_rng(seed)
    train, test = noise(draw, 10_000), noise(draw, 2000)
    train, test = train / train.std(), test / train.std()
    model = nn.Sequential(nn.Linear(128, 32), nn.ReLU(), nn.Linear(32, 128))
    for layer in (model[0], model[2]):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    rule = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, 50, 1e-5)
    for _ in range(50):
        for rows in batches(10_000, 100):
            loss = ((model(train[rows]) - train[rows]) ** 2).mean()
            rule.zero_grad(); loss.backward(); rule.step()
        schedule.step()
    with torch.no_grad():
        return {"residual_variance": (((model(test) - test) ** 2).mean() / test.var()).item()}


run(control)
