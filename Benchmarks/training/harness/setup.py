"""The program that is measured, and a Python environment with its peers."""

import pathlib
import subprocess
import sys

from harness.plan import PEERS

ROOT = pathlib.Path(__file__).resolve().parents[3]
ENVIRONMENT = ROOT / "Benchmarks" / ".venv-training"


def program():
    """Builds the benchmark's own side and returns its path."""
    build = ["swift", "build", "-c", "release", "--product", "TrainingBenchmark"]
    if subprocess.run(build, cwd=ROOT).returncode:
        sys.exit("TrainingBenchmark does not build: nothing is measured.")
    return ROOT / ".build" / "release" / "TrainingBenchmark"


def python(peers):
    """Returns an interpreter that has the peers, installed from PyPI the first time."""
    interpreter = ENVIRONMENT / "bin" / "python"
    if not interpreter.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    for peer in peers:
        for package in PEERS[peer].packages:
            pip = [interpreter, "-m", "pip", "--disable-pip-version-check"]
            show = subprocess.run([*pip, "show", "--quiet", package], capture_output=True)
            if show.returncode == 0:
                continue
            print(f"Installing {package} into {ENVIRONMENT} (the first time; gigabytes).")
            if subprocess.run([*pip, "install", "--quiet", package]).returncode:
                print(f"{package} cannot be installed: {peer} will be told as failed.")
    return interpreter
