"""The registry beside MLflow's on SQLite, in turn on the same machine; prints Markdown.

    swift build -c release --product casebook && swift build -c release --product RecordsProbe
    python3 -m venv Benchmarks/.venv-registry && Benchmarks/.venv-registry/bin/pip install mlflow
    Benchmarks/.venv-registry/bin/python Benchmarks/registry/bench.py
"""
import os, resource, shutil, statistics, subprocess, sys, tempfile, time

root = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
program = os.path.join(root, ".build/release/casebook")
probe = os.path.join(root, ".build/release/RecordsProbe")
work = tempfile.mkdtemp(prefix="registry-bench-")


def measured(arguments, **more):
    """Runs a program; returns its wall and CPU seconds and what it prints."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    answer = subprocess.run(arguments, check=True, capture_output=True, text=True, **more).stdout
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, answer


def median(times, body):
    rows = [body() for _ in range(times)]
    return tuple(statistics.median(row[i] for row in rows) for i in range(2)) + (rows[-1][2],)


def python(text):
    """A script with MLflow that prints one number."""
    setting = "import time, mlflow\nmlflow.set_tracking_uri('sqlite:///%s/mlflow.db')\n" % work
    return float(subprocess.run([sys.executable, "-c", setting + text], check=True, capture_output=True,
                                text=True, cwd=work).stdout.split()[-1])


print("| work | ours | MLflow | ratio | bound |")
print("|---|---:|---:|---:|---:|")
points = 20_000
base = measured([probe, "write", work + "/one", "1"])[0]
wall = measured([probe, "write", work + "/one", str(points)])[0] - base
theirs = python("""
with mlflow.start_run():
    mlflow.log_metric("loss", 1.0, step=0)
    start = time.perf_counter()
    for step in range(1, 201): mlflow.log_metric("loss", 1.0 / step, step=step)
    print(200 / (time.perf_counter() - start))
""")
print(f"| one point at a time (points/s) | {points / wall:,.0f} | {theirs:,.0f} | {points / wall / theirs:,.0f} | 20,000; 100 |")

start = time.perf_counter()
writers = [subprocess.Popen([probe, "write", work + "/eight", "5000"], stdout=subprocess.DEVNULL) for _ in range(8)]
codes = [writer.wait() for writer in writers]
wall = time.perf_counter() - start
import sqlite3
kept = sqlite3.connect(work + "/eight/registry.sqlite").execute("SELECT (SELECT count(*) FROM point) + 1024 * (SELECT count(*) FROM chunk)").fetchone()[0]
print(f"| 8 processes of 5,000 points: kept, errors, seconds | {kept:,}, {sum(c != 0 for c in codes)}, {wall:.1f} | | | 40,000, 0 |")

many = 1_000_000
rate = float(measured([probe, "batch", work + "/batch", str(many)])[2].split()[-1])
theirs = python("""
from mlflow.entities import Metric
client = mlflow.tracking.MlflowClient()
run = client.create_run("0")
start = time.perf_counter()
for first in range(0, 10000, 1000):
    client.log_batch(run.info.run_id, metrics=[Metric("loss", 1.0 / (s + 1), int(time.time() * 1000), s) for s in range(first, first + 1000)])
print(10000 / (time.perf_counter() - start))
""")
print(f"| batches of 1,000 (points/s) | {rate:,.0f} | {theirs:,.0f} | {rate / theirs:,.0f} | 200,000; 30 |")
sizes = sum(os.path.getsize(os.path.join(work, "batch", name)) for name in os.listdir(work + "/batch") if name.startswith("registry.sqlite"))
print(f"| 1,000,000 points of a smooth series (MB) | {sizes / 1e6:.1f} | | | 15 |")
chart = float(measured([probe, "chart", work + "/batch", "21"])[2])
print(f"| 1,000 pieces of 1,000,000 points (ms) | {chart:.2f} | | | 10 |")

measured([probe, "fill", work + "/few", "200"])
environment = {**os.environ, "CASEBOOK_HOME": work + "/few"}
_, cpu, _ = median(5, lambda: measured([program, "runs", "--limit", "200"], env=environment))
python("""
for number in range(200):
    with mlflow.start_run():
        mlflow.log_params({f"p{i}": number % (i + 2) for i in range(10)})
        mlflow.log_metrics({f"m{i}": (number * 7919 + i) % 10007 / 10007 for i in range(20)})
print(0)
""")
_, theirs, _ = median(3, lambda: measured(
    [os.path.join(os.path.dirname(sys.executable), "mlflow"), "runs", "list", "--experiment-id", "0"],
    env={**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{work}/mlflow.db"}))
print(f"| a list of 200 runs (CPU ms) | {1e3 * cpu:.0f} | {1e3 * theirs:,.0f} | {theirs / cpu:,.0f} | 20; 100 |")

measured([probe, "fill", work + "/many", "10000"])
ours = float(measured([probe, "query", work + "/many", "51"])[2])
print(f"| 10,000 runs: filter, sort, best 20 (ms) | {ours:.2f} | | | 2 |")
size = os.path.getsize(work + "/one/registry.sqlite") + os.path.getsize(work + "/one/registry.sqlite-wal") \
    if os.path.exists(work + "/one/registry.sqlite-wal") else os.path.getsize(work + "/one/registry.sqlite")
print(f"| bytes a point ({points:,} points) | {size / points:.0f} | | | 30 |")
shutil.rmtree(work)
