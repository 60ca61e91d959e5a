"""The numbers of StatisticsTests, and of the statistics of a sample in ComparisonTests: SciPy and statsmodels."""

import numpy
import scipy
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

print("SciPy", scipy.__version__)
for degrees in (1, 2, 3, 4, 9, 29, 99, 1000, 100000):
    print(degrees, *(repr(float(stats.t.ppf(1 - tail, degrees))) for tail in (0.025, 0.005, 0.2)))
sample = [0.91, 0.93, 0.9, 0.955, 0.92]
mean, error = numpy.mean(sample), stats.sem(sample)
print("mean", repr(float(mean)), "sd", repr(float(numpy.std(sample, ddof=1))))
print("interval", *map(repr, map(float, stats.t.interval(0.95, len(sample) - 1, mean, error))))
for effect in (0.3, 0.8, 1.5, 3.0):
    print("power", effect, TTestPower().solve_power(effect, alpha=0.05, power=0.8),
          TTestIndPower().solve_power(effect, alpha=0.05, power=0.8))
print("power of 5 pairs, effect 1", TTestPower().power(1.0, 5, 0.05), "of 6 and 6", TTestIndPower().power(1.0, 6, 0.05))
skewed = numpy.exp(numpy.arange(12.0) / 3)
print("skewness", *map(repr, map(float, (stats.skew(skewed), skewed.mean(), skewed.std(ddof=1)))))
for effect in (0.0433, 0.041, 0.0397, 0.0396, 0.0281, 0.028):
    print("great need", effect, TTestPower().solve_power(effect, alpha=0.05, power=0.8),
          TTestIndPower().solve_power(effect, alpha=0.05, power=0.8))
vast = numpy.array([1e308, -1e308, 1e308]) / 1e300
print("vast", *map(repr, map(float, (vast.mean(), vast.std(ddof=1), stats.skew(vast)))))
values = (numpy.arange(40) * 37 + 11) % 23 / 23
print("quantiles", *(repr(float(numpy.quantile(values, share))) for share in (0, 0.1, 0.5, 0.95, 1)))
