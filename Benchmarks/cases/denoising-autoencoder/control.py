"""The digits' denoiser in PyTorch: the same layers, data, noise, rate and epochs as `standard`."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from torch import nn
from torch.nn import functional as F

train, _, test, _ = mnist()
train = train[:4500]


def noisy(images, generator=None):
    return (images + 0.5 * torch.randn(images.shape, generator=generator)).clamp(0, 1)


def control(seed):
    def conv(a, b):
        layer = nn.Conv2d(a, b, 3, padding=1)
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
        return layer
    pool, up = nn.MaxPool2d(2), nn.Upsample(scale_factor=2)
    model = nn.Sequential(conv(1, 16), nn.ReLU(), pool, conv(16, 16), nn.ReLU(), pool, conv(16, 16), nn.ReLU(), up,
                          conv(16, 16), nn.ReLU(), up, conv(16, 1))
    rule = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, 30, 0.05 * 3e-3)
    for _ in range(30):
        for rows in batches(len(train), 64):
            clean = train[rows]
            loss = F.binary_cross_entropy_with_logits(model(noisy(clean)), clean)
            rule.zero_grad(); loss.backward(); rule.step()
        schedule.step()
    with torch.no_grad():
        bad = noisy(test)
        return {"psnr_gain": psnr(torch.sigmoid(model(bad)), test) - psnr(bad, test)}


run(control)
