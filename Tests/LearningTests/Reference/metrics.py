"""The numbers of scikit-learn and NumPy that MetricsTests.swift compares with.

Run: python3 metrics.py (needs scikit-learn)
"""

import numpy as np
from sklearn import metrics

scores = [((i * 37 + 11) % 23) / 23 for i in range(40)]
labels = [1 if (i * 29 + 3) % 17 < 7 or s > 0.8 else 0 for i, s in enumerate(scores)]
print("auc", repr(metrics.roc_auc_score(labels, scores)))
print("average precision", repr(metrics.average_precision_score(labels, scores)))
fpr, tpr, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
print("curve", len(fpr), repr(float(fpr[7])), repr(float(tpr[7])), repr(float(thresholds[7])))
print("quantiles", [float(np.quantile(scores, q)) for q in (0, 0.1, 0.5, 0.95, 1)])
predictions = [(i * 7) % 3 for i in range(20)]
truth = [(i * 5) % 4 % 3 for i in range(20)]
print("accuracy", metrics.accuracy_score(truth, predictions))
print("confusion", metrics.confusion_matrix(truth, predictions).tolist())
# Hanley and McNeil (1982), table of page 33: area 0.893 with 51 abnormal and 58 normal.
a, p, n = 0.893, 51, 58
q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
print("error", np.sqrt((a * (1 - a) + (p - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (p * n)))
