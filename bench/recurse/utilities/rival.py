"""The paper's evaluation of a solution for parity with noise, restated: exec the text, draw 20 instances, call the
function in a pool of threads with two seconds each, average the accuracy. Reads one JSON list of texts per line, and
prints the seconds that each took. numpy is used as the paper's code does; without it, lists."""
import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

try:
    import numpy
except ImportError:
    numpy = None

BITS, TRAIN, TEST, NOISE, DENSITY, INSTANCES, LIMIT = 10, 100, 20, 0.05, 0.3, 20, 2


def draw_with_numpy(seed):
    numpy.random.seed(seed)
    mask = numpy.random.binomial(1, DENSITY, BITS)
    samples = numpy.random.binomial(1, 0.5, (TRAIN + TEST, BITS))
    parity = (samples * mask).sum(axis=1) % 2
    labels = (parity[:TRAIN] + numpy.random.binomial(1, NOISE, TRAIN)) % 2
    return samples[:TRAIN], labels, samples[TRAIN:], parity[TRAIN:]


def draw_with_lists(seed):
    stream = random.Random(seed)
    coin = lambda p: int(stream.random() < p)
    mask = [coin(DENSITY) for _ in range(BITS)]
    samples = [[coin(0.5) for _ in range(BITS)] for _ in range(TRAIN + TEST)]
    parity = [sum(a & b for a, b in zip(sample, mask)) % 2 for sample in samples]
    labels = [bit ^ coin(NOISE) for bit in parity[:TRAIN]]
    return samples[:TRAIN], labels, samples[TRAIN:], parity[TRAIN:]


def evaluate(text):
    scope = {}
    exec(text, scope)
    pool = ThreadPoolExecutor(1)
    total = 0.0
    for index in range(INSTANCES):
        train, labels, test, truth = (draw_with_numpy if numpy else draw_with_lists)(4321 + index)
        guess = pool.submit(scope["algorithm"], train, labels, test).result(timeout=LIMIT)
        total += sum(int(a == b) for a, b in zip(guess, truth)) / TEST
    pool.shutdown()
    return total / INSTANCES


for line in sys.stdin:
    rows = []
    for text in json.loads(line):
        started = time.perf_counter()
        score = evaluate(text)
        rows.append({"seconds": time.perf_counter() - started, "score": score})
    print(json.dumps({"numpy": numpy is not None, "rows": rows}), flush=True)
