"""The machine that measures, in words."""

import datetime
import os
import pathlib
import platform
import subprocess


def _field(path, key):
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return "unknown"


def load():
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())


def described():
    """Returns what a reader needs to judge the figures, as pairs of words."""
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    memory = int(_field("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    model = _field("/proc/cpuinfo", "model name")
    return [
        ("processor", f"{model}, {len(os.sched_getaffinity(0))} cores in use"),
        ("memory", f"{memory:.0f} GiB"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("Swift", swift.splitlines()[0].split("(")[0].strip() if swift else "unknown"),
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("load average at the start", load()),
    ]
