"""Learning rates of PyTorch's schedules for a rate of 1, and of Keras' cosine decay.

Run: python3 schedules.py (needs torch and keras)
"""

from reference import write

import keras  # isort: skip
import torch

numbers = {}
s = torch.optim.lr_scheduler


def rates(name, make, count=40, metrics=None, rate=1.0):
    rule = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    schedule = make(rule)
    found = []
    for step in range(count):
        found.append(rule.param_groups[0]["lr"])
        rule.step()
        schedule.step(*([] if metrics is None else [metrics[step]]))
    numbers[name] = found


rates("steps", lambda o: s.StepLR(o, 7, 0.5))
rates("milestones", lambda o: s.MultiStepLR(o, [3, 10, 11], 0.1))
rates("exponential", lambda o: s.ExponentialLR(o, 0.9))
rates("cosine", lambda o: s.CosineAnnealingLR(o, 39, 0.05))
rates("restarts", lambda o: s.CosineAnnealingWarmRestarts(o, 5, 2, 0.05))
rates("one cycle", lambda o: s.OneCycleLR(o, 1.0, total_steps=41, cycle_momentum=False))
rates(
    "short cycle",
    lambda o: s.OneCycleLR(
        o, 1.0, total_steps=41, cycle_momentum=False, pct_start=0.2, div_factor=10,
        final_div_factor=100,
    ),
)
rates("warm-up", lambda o: s.LinearLR(o, 0.1, 1.0, 8))
rates(
    "warm-up cosine",
    lambda o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, 1.0, 8), s.CosineAnnealingLR(o, 31, 0.0)], [8]),
)
series = [1, 0.9, 0.9, 0.9, 0.89999, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6, 0.7, 0.7,
          0.7, 0.7, 0.7, 0.7]
numbers["series"] = series
rates("plateau", lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2), 20, series)
rates(
    "plateau cooling",
    lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=1, cooldown=2, min_lr=0.1), 20, series)
rates(
    "plateau rising",
    lambda o: s.ReduceLROnPlateau(
        o, mode="max", factor=0.1, patience=2, threshold=0.05, threshold_mode="abs"),
    20, [-v for v in series])
keras_cosine = keras.optimizers.schedules.CosineDecay(1.0, 30, alpha=0.05, warmup_target=None)
numbers["keras cosine"] = [float(keras_cosine(i)) for i in range(40)]
write(__file__, numbers)
