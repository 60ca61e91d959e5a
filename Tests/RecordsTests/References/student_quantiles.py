"""Prints the reference numbers of ComparisonTests: python3 student_quantiles.py (SciPy)."""

import numpy
import scipy
from scipy import stats

print("SciPy", scipy.__version__)
for degrees in (1, 2, 3, 4, 9, 29, 99, 1000, 100000):
    print(degrees, *(repr(float(stats.t.ppf(1 - tail, degrees))) for tail in (0.025, 0.005, 0.2)))
sample = [0.91, 0.93, 0.9, 0.955, 0.92]
mean, error = numpy.mean(sample), stats.sem(sample)
print("mean", repr(float(mean)), "sd", repr(float(numpy.std(sample, ddof=1))))
print("interval", *map(repr, map(float, stats.t.interval(0.95, len(sample) - 1, mean, error))))
