"""The registry beside MLflow's on SQLite, in turn on the same machine; prints Markdown.

Times are processor time where they say so, medians of several runs: others may use the machine.

    swift build -c release --product casebook && swift build -c release --product RecordsProbe
    python3 -m venv Benchmarks/.venv-registry && Benchmarks/.venv-registry/bin/pip install mlflow
    Benchmarks/.venv-registry/bin/python Benchmarks/registry/bench.py
"""
import os, random, resource, shutil, sqlite3, statistics, subprocess, sys, tempfile, time

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
def filled(runs, metrics, settings):
    """A registry of that many runs, whose rows are written by SQL like those of one run."""
    home = f"{work}/filled-{runs}"
    measured([probe, "fill", home, "1"])
    db = sqlite3.connect(home + "/registry.sqlite")
    kept = ", ".join(c[1] for c in db.execute("PRAGMA table_info(run)") if c[1] not in ("key", "id", "seed", "startedAt"))
    each = f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {runs})"
    db.executescript(f"""
        PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;
        DELETE FROM value WHERE metric IN (SELECT key FROM metric WHERE cast(substr(name, 2) AS INT) >= {metrics});
        DELETE FROM choice WHERE setting IN (SELECT key FROM setting WHERE cast(substr(name, 2) AS INT) >= {settings});
        {each} INSERT INTO run (key, id, seed, startedAt, {kept})
            SELECT i, printf('%08x%024x', i * 2654435761 % 4294967296, i), i, startedAt + i, {kept} FROM n, run WHERE key = 1;
        DROP INDEX valueByNumber;
        {each} INSERT INTO value (metric, run, number, bits, isWhole, count)
            SELECT metric, i, abs(random() % 1000003) / 1000003.0, 0, 1, 0 FROM value, n WHERE run = 1 ORDER BY 2, 1;
        CREATE INDEX valueByNumber ON value (metric, number);
        {each} INSERT INTO choice (setting, run, kind, value)
            SELECT setting, i, 'integer', abs(random() % 10) FROM choice, n WHERE run = 1 ORDER BY 2, 1;""")
    db.close()
    return home


def peer_filled(runs, metrics):
    """MLflow's store with the same, its rows written by SQL too."""
    path = f"{work}/peer-{runs}.db"
    text = f"""
from mlflow.tracking import MlflowClient
client = MlflowClient('sqlite:///{path}')
print(client.create_run(client.create_experiment('many')).info.run_id)"""
    subprocess.run([sys.executable, "-c", text], check=True, capture_output=True)
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    row = dict(db.execute("SELECT * FROM runs").fetchone())
    marks = ", ".join("?" * len(row))
    draw = random.Random(1)
    for number in range(runs):
        run = "%032x" % draw.getrandbits(128)
        row.update(run_uuid=run, name=f"run-{number}", status="FINISHED", start_time=row["start_time"] + 1000)
        db.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        db.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
                       [(f"p{i}", str(draw.randint(0, 9)), run) for i in range(10)])
        rows = [(f"m{i}", draw.random(), 0, run, 0, 0) for i in range(metrics)]
        for table in ("metrics", "latest_metrics"):
            db.executemany(f"INSERT INTO {table} (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.commit()
    return path


def searched(path, condition, key):
    """The processor time of MLflow's search_runs in ms, the median of three."""
    text = f"""
import time, statistics
from mlflow.tracking import MlflowClient
client = MlflowClient('sqlite:///{path}')
def once():
    start = time.process_time()
    assert client.search_runs(['1'], {condition!r}, order_by=[{key!r}], max_results=20)
    return time.process_time() - start
once()
print(1e3 * statistics.median(once() for _ in range(3)))"""
    return float(subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True).stdout)


def asked(home, condition, key):
    return float(measured([probe, "query", home, "21", condition, key])[2])


points = 20_000
base = measured([probe, "write", work + "/one", "1"])[1]
ours = statistics.median(
    (measured([probe, "write", f"{work}/one-{i}", str(points)])[1] - base) / points for i in range(3))
wall = min(measured([probe, "write", f"{work}/one-{i}", str(points)])[0] for i in range(3))
theirs = statistics.median(python("""
with mlflow.start_run():
    mlflow.log_metric("loss", 1.0, step=0)
    start = time.process_time()
    for step in range(1, 201): mlflow.log_metric("loss", 1.0 / step, step=step)
    print((time.process_time() - start) / 200)
""") for _ in range(3))
print(f"| one point at a time (µs of processor) | {1e6 * ours:.1f} | {1e6 * theirs:,.0f} | {theirs / ours:,.0f} | 100 |")
print(f"| the same, points a second on the clock, best of 3 | {points / wall:,.0f} | | | 20,000 |")

start = time.perf_counter()
writers = [subprocess.Popen([probe, "write", work + "/eight", "5000"], stdout=subprocess.PIPE, text=True) for _ in range(8)]
longest = max(float(writer.communicate()[0].split()[-1]) for writer in writers)
codes = [writer.returncode for writer in writers]
wall = time.perf_counter() - start
kept = sqlite3.connect(work + "/eight/registry.sqlite").execute("SELECT (SELECT count(*) FROM point) + 1024 * (SELECT count(*) FROM chunk)").fetchone()[0]
print(f"| 8 processes of 5,000 points: kept, errors, seconds, longest wait (ms) | {kept:,}, {sum(c != 0 for c in codes)}, {wall:.1f}, {longest:.0f} | | | 40,000, 0, –, 1,000 |")

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

simple, narrow = ("m2 > 0.5", "-m2"), ("m2 > 0.5 and m3 < 0.1 and p1 = 7", "m2")
peer = peer_filled(10_000, 20)
for runs, metrics, bound, name in ((10_000, 20, 2, "10,000 runs × 20 metrics"), (1_000_000, 4, 10, "1,000,000 runs × 4 metrics")):
    home = filled(runs, metrics, 10 if metrics > 4 else 2)
    for (condition, key), peers in ((simple, ("metrics.m2 > 0.5", "metrics.m2 DESC")),
                                    (narrow, ("metrics.m2 > 0.5 and metrics.m3 < 0.1 and params.p1 = '7'", "metrics.m2"))):
        ours = asked(home, condition, key)
        theirs = searched(peer, *peers) if runs == 10_000 else None
        beside = f"{theirs:,.0f} | {theirs / ours:,.0f} | {bound}; 500" if theirs else f"| | {bound}"
        print(f"| {name}: best 20 by m2 with {condition} (processor ms) | {ours:.2f} | {beside} |", flush=True)
    size = os.path.getsize(home + "/registry.sqlite") / 1e6
    print(f"| the file of those (MB) | {size:,.0f} | | | |")
size = os.path.getsize(work + "/one-0/registry.sqlite") + os.path.getsize(work + "/one-0/registry.sqlite-wal") \
    if os.path.exists(work + "/one-0/registry.sqlite-wal") else os.path.getsize(work + "/one-0/registry.sqlite")
print(f"| bytes a point ({2 * points:,} points) | {size / points / 2:.0f} | | | 30 |")
shutil.rmtree(work)
