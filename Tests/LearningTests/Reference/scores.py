"""Metrics of scikit-learn, for MetricsTests.swift. Run: python3 scores.py"""

import numpy as np
from sklearn import metrics

from reference import write

scores = [((i * 37 + 11) % 23) / 23 for i in range(40)]
labels = [1 if (i * 29 + 3) % 17 < 7 or s > 0.8 else 0 for i, s in enumerate(scores)]
weights = [((i * 13 + 5) % 7) / 3 for i in range(40)]
fpr, tpr, _ = metrics.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
precision, recall, _ = metrics.precision_recall_curve(labels, scores, sample_weight=weights)
predictions = [(i * 7) % 3 for i in range(20)]
truth = [(i * 5) % 4 % 3 for i in range(20)]
table = np.array([[((i * 5 + j * 7 + 2) % 11) + 0.5 for j in range(3)] for i in range(20)])
table /= table.sum(1, keepdims=True)
each = metrics.precision_recall_fscore_support(truth, predictions)
x = [((i * 17 + 3) % 29) / 7 for i in range(30)]
y = [((i * 11 + 8) % 31) / 9 for i in range(30)]
mask, true_mask = [s > 0.4 for s in scores], [bool(l) for l in labels]
bins = np.minimum((np.array(scores) * 10).astype(int), 9)
gaps = [
    (np.sum(bins == b), abs(np.mean(np.array(scores)[bins == b]) - np.mean(np.array(labels)[bins == b])))
    for b in range(10) if np.any(bins == b)]
write(__file__, {
    "auc": [metrics.roc_auc_score(labels, scores, sample_weight=weights)],
    "average precision": [metrics.average_precision_score(labels, scores, sample_weight=weights)],
    "roc": [*fpr, *tpr],
    # Ours grows in recall and has no point that nothing reaches.
    "precision recall": [*precision[:-1][::-1], *recall[:-1][::-1]],
    "classes": np.array(each[:3]).T, "balanced": [metrics.balanced_accuracy_score(truth, predictions)],
    "log loss": [metrics.log_loss(truth, table)],
    "top": [metrics.top_k_accuracy_score(truth, table, k=k) for k in (1, 2)],
    "brier": [metrics.brier_score_loss(labels, scores)],
    "calibration": [sum(c * g for c, g in gaps) / 40, max(g for _, g in gaps)],
    "regression": [
        metrics.mean_absolute_error(y, x), metrics.mean_squared_error(y, x), metrics.r2_score(y, x)],
    "overlap": [metrics.f1_score(true_mask, mask), metrics.jaccard_score(true_mask, mask)],
})
