"""Models of PyTorch and Keras with their weights as they hold them, and what they answer.

Writes imports.json, which WeightImportTests.swift reads: the numbers and extents of every weight,
by the name that the library gives it, and the outputs for `wave` inputs.
Run: python imports.py   (torch, keras)
"""

import numpy as np
from reference import wave, write

import keras
import torch
from torch import nn

lists = {}


def keep(library, name, array):
    lists[f"{library} {name}"] = array
    lists[f"{library} {name} extents"] = np.shape(array)


torch.manual_seed(5)
model = nn.Sequential()
model.add_module("conv", nn.Conv2d(2, 3, 3, padding=1))
model.add_module("tanh", nn.Tanh())
model.add_module("flat", nn.Flatten())
model.add_module("head", nn.Linear(3 * 5 * 4, 4))
for name, tensor in model.state_dict().items():
    keep("pytorch", name, tensor.numpy())
images = wave(2, 2, 5, 4)
with torch.no_grad():
    lists["pytorch output"] = model(torch.tensor(images, dtype=torch.float32)).numpy()

keras.utils.set_random_seed(5)
model = keras.Sequential([
    keras.Input((5, 4, 2)),
    keras.layers.Conv2D(
        3, 3, padding="same", activation="tanh", name="conv", bias_initializer="normal"),
    keras.layers.Flatten(),
    keras.layers.Dense(4, name="head", bias_initializer="normal"),
])
for variable in model.variables:
    keep("keras", "/".join(variable.path.split("/")[-2:]), keras.ops.convert_to_numpy(variable))
lists["keras output"] = model.predict(images.transpose(0, 2, 3, 1), verbose=0)

write(__file__, lists)
