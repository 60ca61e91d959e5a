"""What every peer does: it says what it is, then trains in blocks whenever it is told to.

The benchmark writes `run SECONDS` to a peer's standard input. The peer trains whole epochs until
so much time has passed and answers with one line of JSON. Between its blocks it sleeps.
"""

import json
import os
import resource
import sys
import time


def resident(key):
    """The memory of this process in bytes: `VmRSS` now, `VmHWM` at its peak."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    return 0


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def serve(start):
    """Answers the benchmark until it closes the pipe.

    `start()` returns a dictionary about the peer and a function that trains for some seconds and
    returns the seconds of each epoch, and the number of steps of an epoch.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # What a library prints must not get among the answers.

    def answer(**values):
        print(json.dumps(values), file=answers, flush=True)

    before = resident("VmRSS")
    begin = time.perf_counter()
    about, train = start()
    train(0)
    answer(ready=True, warm_up=time.perf_counter() - begin, resident=before, **about)
    for line in sys.stdin:
        used, begin = processor_seconds(), time.perf_counter()
        epochs, steps = train(float(line.split()[1]))
        wall = time.perf_counter() - begin
        answer(
            epochs=epochs, steps=steps, wall=wall, processor=processor_seconds() - used,
            peak=resident("VmHWM"))
