"""Layers of PyTorch and Keras with their weights as they hold them, and what they answer.

Writes layers.json, which WeightImportTests.swift reads: the numbers and extents of every weight, by
the name that the library gives it, and the outputs for `wave` inputs. Images have their channels
first on both sides. Run: python layers.py   (torch, keras)
"""

import numpy as np
from reference import wave, write

import keras
import torch
from torch import nn

lists = {}
L = keras.layers
SHAPES = {
    "transposed": (2, 2, 3, 4), "grouped": (1, 4, 5, 4), "series": (2, 3, 6),
    "volumes": (1, 2, 3, 3, 2), "batch normalization": (2, 3, 2, 2), "layer normalization": (2, 5),
    "group normalization": (2, 4, 3), "embedding": (2, 3), "lstm": (2, 4, 3), "gru": (2, 4, 3),
    "bidirectional": (2, 4, 3), "attention": (2, 5, 4), "depthwise": (2, 3, 5, 4),
    "depthwise series": (2, 3, 6), "dense": (2, 3), "convolution": (1, 2, 5, 4),
}
IMAGES = (
    "transposed", "grouped", "series", "volumes", "batch normalization", "depthwise",
    "depthwise series", "convolution",
)


def base(name):
    return name.removeprefix("unbiased ").removeprefix("stacked ")


def given(name):
    if name == "embedding":
        return np.array([[0, 3, 1], [4, 4, 2]])
    return wave(*SHAPES[base(name)])


def keep(library, name, weights, output):
    for weight, array in weights:
        lists[f"{library} {name} | {weight}"] = array
        lists[f"{library} {name} extents | {weight}"] = np.shape(array)
    lists[f"{library} {name}"] = output


class Attention(nn.Module):
    def __init__(self, bias=True):
        super().__init__()
        self.inner = nn.MultiheadAttention(4, 2, bias=bias, batch_first=True)

    def forward(self, x):
        return self.inner(x, x, x)[0]


def keep_pytorch(layers):
    for name, layer in layers.items():
        state = {key: torch.rand_like(value) + 0.1 if value.dim() == 1 else value
                 for key, value in layer.state_dict().items()}
        layer.load_state_dict(state)
        x = given(name)
        x = torch.tensor(x) if x.dtype == int else torch.tensor(x, dtype=torch.float32)
        with torch.no_grad():
            y = layer.eval()(x)
        y = y[0] if isinstance(y, tuple) else y
        weights = [(f"layer.{key.removeprefix('inner.')}", value.numpy())
                   for key, value in state.items() if not key.endswith("tracked")]
        keep("pytorch", name, weights, y.numpy())


torch.manual_seed(5)
keep_pytorch({
    "transposed": nn.ConvTranspose2d(2, 3, 3, 2, 1), "grouped": nn.Conv2d(4, 6, 3, groups=2),
    "series": nn.Conv1d(3, 4, 3, dilation=2), "volumes": nn.Conv3d(2, 2, 2),
    "batch normalization": nn.BatchNorm2d(3, eps=1e-3), "layer normalization": nn.LayerNorm(5),
    "group normalization": nn.GroupNorm(2, 4), "embedding": nn.Embedding(5, 3),
    "lstm": nn.LSTM(3, 4, batch_first=True), "gru": nn.GRU(3, 4, batch_first=True),
    "bidirectional": nn.LSTM(3, 4, batch_first=True, bidirectional=True), "attention": Attention(),
})
keep_pytorch({
    "unbiased dense": nn.Linear(3, 4, bias=False), "unbiased convolution": nn.Conv2d(2, 3, 3, bias=False),
    "unbiased transposed": nn.ConvTranspose2d(2, 3, 3, 2, 1, bias=False),
    "unbiased layer normalization": nn.LayerNorm(5, bias=False),
    "unbiased lstm": nn.LSTM(3, 4, bias=False, batch_first=True),
    "unbiased gru": nn.GRU(3, 4, bias=False, batch_first=True), "unbiased attention": Attention(False),
    "stacked lstm": nn.LSTM(3, 4, 3, batch_first=True), "stacked gru": nn.GRU(3, 4, 2, batch_first=True),
    "stacked bidirectional": nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True),
})

for name, layer in {
    "transposed": L.Conv2DTranspose(3, 3, 2, padding="valid"), "grouped": L.Conv2D(6, 3, groups=2),
    "series": L.Conv1D(4, 3, dilation_rate=2), "volumes": L.Conv3D(2, 2),
    "batch normalization": L.BatchNormalization(), "layer normalization": L.LayerNormalization(epsilon=1e-5),
    "embedding": L.Embedding(5, 3), "lstm": L.LSTM(4, return_sequences=True),
    "gru": L.GRU(4, return_sequences=True),
    "attention": L.MultiHeadAttention(2, 2),
    "unbiased dense": L.Dense(4, use_bias=False), "unbiased convolution": L.Conv2D(3, 3, use_bias=False),
    "unbiased transposed": L.Conv2DTranspose(3, 3, 2, padding="valid", use_bias=False),
    "unbiased layer normalization": L.LayerNormalization(epsilon=1e-5, center=False),
    "unbiased lstm": L.LSTM(4, use_bias=False, return_sequences=True),
    "unbiased gru": L.GRU(4, use_bias=False, return_sequences=True),
    "unbiased attention": L.MultiHeadAttention(2, 2, use_bias=False),
    "depthwise": L.DepthwiseConv2D(3, depth_multiplier=2),
    "depthwise series": L.DepthwiseConv1D(3, depth_multiplier=2),
}.items():
    x = given(name)
    is_image = base(name) in IMAGES
    x = np.moveaxis(x, 1, -1) if is_image else x
    x = torch.tensor(x) if x.dtype == int else torch.tensor(x, dtype=torch.float32)
    call = (lambda: layer(x, x)) if base(name) == "attention" else (lambda: layer(x))
    call()
    generator = np.random.default_rng(7)
    layer.set_weights([generator.uniform(0.1, 0.9, w.shape) - (0.5 if w.ndim > 1 else 0)
                       for w in layer.get_weights()])
    y = keras.ops.convert_to_numpy(call())
    weights = []
    for variable in layer.variables:
        path = variable.path.split("/")
        key = "/".join(path[-2:]) if base(name) == "attention" else path[-1]
        if "seed" not in key:
            weights.append((f"layer/{key}", keras.ops.convert_to_numpy(variable)))
    keep("keras", name, weights, np.moveaxis(y, -1, 1) if is_image else y)

write(__file__, lists)
