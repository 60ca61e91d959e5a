"""Joint fusion of simulated patients in PyTorch, as `standard`: the joint network alone."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from torch import nn
from torch.nn import functional as F


def patients(draw, count):
    y = (draw.random(count) < 0.5).astype(np.float32)
    record = np.stack([draw.normal(37 + 0.6 * y, 0.7), np.exp(draw.normal(np.log(8) + 0.25 * y, 0.3)),
                       draw.uniform(20, 90, count), draw.standard_normal(count)], 1)
    bright, wave = draw.uniform(0.3, 0.7, count), np.abs(draw.normal(0, np.where(y == 1, 0.2, 0.07)))
    angle, phase = draw.uniform(0, np.pi, count), draw.uniform(0, 2 * np.pi, count)
    yy, xx = np.mgrid[:28, :28]
    place = np.pi / 2 * (np.cos(angle)[:, None, None] * xx + np.sin(angle)[:, None, None] * yy) + phase[:, None, None]
    image = bright[:, None, None] + wave[:, None, None] * np.sin(place) + draw.normal(0, 0.2, (count, 28, 28))
    return torch.from_numpy(image).float().unsqueeze(1), torch.from_numpy(record).float(), torch.from_numpy(y)


class Joint(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1),
                                   nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Dropout(0.3))
        self.record = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU())
        self.decision = nn.Sequential(nn.Linear(72, 16), nn.ReLU(), nn.Linear(16, 1))
        for layer in self.modules():
            if hasattr(layer, "weight"):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, image, record):
        return self.decision(torch.cat([self.image(image), self.record(record)], 1)).squeeze(1)


def control(seed):
    draw = np.random.default_rng(seed)
    (a, r, y), (va, vr, vy), (ta, tr, ty) = patients(draw, 6400), patients(draw, 1600), patients(draw, 5000)
    ma, sa, mr, sr = a.mean(), a.std(), r.mean(0), r.std(0)
    a, va, ta, r, vr, tr = (a - ma) / sa, (va - ma) / sa, (ta - ma) / sa, (r - mr) / sr, (vr - mr) / sr, (tr - mr) / sr
    model, best, state, bad = Joint(), np.inf, None, 0
    rule = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    for _ in range(12):
        model.train()
        for rows in batches(6400, 64):
            loss = F.binary_cross_entropy_with_logits(model(a[rows], r[rows]), y[rows])
            rule.zero_grad(); loss.backward(); rule.step()
        model.eval()
        with torch.no_grad():
            value = F.binary_cross_entropy_with_logits(model(va, vr), vy).item()
        if value < best:
            best, bad, state = value, 0, {k: v.clone() for k, v in model.state_dict().items()}
        else:
            bad += 1
            if bad == 4:
                break
    model.load_state_dict(state)
    with torch.no_grad():
        return {"auc_joint": float(auc(model(ta, tr).numpy(), ty.numpy()))}


run(control)
