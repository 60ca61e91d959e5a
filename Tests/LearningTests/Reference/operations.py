"""Operations of PyTorch in double precision: values, and gradients of the value times a wave.

Writes operations.json, which OperationTests.swift compares with. Run: python3 operations.py
"""

import torch
import torch.nn.functional as F

from reference import wave as numpy_wave, write

torch.set_default_dtype(torch.float64)
numbers = {}


def wave(*shape, start=0):
    return torch.tensor(numpy_wave(*shape, start=start))


def store(name, *tensors):
    """Stores every number, or of more than 60 every n-th so that no more are left."""
    flat = torch.cat([t.detach().reshape(-1) for t in tensors])
    numbers[name] = flat[:: -(-len(flat) // 60)].numpy()


def probe(name, function, *shapes, scale=1):
    points = [(wave(*s, start=5 * i) * scale).requires_grad_() for i, s in enumerate(shapes)]
    value = function(*points)
    (value * wave(*value.shape, start=3)).sum().backward()
    store(name, value)
    store(name + " gradients", *[p.grad for p in points])


# Arithmetic, with shapes that stretch to each other.
probe("sum", lambda a, b: a + b, (4, 1, 3), (5, 1))
probe("difference", lambda a, b: a - b, (17,), (3, 17))
probe("product", lambda a, b: a * b, (2, 3, 5), (3, 1))
probe("quotient", lambda a, b: a / (b + 2), (3, 7), (3, 7))
probe("greater", lambda a, b: torch.maximum(a, b), (3, 7), (7,))
probe("less", lambda a, b: torch.minimum(a, b), (3, 1), (3, 7))
probe("chosen", lambda a, b: torch.where(a > b, a * a, b), (4, 6), (4, 6))
probe("functions", lambda a: torch.exp(a) + torch.log(a + 2) + torch.sqrt(a + 1) + a.abs(), (5, 7))
probe("powers", lambda a: (a + 1) ** 3 + (a + 1) ** -1 + (a + 1) ** 0.7 + a ** 2, (33,))
# Along axes.
probe("sum along", lambda a: a.sum((0, 2)), (3, 4, 5))
probe("mean along", lambda a: a.mean(1, keepdim=True), (3, 4, 5))
probe("greatest along", lambda a: a.amax(2), (2, 3, 23))
probe("least along", lambda a: a.amin(0), (19, 3))
probe("variance", lambda a: a.var(1, correction=0), (3, 17))
probe("clamped", lambda a: a.clamp(-0.23, 0.31), (40,))
probe("turned", lambda a: a.permute(2, 0, 1).reshape(5, 6) @ a.reshape(6, 5), (2, 3, 5))
probe("joined", lambda a, b: torch.cat([a, b, a], 1)[:, 1:6], (2, 3, 2), (2, 1, 2))
for width in (3, 16, 17):
    probe(f"softmax {width}", lambda a: torch.softmax(a, -1), (2, 3, width), scale=9)
    probe(f"log softmax {width}", lambda a: torch.log_softmax(a, -1), (4, width), scale=9)
# Products.
probe("matrix product", lambda a, b: a @ b, (5, 3), (3, 17))
probe("both turned", lambda a, b: a.T @ b.T, (3, 5), (17, 3))
for name, function in {
    "identity": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "softplus": F.softplus, "gelu": F.gelu, "silu": F.silu, "elu": F.elu,
}.items():
    probe(f"linear {name}", lambda x, w, b: function(x @ w + b), (4, 5), (5, 19), (19,), scale=3)
probe("linear of axes", lambda x, w, b: x @ w + b, (2, 3, 5), (5, 4), (4,))
# Losses.
probe("squares", lambda a, b: F.mse_loss(a, b), (5, 7), (5, 7))
probe("classes", lambda a: F.cross_entropy(a, torch.tensor([1, 0, 10, 3])), (4, 11), scale=9)
probe("binary", lambda a: F.binary_cross_entropy_with_logits(a, wave(5, 7, start=4) + 0.5), (5, 7), scale=9)
# Convolutions and their transposes.
conv = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
transposed = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
for name, x, w, options in [
    ("series", (2, 3, 11), (4, 3, 3), dict(stride=2, dilation=2, padding=1)),
    ("images", (2, 3, 7, 5), (4, 3, 3, 2), dict(stride=(2, 1), padding=(1, 0))),
    ("blocks", (1, 16, 5, 4), (32, 16, 3, 3), dict(padding=1)),
    ("groups", (2, 4, 5, 5), (6, 2, 3, 3), dict(groups=2, padding=2, dilation=(2, 1))),
    ("depthwise", (2, 3, 6, 5), (3, 1, 3, 3), dict(groups=3)),
    ("same", (2, 2, 5, 6), (3, 2, 4, 3), dict(padding="same")),
    ("volumes", (1, 2, 4, 5, 3), (3, 2, 2, 3, 2), dict(stride=(1, 2, 1))),
]:
    n = len(x) - 2
    probe(f"convolution {name}", lambda x, w, b: conv[n](x, w, b, **options), x, w, (w[0],))
for name, x, w, options in [
    ("series", (2, 3, 5), (3, 4, 3), dict(stride=2, padding=1, output_padding=1)),
    ("images", (2, 3, 3, 4), (3, 2, 3, 2), dict(stride=(2, 3), dilation=(2, 1))),
    ("blocks", (1, 16, 3, 2), (16, 32, 2, 2), dict(stride=2)),
    ("groups", (1, 4, 3, 3), (4, 3, 3, 3), dict(groups=2, padding=1)),
    ("volumes", (1, 2, 2, 3, 2), (2, 1, 2, 2, 2), dict(stride=2)),
]:
    n = len(x) - 2
    outputs = w[1] * options.get("groups", 1)
    probe(f"transposed {name}", lambda x, w, b: transposed[n](x, w, b, **options), x, w, (outputs,))
# Pooling and resampling: scaled so that no two pixels of a window are alike.
ramp = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
mean = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
for name, x, kernel, stride, padding in [
    ("series", (2, 3, 11), 3, 2, 1), ("images", (1, 2, 7, 5), (2, 3), (2, 1), 0),
    ("blocks", (1, 16, 5, 4), 2, 2, 0), ("padded", (2, 3, 4, 5), 3, 2, 1),
    ("volumes", (1, 1, 4, 3, 5), 2, 1, 0),
]:
    n = len(x) - 2
    probe(f"greatest {name}", lambda x: ramp[n](x, kernel, stride, padding), x)
    probe(f"mean {name}", lambda x: mean[n](x, kernel, stride, padding, count_include_pad=False)
          if n == 2 else mean[n](x, kernel, stride, padding, False, False), x)
    probe(f"padded mean {name}", lambda x: mean[n](x, kernel, stride, padding), x)
probe("mean of images", lambda x: x.mean((2, 3)), (2, 3, 5, 4))
for name, x, size in [
    ("series", (2, 3, 5), (8,)), ("images", (1, 2, 4, 5), (8, 10)), ("shrunk", (1, 2, 7, 6), (3, 4)),
    ("volumes", (1, 1, 2, 3, 4), (4, 5, 6)),
]:
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(size)]
    probe(f"nearest {name}", lambda x: F.interpolate(x, size, mode="nearest-exact"), x)
    probe(f"linear {name}", lambda x: F.interpolate(x, size, mode=linear), x)
# Normalisation.
for name, x in [("images", (3, 4, 5, 3)), ("blocks", (2, 16, 3, 3)), ("rows", (7, 5)), ("series", (2, 3, 7))]:
    c = (x[1],)
    probe(f"batch {name}", lambda x, w, b: F.batch_norm(
        x, None, None, w + 1, b, True, 0.1, 1e-3), x, c, c)
    probe(f"fixed batch {name}", lambda x, w, b: F.batch_norm(
        x, wave(*c, start=2), wave(*c, start=4) + 1, w + 1, b, False, 0.1, 1e-3), x, c, c)
probe("group", lambda x, w, b: F.group_norm(x, 2, w + 1, b, 1e-5), (2, 6, 3, 3), (6,), (6,))
probe("layer", lambda x, w, b: F.layer_norm(x, (5,), w + 1, b, 1e-5), (2, 3, 5), (5,), (5,))
probe("embedding", lambda t: F.embedding(torch.tensor([[0, 3], [4, 3]]), t), (5, 3))


def steps(name, widths, end, x, loss, decoded=None):
    """Five steps of Adam on a perceptron with rectifiers."""
    parameters = []
    for pair in zip(widths, widths[1:]):
        for shape in (pair, pair[1:]):
            parameters.append((wave(*shape, start=5 * len(parameters)) * 0.3).requires_grad_())
    rule = torch.optim.Adam(parameters, 0.01, eps=1e-3)
    losses = []
    for _ in range(5):
        h = x
        for i in range(0, len(parameters), 2):
            h = h @ parameters[i] + parameters[i + 1]
            h = torch.relu(h) if i + 2 < len(parameters) else end(h)
        value = loss(h)
        rule.zero_grad()
        value.backward()
        rule.step()
        losses.append(value)
    store(name + " losses", *[v.reshape(1) for v in losses])
    store(name + " parameters", *parameters)


rows = wave(6, 100) + 0.5
steps("autoencoder", (100, 64, 8, 64, 100), torch.sigmoid, rows, lambda y: F.mse_loss(y, rows))
steps("perceptron", (784, 128, 64, 10), lambda y: y, wave(6, 784),
      lambda y: F.cross_entropy(y, torch.tensor([1, 0, 9, 3, 4, 4])))
write(__file__, numbers)
