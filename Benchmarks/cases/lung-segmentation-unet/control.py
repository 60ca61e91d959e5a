"""The hands-on's residual U-Net at half width in PyTorch, as `standard` with data=cxr-lungs."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from torch import nn
from torch.nn import functional as F

data = np.load(path("cxr_lungs", "cxr_lungs_256.npz"))
films = F.avg_pool2d(torch.from_numpy(data["image"]).float().unsqueeze(1), 4)
masks = (F.avg_pool2d(torch.from_numpy(((data["left_lung"] > 0) | (data["right_lung"] > 0)).astype(np.float32)).unsqueeze(1), 4) >= 0.5).float()
low, high = (torch.quantile(films.flatten(1), q, 1).view(-1, 1, 1, 1) for q in (0.05, 0.95))
films = ((films - low) / (high - low).clamp(min=1e-6)).clamp(0, 1)


def conv(a, b, k, s=1, up=False):
    layer = (nn.ConvTranspose2d if up else nn.Conv2d)(a, b, k, s, **({} if up else {"padding": 1 if k == 3 else 0}))
    nn.init.normal_(layer.weight, 0, 0.05)
    nn.init.zeros_(layer.bias)
    return layer


def norm(n):
    return nn.BatchNorm2d(n, eps=1e-3, momentum=0.1)


class Block(nn.Module):
    def __init__(self, a, n, step, kind, last=1):
        super().__init__()
        self.kind = kind
        self.entry, self.first = conv(a, n, step, step, kind == "up"), norm(n)
        self.middle, self.second = conv(2 * n if kind == "up" else n, n, 3), norm(n)
        if kind != "bottom":
            self.exit, self.third = conv(n, n, last), norm(n)
        self.drop = nn.Dropout2d(0.2)

    def forward(self, x, skip=None):
        short = self.first(self.entry(x))
        h = torch.relu(short)
        if self.kind == "bottom":
            return torch.relu(self.second(self.middle(h)) + short)
        h = torch.cat([skip, h], 1) if self.kind == "up" else self.drop(h)
        h = self.drop(torch.relu(self.second(self.middle(h))))
        return self.drop(torch.relu(self.third(self.exit(h)) + short))


class UNet(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        w = [width << i for i in range(5)]
        self.down = nn.ModuleList(Block(1 if i == 0 else w[i - 1], w[i], 1 if i == 0 else 2, "down") for i in range(5))
        self.bottom = Block(w[4], 2 * w[4], 1, "bottom")
        self.up = nn.ModuleList(Block(2 * w[i], w[i], 1 if i == 4 else 2, "up", 3 if i == 4 else 1) for i in range(4, -1, -1))
        self.out = conv(width, 1, 1)

    def forward(self, x):
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
        x = self.bottom(x)
        for block in self.up:
            x = block(x, skips.pop())
        return self.out(x)


def varied(x, t):
    n = len(x)
    angle, scale = (torch.rand(n) * 2 - 1) * np.pi / 18, 0.9 + 0.2 * torch.rand(n)
    c, s = torch.cos(angle) / scale, torch.sin(angle) / scale
    shift = (torch.rand(n, 2) * 2 - 1) * 0.1
    grid = F.affine_grid(torch.stack([torch.stack([c, s, shift[:, 0]], 1), torch.stack([-s, c, shift[:, 1]], 1)], 1), x.shape, align_corners=False)
    x, t = F.grid_sample(x, grid, align_corners=False), F.grid_sample(t, grid, align_corners=False).round()
    gain, offset = 0.85 + 0.3 * torch.rand(n, 1, 1, 1), 0.2 * torch.rand(n, 1, 1, 1) - 0.1
    return (x * gain + offset).clamp(0, 1), t


def control(seed):
    order = torch.randperm(len(films))
    train, test = order[16:], order[:16]
    model = UNet()
    assert sum(p.numel() for p in model.parameters()) == 1_512_385
    rule = torch.optim.Adam(model.parameters(), 1e-3, amsgrad=True, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, 1200, 2e-5)
    kernels = [p for p in model.parameters() if p.dim() == 4]
    done = 0
    while done < 1200:
        for rows in batches(len(train), 8):
            x, t = varied(films[train[rows]], masks[train[rows]])
            p = torch.sigmoid(model(x))
            loss = 1 - (2 * (p * t).sum() + 1e-4) / (p.sum() + t.sum() + 1e-4) + 1e-4 * sum((k * k).sum() for k in kernels)
            rule.zero_grad(); loss.backward(); rule.step(); schedule.step()
            done += 1
    model.eval()
    with torch.no_grad():
        p, t = model(films[test]).gt(0).float().flatten(1), masks[test].flatten(1)
        return {"dice": (2 * (p * t).sum(1) / (p.sum(1) + t.sum(1))).mean().item()}


run(control)
