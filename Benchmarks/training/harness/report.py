"""The table, in Markdown."""

import json
import statistics

from harness import machine
from harness.plan import OUTSIDE_KERNELS, WORKLOADS

NOTES = """\
- Each side trains blocks of whole epochs while the other sleeps; a round is a block of either. A
  time is the median of the rounds' medians, a ratio that of the two times (above 1: Casebook is
  faster), and its range is over the rounds.
- Casebook trains through the public `Trainer.fit`: batches gathered from the examples, tape,
  gradient and Adam. PyTorch is eager with fused Adam, and channels-last where there are
  convolutions; Keras is `fit` over TensorFlow.
- Threads are set by each side's own interface; no `OMP_…` variable is set. “cores” is the
  processor time of a side over its wall-clock time.
- Numbers below the normal range count as zero on all sides: Casebook's trainer sees to it, for
  PyTorch `torch.set_flush_denormal(True)` is called, TensorFlow does so by itself.
- “of sgemm” is the rate of the model's operations (counted by PyTorch, multiplications and
  additions of products and convolutions) over that of a product of 1024×1024 matrices.
- Keras' LSTM has one bias where PyTorch's, and ours, has two.
"""


class Findings:
    def __init__(self, about):
        self.about, self.floors, self.pairs, self.failures = about, {}, [], []

    def add_floor(self, threads, text):
        self.floors[threads] = json.loads(text)

    def add(self, pair):
        self.pairs.append(pair)

    def add_failure(self, workload, threads, peer, reason):
        self.failures.append((workload, threads, peer, reason))

    def markdown(self, given):
        parts = [
            "# Training, beside PyTorch and Keras",
            f"Written by `Benchmarks/training/run`: {given.rounds} rounds in turn, blocks of "
            f"{given.seconds} s. See README.md.",
            self._machine(), "## Steps", self._steps(), NOTES.strip(), self._failures(),
            "## Outside kernels", self._outside(), "## What the machine gives", self._floor(), "## Memory and warm-up", self._memory(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _machine(self):
        versions = {}
        for pair in self.pairs:
            versions["Casebook"] = pair.ours["version"].removeprefix("Casebook on ")
            versions[pair.peer] = pair.theirs["version"]
        rows = [*self.about, *versions.items(), ("load average at the end", machine.load())]
        return _table(("machine", ""), rows)

    def _steps(self):
        head = (
            "step", "threads", "against", "wanted", "ratio", "range", "", "ours (ms)",
            "theirs (ms)", "of sgemm", "cores", "parameters")
        return _table(head, [self._step(pair) for pair in self.pairs], right=range(7, 12))

    def _step(self, pair):
        low, high = pair.range
        parameters = f"{pair.ours['parameters']:,}"
        if pair.ours["parameters"] != pair.theirs["parameters"]:
            parameters += f" and {pair.theirs['parameters']:,}"
        return (
            WORKLOADS[pair.workload], pair.threads, pair.peer, f"≥ {pair.bound}×",
            f"**{pair.ratio:.2f}×**", f"{low:.2f}–{high:.2f}",
            "met" if pair.ratio >= pair.bound else "missed",
            f"{statistics.median(pair.our_times):.3g}", f"{statistics.median(pair.their_times):.3g}",
            self._share(pair), f"{pair.ours['share']:.1f} and {pair.theirs['share']:.1f}", parameters)

    def _share(self, pair):
        counted = [
            other.theirs["operations"] for other in self.pairs
            if other.workload == pair.workload and "operations" in other.theirs]
        if not counted:
            return "–"
        rate = counted[0] / (statistics.median(pair.our_times) * 1e-3) / 1e9
        return f"{rate / self.floors[pair.threads]['products'][CUBE]:.0%}"

    def _failures(self):
        if not self.failures:
            return ""
        rows = [(WORKLOADS[name], *rest) for name, *rest in self.failures]
        return "Not measured:\n\n" + _table(("step", "threads", "against", "why"), rows)

    def _outside(self):
        """Of each workload the least share, which the most quiet block showed."""
        least = {}
        for pair in self.pairs:
            key = (pair.workload, pair.threads)
            least[key] = min(least.get(key, 1), pair.ours["outside_kernels"])
        rows = []
        for (name, threads), share in least.items():
            bound = OUTSIDE_KERNELS.get(name)
            rows.append((
                WORKLOADS[name], threads, f"≤ {bound:.0%}" if bound else "–", f"{share:.1%}",
                ("met" if share <= bound else "missed") if bound else ""))
        return _table(("step", "threads", "wanted", "share outside kernels", ""), rows)

    def _floor(self):
        threads = list(self.floors)
        first = self.floors[threads[0]]["products"]
        names = [CUBE, *(name for name in first if name != CUBE)]
        rows = [
            (f"sgemm {name} (GF/s)", *(f"{self.floors[t]['products'][name]:.0f}" for t in threads))
            for name in names]
        rows.append(("triad (GB/s)", *(f"{self.floors[t]['triad']:.1f}" for t in threads)))
        head = ("rate", *(f"threads: {count}" for count in threads))
        return _table(head, rows, right=range(1, len(head)))

    def _memory(self):
        rows = []
        for pair in self.pairs:
            # Of the U-Net no more than PyTorch's is wanted.
            is_bound = (pair.workload, pair.peer) == ("unet", "pytorch")
            met = "met" if pair.ours["peak"] <= pair.theirs["peak"] else "missed"
            for name, side in (("Casebook", pair.ours), (pair.peer, pair.theirs)):
                rows.append((
                    pair.workload, pair.threads, name, f"{side['peak'] / 2**20:,.0f}",
                    f"{(side['peak'] - side['resident']) / 2**20:,.0f}", f"{side['warm_up']:.1f}",
                    met if is_bound and name == "Casebook" else ""))
        head = (
            "step", "threads", "side", "peak resident (MiB)", "above what was loaded (MiB)",
            "model, data and first epoch (s)", "")
        return _table(head, rows, right=range(3, 6))


CUBE = "1024×1024 · 1024×1024"


def _table(head, rows, right=()):
    def line(cells):
        return "| " + " | ".join(str(cell) for cell in cells) + " |"

    rule = ["---:" if index in right else "---" for index in range(len(head))]
    return "\n".join([line(head), line(rule).replace(" ", ""), *(line(row) for row in rows)])
