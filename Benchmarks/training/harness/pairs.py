"""Our process and that of a peer, which train in turn."""

import json
import os
import pathlib
import queue
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field

from harness.plan import PEERS

PEERS_FOLDER = pathlib.Path(__file__).resolve().parents[1] / "peers"


class Failure(Exception):
    """A side that does not start, or ends before it should."""


class Side:
    """A process that trains a block of epochs whenever it is told to."""

    def __init__(self, command, name):
        # The sides choose their threads by their own interfaces, and wait as they do by default.
        environment = {
            key: value for key, value in os.environ.items()
            if not key.startswith(("OMP_", "GOMP_", "KMP_", "MKL_"))}
        self.name = name
        self.process = subprocess.Popen(
            [str(word) for word in command], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.answers, self.complaints = queue.SimpleQueue(), []
        self._read(self.process.stdout, self.answers.put, end=None)
        self._read(self.process.stderr, self.complaints.append)
        self.epochs, self.wall, self.processor, self.peak = [], 0, 0, 0

    @staticmethod
    def _read(stream, keep, **end):
        def read():
            for line in stream:
                keep(line)
            for value in end.values():
                keep(value)

        threading.Thread(target=read, daemon=True).start()

    def answer(self, timeout=300):
        try:
            line = self.answers.get(timeout=timeout)
        except queue.Empty:
            raise Failure(f"{self.name} did not answer within {timeout} s") from None
        if line is None:
            self.process.wait()
            time.sleep(0.1)
            said = "".join(self.complaints).strip().splitlines()
            raise Failure(f"{self.name} ended: {said[-1] if said else 'it said nothing'}")
        return json.loads(line)

    def ask(self, question):
        try:
            print(question, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass
        return self.answer()

    def train(self, seconds):
        """Returns the seconds of a step: the median over the epochs of a block."""
        block = self.ask(f"run {seconds}")
        self.wall += block["wall"]
        self.processor += block["processor"]
        self.peak = block["peak"]
        return statistics.median(block["epochs"]) / block["steps"]

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@dataclass
class Pair:
    workload: str
    threads: str
    peer: str
    ours: dict
    theirs: dict
    # Milliseconds a step in each round.
    our_times: list = field(default_factory=list)
    their_times: list = field(default_factory=list)

    @property
    def ratio(self):
        return statistics.median(self.their_times) / statistics.median(self.our_times)

    @property
    def range(self):
        ratios = [b / a for a, b in zip(self.our_times, self.their_times)]
        return min(ratios), max(ratios)

    @property
    def bound(self):
        return PEERS[self.peer].bound(self.workload, self.threads)

    def __str__(self):
        low, high = self.range
        return (
            f"{self.workload}, {self.threads} threads, {self.peer}: "
            f"{statistics.median(self.our_times):.3g} ms against "
            f"{statistics.median(self.their_times):.3g} ms, {self.ratio:.2f}× "
            f"({low:.2f}–{high:.2f}), wanted {self.bound}×; parameters "
            f"{self.ours['parameters']} and {self.theirs['parameters']}")


def measure(program, python, workload, peer, threads, rounds, seconds):
    """Trains a workload on both sides in turn; the one that goes first changes each round."""
    sides = []
    try:
        sides.append(Side([program, workload, threads], "Casebook"))
        ours = sides[0].answer()
        script = PEERS_FOLDER / PEERS[peer].script
        sides.append(Side([python, script, workload, threads], peer))
        pair = Pair(workload, threads, peer, ours, sides[1].answer())
        times = (pair.our_times, pair.their_times)
        for number in range(rounds):
            for index in (0, 1) if number % 2 == 0 else (1, 0):
                time.sleep(0.2)  # Threads that still spin for work go to sleep.
                times[index].append(1e3 * sides[index].train(seconds))
        for side, about in zip(sides, (pair.ours, pair.theirs)):
            about.update(peak=side.peak, share=side.processor / side.wall)
        pair.ours.update(sides[0].ask(f"kernels {seconds}"))
        return pair
    finally:
        for side in sides:
            side.end()
