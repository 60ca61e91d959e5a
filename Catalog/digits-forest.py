"""Random forest on the UCI digits, judged in three ways; Catalog/digits-forest.md says why.

It runs by itself too, and then prints its report:
    python3 digits-forest.py --data-digits=Catalog/data/digits --trees=50
"""

import argparse
import json
import os
import pathlib
import sys
import time

import numpy
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.neighbors import KNeighborsClassifier

path = os.environ.get("CASEBOOK_REPORT")
channel = open(path, "w", encoding="utf-8") if path else sys.stdout


def report(**line):
    """Tells Casebook something: one JSON object on a line."""
    print(json.dumps(line), file=channel, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--features", type=int, default=8)
    parser.add_argument("--test_share", type=float, default=0.3333)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data-digits", type=pathlib.Path, required=True)
    options = parser.parse_args()
    if options.trees < 1 or not 1 <= options.features <= 64:
        parser.error("trees starts at 1, features lies from 1 to 64")
    if not 0.05 <= options.test_share <= 0.95:
        parser.error("test_share lies from 0.05 to 0.95")
    return options


def digits(folder):
    """Returns images as rows of 64 numbers from 0 to 1, and their labels."""
    file = next(f for f in (folder / "digits.csv", folder / "digits.csv.gz") if f.exists())
    table = numpy.loadtxt(file, delimiter=",")
    return table[:, :64] / 16, table[:, 64].astype(int)


def sizes(trees):
    """Returns how many trees the forest has each time that it is judged.

    With fewer than 25 trees, some images have been seen by all of them and have no estimate.
    """
    return [size for size in (25, 50, 100, 200, 500, 1000, 2000) if size < trees] + [trees]


def grow(options, train, test, name, done):
    """Grows a forest in steps, and judges it out of bag and on the test images each time."""
    forest = RandomForestClassifier(
        max_features=options.features, oob_score=True, warm_start=True, random_state=options.seed
    )
    course = {"trees": [], "oob": [], "test": []}
    steps = sizes(options.trees)
    for size in steps:
        forest.set_params(n_estimators=size).fit(*train)
        course["trees"].append(size)
        course["oob"].append(float(forest.oob_score_))
        course["test"].append(float(forest.score(*test)))
        done += 1
        report(progress=done, of=2 * len(steps), unit="forests",
               note=f"{name}, {size} trees: {course['test'][-1]:.4f}")
    return forest, course, done


def main():
    options = arguments()
    images, labels = digits(options.data_digits)
    count = round(len(labels) * (1 - options.test_share))
    report(param="images", value=len(labels))
    report(param="training_images", value=count)

    # In the order of the file, the images to test with come from later in the collection.
    def split(order):
        first, rest = order[:count], order[count:]
        return (images[first], labels[first]), (images[rest], labels[rest])

    ordered = split(numpy.arange(len(labels)))
    shuffled = split(numpy.random.default_rng([options.seed, 1]).permutation(len(labels)))

    start = time.perf_counter()
    forest, course, done = grow(options, *ordered, "in order", 0)
    _, mixed, _ = grow(options, *shuffled, "shuffled", done)
    report(metric="fit_time", value=time.perf_counter() - start)
    for size, oob, test in zip(course["trees"], course["oob"], course["test"]):
        report(metric="accuracy_oob_by_trees", value=oob, step=size)
        report(metric="accuracy_by_trees", value=test, step=size)

    train, test = ordered
    report(metric="accuracy", value=course["test"][-1])
    report(metric="accuracy_oob", value=course["oob"][-1])
    report(metric="accuracy_shuffled", value=mixed["test"][-1])
    report(metric="optimism", value=course["oob"][-1] - course["test"][-1])
    for name, model in [
        ("constant", DummyClassifier()),
        ("linear", LogisticRegression(max_iter=5000)),
        ("neighbour", KNeighborsClassifier(n_neighbors=1)),
    ]:
        report(metric=f"accuracy_{name}", value=float(model.fit(*train).score(*test)))

    guesses = forest.predict(test[0])
    numpy.savetxt("predictions.csv", numpy.column_stack([test[1], guesses]), fmt="%d",
                  delimiter=",", header="label,forest", comments="")
    report(artifact="predictions.csv", media_type="text/csv")
    figures(course, mixed, test, guesses)


def figures(course, mixed, test, guesses):
    curves = [("out of bag", course["oob"]), ("random third", mixed["test"]),
              ("last third", course["test"])]
    report(figure="accuracy-by-trees", kind="lines", log_x=True,
           title="The same forest, judged in three ways",
           caption="Share of right answers against the number of trees. Out of bag and on a random "
                   "third it looks alike; on the last third of the file it is worse.",
           x="Trees", y="Accuracy",
           series=[{"name": name, "x": course["trees"], "y": values} for name, values in curves])
    names = [str(digit) for digit in range(10)]
    report(figure="confusion", kind="matrix", title="What the forest takes for what",
           caption="Images of the last third: each row is a digit, each column an answer.",
           x="Answer", y="Digit", rows=names, columns=names,
           values=confusion_matrix(test[1], guesses, labels=range(10)).tolist())
    wrong = numpy.flatnonzero(guesses != test[1])[:20]
    if len(wrong):
        report(figure="errors", kind="images", width=8, height=8,
               title="The first mistakes",
               caption="Images of the last third that the forest gets wrong: digit, then answer.",
               tiles=[{"name": f"{test[1][i]} → {guesses[i]}", "pixels": test[0][i].tolist()}
                      for i in wrong])


if __name__ == "__main__":
    main()
