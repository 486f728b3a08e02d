"""Groups points by k-means, then says how well each group is told from the next (silhouette)."""

import math
import sys


def read_points(path):
    points = []
    k = None
    for line in open(path):
        parts = line.split()
        if k is None:
            k = int(parts[0])
            continue
        points.append([float(part) for part in parts])
    return k, points


def distance(a, b):
    total = 0.0
    for i in range(len(a)):
        total += math.pow(a[i] - b[i], 2)
    return math.sqrt(total)


def normalize(points):
    """Scales each column to mean 0 and deviation 1."""
    dimensions = len(points[0])
    means = [column_mean(points, d) for d in range(dimensions)]
    deviations = [column_deviation(points, d) for d in range(dimensions)]
    result = []
    for point in points:
        row = []
        for d in range(dimensions):
            row.append((point[d] - means[d]) / deviations[d])
        result.append(row)
    return result


def column_mean(points, d):
    return sum([point[d] for point in points]) / len(points)


def column_deviation(points, d):
    mean = column_mean(points, d)
    return math.sqrt(sum([(point[d] - mean) ** 2 for point in points]) / len(points))


def first_centres(points, k):
    """The first point, then always the one that is farthest from all chosen."""
    centres = [points[0]]
    while len(centres) < k:
        farthest = None
        most = -1
        for point in points:
            nearest = min([distance(point, centre) for centre in centres])
            if nearest > most:
                most = nearest
                farthest = point
        centres.append(farthest)
    return centres


def assign(points, centres):
    labels = []
    for point in points:
        best = 0
        for c in range(len(centres)):
            if distance(point, centres[c]) < distance(point, centres[best]):
                best = c
        labels.append(best)
    return labels


def move(points, labels, centres):
    moved = []
    for c in range(len(centres)):
        members = [points[i] for i in range(len(points)) if labels[i] == c]
        if len(members) == 0:
            moved.append(centres[c])
            continue
        centre = []
        for d in range(len(centres[c])):
            centre.append(sum([member[d] for member in members]) / len(members))
        moved.append(centre)
    return moved


def k_means(points, k, rounds=30):
    centres = first_centres(points, k)
    labels = assign(points, centres)
    for done in range(rounds):
        centres = move(points, labels, centres)
        new_labels = assign(points, centres)
        if new_labels == labels:
            return centres, labels, done
        labels = new_labels
    return centres, labels, rounds


def silhouette(points, labels, sample):
    """Mean over some points of how much nearer their own group is than the next one."""
    scores = []
    for i in sample:
        sums = {}
        counts = {}
        for j in range(len(points)):
            if i == j:
                continue
            d = distance(points[i], points[j])
            sums[labels[j]] = sums.get(labels[j], 0) + d
            counts[labels[j]] = counts.get(labels[j], 0) + 1
        if labels[i] not in counts:
            continue
        own = sums[labels[i]] / counts[labels[i]]
        others = [sums[c] / counts[c] for c in sums if c != labels[i]]
        scores.append((min(others) - own) / max(min(others), own))
    return sum(scores) / len(scores)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: cluster.py FILE")
    k, points = read_points(sys.argv[1])
    scaled = normalize(points)
    centres, labels, rounds = k_means(scaled, k)
    print(f"{len(points)} points, {k} groups, {rounds} rounds")
    for c in range(k):
        size = len([label for label in labels if label == c])
        print(c, size, " ".join([f"{x:.6f}" for x in centres[c]]))
    print(f"silhouette {silhouette(scaled, labels, range(0, len(points), 8)):.6f}")


if __name__ == "__main__":
    main()
