"""Keras' regularisers of weights and of activity, for PenaltyTests.swift. Run: python3 penalties.py"""

from reference import wave, write

import keras
import torch

numbers = {}
for name, rule in {
    "l1": keras.regularizers.L1(0.01), "l2": keras.regularizers.L2(0.02),
    "l1l2": keras.regularizers.L1L2(0.03, 0.04),
}.items():
    point = torch.tensor(wave(4, 5), dtype=torch.float32, requires_grad=True)
    loss = rule(point)
    loss.backward()
    numbers[f"{name} weights"] = [loss.item(), *point.grad.flatten().tolist()]
    # The layer divides by the number of examples.
    point = torch.tensor(wave(4, 5), dtype=torch.float32, requires_grad=True)
    layer = keras.layers.Activation("linear", activity_regularizer=rule)
    layer(point)
    loss = sum(layer.losses)
    loss.backward()
    numbers[f"{name} activity"] = [loss.item(), *point.grad.flatten().tolist()]
write(__file__, numbers)
