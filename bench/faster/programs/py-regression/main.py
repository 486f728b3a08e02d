"""Fits a ridge regression to a table: chooses its strength by cross-validation, prints coefficients and errors."""

import sys


def read_table(name):
    """Names of the columns, and rows of numbers; the last column is what is to be told from the others."""
    with open(name) as file:
        lines = file.readlines()
    names = lines[0].strip().split(",")
    rows = []
    for line in lines[1:]:
        rows.append([float(field) for field in line.strip().split(",")])
    return names, rows


def column(rows, j):
    return [row[j] for row in rows]


def mean(values):
    return sum(values) / len(values)


def deviation(values):
    return (sum([(value - mean(values)) ** 2 for value in values]) / len(values)) ** 0.5


def standardize(rows, like):
    """Columns with the mean 0 and the deviation 1 in the rows of `like`, after a column of ones."""
    averages = [mean(column(like, j)) for j in range(len(like[0]))]
    scales = [deviation(column(like, j)) or 1.0 for j in range(len(like[0]))]
    result = []
    for row in rows:
        scaled = [1.0]
        for j in range(len(row)):
            scaled.append((row[j] - averages[j]) / scales[j])
        result.append(scaled)
    return result


def transpose(matrix):
    return [[matrix[i][j] for i in range(len(matrix))] for j in range(len(matrix[0]))]


def multiply(a, b):
    result = [[0.0 for _ in range(len(b[0]))] for _ in range(len(a))]
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                result[i][j] += a[i][k] * b[k][j]
    return result


def inverse(matrix):
    """By Gauss and Jordan, with the largest pivot."""
    n = len(matrix)
    work = [list(matrix[i]) + [1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda row: abs(work[row][i]))
        work[i], work[pivot] = work[pivot], work[i]
        work[i] = [value / work[i][i] for value in work[i]]
        for row in range(n):
            if row != i:
                work[row] = [work[row][k] - work[row][i] * work[i][k] for k in range(2 * n)]
    return [row[n:] for row in work]


def fit(features, targets, strength):
    """The coefficients that minimize the squared error and the strength times their squares."""
    gram = multiply(transpose(features), features)
    for j in range(1, len(gram)):
        gram[j][j] += strength * len(features)
    right = multiply(transpose(features), [[target] for target in targets])
    return column(multiply(inverse(gram), right), 0)


def predict(features, coefficients):
    return [sum([row[j] * coefficients[j] for j in range(len(row))]) for row in features]


def squared_error(targets, predictions):
    return mean([(targets[i] - predictions[i]) ** 2 for i in range(len(targets))])


def explained(targets, predictions):
    """The share of the variance that the predictions explain."""
    total = sum([(target - mean(targets)) ** 2 for target in targets])
    return 1 - squared_error(targets, predictions) * len(targets) / total


def folds(rows, count):
    """Pairs of rows to learn from and rows to test on."""
    pairs = []
    for fold in range(count):
        learn = [rows[i] for i in range(len(rows)) if i % count != fold]
        test = [rows[i] for i in range(len(rows)) if i % count == fold]
        pairs.append((learn, test))
    return pairs


def split(rows):
    return [row[:-1] for row in rows], [row[-1] for row in rows]


def cross_validate(rows, strength, count):
    errors = []
    for learn, test in folds(rows, count):
        known, known_targets = split(learn)
        unseen, unseen_targets = split(test)
        coefficients = fit(standardize(known, known), known_targets, strength)
        errors.append(squared_error(unseen_targets, predict(standardize(unseen, known), coefficients)))
    return mean(errors)


def correlation(a, b):
    together = mean([(a[i] - mean(a)) * (b[i] - mean(b)) for i in range(len(a))])
    return together / (deviation(a) * deviation(b))


def print_worst(rows, predictions, count):
    order = sorted(range(len(rows)), key=lambda i: -abs(rows[i][-1] - predictions[i]))
    for i in order[:count]:
        print(f"row {i + 2} is {rows[i][-1]:.2f} predicted {predictions[i]:.4f}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: regression FILE")
    names, rows = read_table(sys.argv[1])
    print(len(rows), "rows,", len(names) - 1, "features for", names[-1])
    strengths = [0.0, 0.01, 0.1, 1.0]
    for strength in strengths:
        print(f"strength {strength} has the error {cross_validate(rows, strength, 5):.6f}")
    best = min(strengths, key=lambda strength: cross_validate(rows, strength, 5))
    features, targets = split(rows)
    coefficients = fit(standardize(features, features), targets, best)
    predictions = predict(standardize(features, features), coefficients)
    print(f"best is {best}, it explains {explained(targets, predictions):.6f}")
    for name, coefficient in zip(["(mean)"] + names, coefficients):
        print(f"{name} {coefficient:.6f}")
    for j in range(len(names) - 1):
        for k in range(j + 1, len(names) - 1):
            value = correlation(column(rows, j), column(rows, k))
            if abs(value) > 0.5:
                print(f"{names[j]} and {names[k]} go together {value:.6f}")
    print_worst(rows, predictions, 5)


main()
