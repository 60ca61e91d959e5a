"""The network 9-1-5 with 32 and 16 filters at scale 2 in PyTorch, as `standard` with data=set5: Pillow's bicubic."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from common import *
from PIL import Image
from torch import nn


def pair(truth):
    h, w = truth.shape[0] // 2 * 2, truth.shape[1] // 2 * 2
    truth = truth[:h, :w]
    picture = Image.fromarray(truth)  # 32-bit float
    small = np.asarray(picture.resize((w // 2, h // 2), Image.BICUBIC)).round().clip(0, 255).astype(np.float32)
    return truth, np.asarray(Image.fromarray(small).resize((w, h), Image.BICUBIC))


training = [pair(image) for image in greys("Set14") + greys("BSD68")]
test = [pair(image) for image in greys("CSet5")]


def score(image, truth):
    image = torch.from_numpy(np.asarray(image, np.float32)).round().clamp(0, 255)
    cut = (slice(2, -2), slice(2, -2))
    return psnr(image[cut][None], torch.from_numpy(truth)[cut][None], 255)


def control(seed):
    draw = np.random.default_rng(seed)
    held = set(draw.permutation(len(training))[:8].tolist())
    usable = [p for i, p in enumerate(training) if i not in held]
    inputs, targets = [], []
    for _ in range(5000):
        truth, up = usable[draw.integers(len(usable))]
        y, x = draw.integers(truth.shape[0] - 32), draw.integers(truth.shape[1] - 32)
        a, b = up[y:y + 33, x:x + 33] / 255, (truth - up)[y + 6:y + 27, x + 6:x + 27] / 255
        turn, flip = draw.integers(4), draw.integers(2)
        a, b = np.rot90(a, turn), np.rot90(b, turn)
        inputs.append((a[:, ::-1] if flip else a).copy()); targets.append((b[:, ::-1] if flip else b).copy())
    inputs, targets = (torch.from_numpy(np.stack(x)).float().unsqueeze(1) for x in (inputs, targets))
    model = nn.Sequential(nn.Conv2d(1, 32, 9), nn.ReLU(), nn.Conv2d(32, 16, 1), nn.ReLU(), nn.Conv2d(16, 1, 5))
    for layer in (model[0], model[2]):
        nn.init.kaiming_normal_(layer.weight)
    nn.init.zeros_(model[4].weight)
    for layer in (model[0], model[2], model[4]):
        nn.init.zeros_(layer.bias)
    rule = torch.optim.Adam(model.parameters(), 2e-3, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, 1500, 2e-5)
    done = 0
    while done < 1500:
        for rows in batches(5000, 64):
            loss = ((model(inputs[rows]) * 0.1 - targets[rows]) ** 2).mean()
            rule.zero_grad(); loss.backward(); rule.step(); schedule.step()
            done += 1
            if done == 1500:
                break
    with torch.no_grad():
        found = [score(up + 255 * 0.1 * model(torch.from_numpy(np.pad(up, 6, "edge") / 255)[None, None])[0, 0].numpy(), truth)
                 for truth, up in test]
    return {"psnr": float(np.mean(found)), "psnr_bicubic": float(np.mean([score(up, truth) for truth, up in test]))}


run(control)
