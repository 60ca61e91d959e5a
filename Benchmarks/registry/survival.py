"""Rounds of kill -9 at random moments, and of a disk that is full: is all that was acknowledged there?

    swift build -c release --product RecordsProbe && python3 Benchmarks/registry/survival.py [ROUNDS]
"""
import os, random, signal, sqlite3, subprocess, sys, tempfile, time

root = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
probe = os.path.join(root, ".build/release/RecordsProbe")
program = os.path.join(root, ".build/release/casebook")
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200


def check(home, run, acknowledged):
    """The points of a run are those that were acknowledged, or one more; then the next command works."""
    database = sqlite3.connect(os.path.join(home, "registry.sqlite"))
    key, status = database.execute("SELECT key, status FROM run WHERE id = ?", (run,)).fetchone()
    packed = database.execute("SELECT count(*) FROM chunk WHERE run = ?", (key,)).fetchone()[0] * 1024
    kept = packed + database.execute("SELECT count(*) FROM point WHERE run = ?", (key,)).fetchone()[0]
    last = database.execute("SELECT max(step) FROM value WHERE run = ?", (key,)).fetchone()[0] or 0
    assert acknowledged <= kept <= acknowledged + 1 and last == kept, (run, acknowledged, kept, last)
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert not database.execute("PRAGMA foreign_key_check").fetchall()
    database.close()
    return kept


def round_of(kind, home, wait):
    process = subprocess.Popen([probe, kind, home], stdout=subprocess.PIPE, text=True)
    run = process.stdout.readline().strip()
    if kind == "log":
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
    steps = [line for line in process.stdout.read().split("\n")[:-1] if line.isdigit()]
    process.wait()
    return check(home, run, int(steps[-1]) if steps else 0)


for kind, name in (("log", "kill -9"), ("starve", "full disk")):
    with tempfile.TemporaryDirectory() as home:
        points = 0
        for number in range(rounds):
            if kind == "starve":
                with tempfile.TemporaryDirectory() as own:
                    points += round_of(kind, own, 0)
            else:
                points += round_of(kind, home, random.uniform(0, 0.4))
        if kind == "log":
            environment = {**os.environ, "CASEBOOK_HOME": home}
            listed = subprocess.run([program, "runs", "--format", "csv", "--where", "status = 'lost'"], env=environment,
                                    capture_output=True, text=True, check=True).stdout.count("\n") - 1
            doctor = subprocess.run([program, "doctor", "--thorough"], env=environment, capture_output=True, text=True)
            print(f"{listed} of {rounds} runs are listed as lost; doctor: exit {doctor.returncode}, "
                  f"{doctor.stdout.strip().splitlines()[-1]}")
        print(f"{rounds} rounds of {name}: {points:,} points, none that was acknowledged is missing")
