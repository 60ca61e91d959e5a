"""What the controls share: data as the cases read them, seeds, and one line of JSON for each seed."""
import argparse, glob, gzip, json, os, statistics, time
import numpy as np
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--data", default=os.environ.get("CASEBOOK_DATA", "../shared/data"), help="folder with the data sets")
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
torch.set_num_threads(options.threads)


def run(control):
    """Calls control(seed), which returns a dictionary of metrics, and times it."""
    rows = []
    for seed in range(1, options.seeds + 1):
        torch.manual_seed(seed)
        start = time.perf_counter()
        row = control(seed)
        row["seconds"] = time.perf_counter() - start
        rows.append(row)
        print(json.dumps({"seed": seed, **row}), flush=True)
    for name in rows[0]:
        values = [row[name] for row in rows]
        sd = statistics.stdev(values) if len(values) > 1 else 0
        print(f"{name}: {statistics.mean(values):.5g} ± {sd:.2g} (n = {len(values)})")


def path(*parts):
    return os.path.join(options.data, *parts)


def idx(name):
    with gzip.open(path("mnist", name + ".gz")) as file:
        raw = file.read()
    axes = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(axes)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()


def mnist():
    """Training images and labels, test images and labels; pixels from 0 to 1."""
    parts = [idx(f"{part}-{kind}") for part in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    images = [torch.from_numpy(parts[i]).float().div(255).unsqueeze(1) for i in (0, 2)]
    return images[0], torch.from_numpy(parts[1]).long(), images[1], torch.from_numpy(parts[3]).long()


def greys(folder):
    """The luminance of all PNG files of a folder, from 0 to 255."""
    from PIL import Image
    images = []
    for file in sorted(glob.glob(path("sr_denoise_images", folder, "*.png"))):
        picture = np.asarray(Image.open(file)).astype(np.float32)
        if picture.ndim == 3:
            picture = 16 + picture[..., :3] @ np.array([65.481, 128.553, 24.966], np.float32) / 255
        images.append(picture)
    return images


def batches(count, size):
    order = torch.randperm(count)
    return (order[i:i + size] for i in range(0, count, size))


def psnr(a, b, peak=1.0):
    return (10 * torch.log10(peak ** 2 / ((a - b) ** 2).flatten(1).mean(1))).mean().item()


def auc(scores, labels):
    from scipy.stats import rankdata
    ranks, positive = rankdata(scores), labels == 1
    p, n = positive.sum(), (~positive).sum()
    return (ranks[positive].sum() - p * (p + 1) / 2) / (p * n)
