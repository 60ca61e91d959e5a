"""The time of an epoch of the same network: ours and PyTorch's in turn, each alone, and the ratio.

Ours is read from the progress that `casebook run` shows, PyTorch's from the times at which a
control asks for the batches of an epoch; both stop after a few. Run it on an idle machine:

    Benchmarks/.venv-training/bin/python Benchmarks/cases/ratio.py [--threads 2] [CASE …]
"""
import argparse, os, pty, re, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# The settings that choose the data.
CASES = {
    "virgo-autoencoder": [], "denoising-autoencoder": [], "super-resolution": ["data=set5"],
    "variational-autoencoder": [], "multimodal-fusion": [], "transfer-learning": [],
    "lung-segmentation-unet": ["data=cxr-lungs"],
}


def ours(case, settings, options):
    command = [os.path.join(ROOT, ".build/release/casebook"), "run", case, "--threads", str(options.threads)]
    for setting in settings:
        command += ["--set", setting]
    with tempfile.TemporaryDirectory() as home:
        surroundings = {**os.environ, "CASEBOOK_HOME": home}
        # A terminal is told of every tenth of a second, a pipe every few seconds.
        terminal, other = pty.openpty()
        process = subprocess.Popen(command, stderr=other, stdout=subprocess.DEVNULL, env=surroundings)
        os.close(other)
        seen = []
        while True:
            try:
                text = os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
            found = re.findall(r" (\d+)/(\d+) epochs", text)
            if found:
                done, total = map(int, found[-1])
                if not seen or done > seen[-1][0]:
                    seen.append((done, total, time.perf_counter()))
                if len(seen) > options.epochs or seen[-1][0] == total or total != seen[0][1] or done < seen[-1][0]:
                    process.terminate()
                    break
        os.close(terminal)
        process.wait()
    seen = [(done, at) for done, total, at in seen if total == seen[0][1]]
    (first, start), (last, end) = seen[0], seen[-1]
    return (end - start) / (last - first)


def peer(case, options):
    code = f"""
import os, sys, time
sys.argv = ["control.py", "--seeds", "1", "--threads", "{options.threads}", "--data", {options.data!r}]
sys.path.insert(0, {HERE!r})
import common
plain, starts = common.batches, []
def batches(count, size):
    starts.append((time.perf_counter(), count))
    same = [at for at, count in starts if count == starts[0][1]]
    if len(same) > {options.epochs}:
        print("EPOCH", (same[-1] - same[0]) / (len(same) - 1), flush=True)
        os._exit(0)
    return plain(count, size)
common.batches = batches
path = {os.path.join(HERE, case, "control.py")!r}
exec(compile(open(path).read(), path, "exec"), {{"__file__": path, "__name__": "__main__"}})
"""
    text = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"EPOCH (\S+)", text)[1])


parser = argparse.ArgumentParser()
parser.add_argument("cases", nargs="*")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--epochs", type=int, default=6, help="of a round of each side (6)")
parser.add_argument("--rounds", type=int, default=3, help="in turn; the medians are compared (3)")
parser.add_argument("--data", default=os.environ.get("CASEBOOK_DATA", os.path.join(ROOT, "../shared/data")))
options = parser.parse_args()
os.environ["CASEBOOK_DATA"] = options.data
print(f"{'case':26} {'PyTorch (s)':>12} {'ours (s)':>10} {'ratio':>7}   seconds of an epoch, {options.threads} threads")
for case in options.cases or CASES:
    rounds = [(peer(case, options), ours(case, CASES[case], options)) for _ in range(options.rounds)]
    theirs, own = (statistics.median(side) for side in zip(*rounds))
    print(f"{case:26} {theirs:12.3f} {own:10.3f} {own / theirs:7.2f}", flush=True)
