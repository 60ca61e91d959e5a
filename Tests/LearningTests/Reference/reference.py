"""What the scripts of this folder share: the inputs, and how numbers are written.

Import it before keras: TensorFlow and PyTorch do not bear each other in one process.
"""

import json
import os
import pathlib

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "torch")


def wave(*shape, start=0):
    """The scalars of `wave` in the tests: from -0.5 to 0.5, none of them near 0."""
    count = int(np.prod(shape))
    return ((((np.arange(count) + start) * 37 + 11) % 23) / 23 - 0.5).reshape(shape)


def write(script, lists):
    """Writes lists of numbers beside a script, each with nine significant digits."""
    rows = []
    for name, numbers in lists.items():
        flat = np.asarray(numbers, dtype=np.float64).ravel()
        rows.append(f"{json.dumps(name)}: [{', '.join(f'{v:.9g}' for v in flat)}]")
    path = pathlib.Path(script).with_suffix(".json")
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n")
