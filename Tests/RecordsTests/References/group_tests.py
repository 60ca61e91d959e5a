"""The numbers of GroupTestTests: SciPy and statsmodels on fixed samples."""
import itertools
import numpy as np
import scipy, statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

a = np.array([0.91, 0.93, 0.9, 0.955, 0.92])
b = np.array([0.90, 0.915, 0.905, 0.93, 0.9])
c = np.array([0.88, 0.95, 0.91, 0.87, 0.92, 0.9, 0.93])
print(scipy.__version__, statsmodels.__version__)
d = a - b
print("sign flip", stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue,
      d.mean(), stats.t.interval(0.95, 4, d.mean(), stats.sem(d)), d.mean() / d.std(ddof=1))
welch = stats.ttest_ind(a, c, equal_var=False)
print("welch", welch.pvalue, welch.df, welch.confidence_interval(0.95))
n = len(a) + len(c)
pooled = np.sqrt((4 * a.var(ddof=1) + 6 * c.var(ddof=1)) / (n - 2))
print("hedges", (a.mean() - c.mean()) / pooled * (1 - 3 / (4 * n - 9)))
y, z = np.array([1.0, 2, 4]), np.array([3.0, 5, 4, 9])
tiny = stats.ttest_ind(y, z, equal_var=False)
print("tiny", tiny.pvalue, tiny.confidence_interval(0.95),
      (y.mean() - z.mean()) / np.sqrt((2 * y.var(ddof=1) + 3 * z.var(ddof=1)) / 5) * (1 - 3 / (4 * 7 - 9)))
x = np.sin(np.arange(20.0)) + 0.2
print("paired t", stats.ttest_1samp(x, 0).pvalue, stats.ttest_1samp(x, 0).confidence_interval(0.95))
print("holm", multipletests([0.01, 0.04, 0.03, 0.5], method="holm")[1])
skewed = np.exp(np.arange(12.0) / 3)
print("skewness", stats.skew(skewed), stats.bootstrap((skewed,), np.mean, method="percentile", n_resamples=200000, rng=1).confidence_interval)
