"""Learns a trigram model of a text, says how surprising other sentences are to it, and continues a few of them."""

import math
import re
import sys


def tokenize(line):
    """Words in lower case and marks, between a start and an end."""
    tokens = ["<s>", "<s>"]
    for part in line.strip().split(" "):
        for token in re.findall(r"[A-Za-z']+|[.,!?;]", part):
            tokens.append(token.lower())
    tokens.append("</s>")
    return tokens


def ngrams(tokens, n):
    found = []
    for i in range(len(tokens) - n + 1):
        found.append(" ".join(tokens[i : i + n]))
    return found


class Random:
    """A generator of its own, so that the same seed always writes the same text."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return (self.state >> 8) % n


class Model:
    def __init__(self, weights):
        self.weights = weights
        self.vocabulary = []
        self.counts = {1: {}, 2: {}, 3: {}}

    def train(self, lines):
        for line in lines:
            tokens = tokenize(line)
            for token in tokens:
                if token not in self.vocabulary and len(self.vocabulary) < 2000:
                    self.vocabulary.append(token)
            for n in self.counts:
                for gram in ngrams(tokens, n):
                    if gram in self.counts[n].keys():
                        self.counts[n][gram] = self.counts[n][gram] + 1
                    else:
                        self.counts[n][gram] = 1

    def known(self, token):
        return token if token in self.vocabulary else "<unk>"

    def total(self):
        return sum(self.counts[1].values())

    def probability(self, token, context):
        """Interpolated between one, two and three words; an unseen word has one count."""
        single = (self.counts[1].get(token, 0) + 1) / (self.total() + len(self.vocabulary))
        result = self.weights[0] * single
        for n in (2, 3):
            before = " ".join(context[-(n - 1) :])
            seen = self.counts[n - 1].get(before, 0)
            if seen > 0:
                count = self.counts[n].get(before + " " + token, 0)
                result += self.weights[n - 1] * count / seen
        return result

    def perplexity(self, line):
        tokens = [self.known(token) for token in tokenize(line)]
        surprise = 0.0
        for i in range(2, len(tokens)):
            surprise -= math.log2(self.probability(tokens[i], tokens[:i]))
        return 2 ** (surprise / (len(tokens) - 2))

    def continuations(self, context):
        """What followed the last two words, or else the last; the most frequent first."""
        for n in (3, 2):
            before = " ".join(context[-(n - 1) :]) + " "
            found = []
            for gram, count in self.counts[n].items():
                if gram.startswith(before):
                    found.append((gram.split(" ")[-1], count))
            if found:
                return sorted(found, key=lambda item: (-item[1], item[0]))
        return [("</s>", 1)]

    def write(self, start, length, random):
        tokens = tokenize(start)[:-1]
        while len(tokens) < length + 2 and tokens[-1] != "</s>":
            choices = []
            for token, count in self.continuations(tokens):
                choices += [token] * count
            tokens.append(choices[random.below(len(choices))])
        text = ""
        for token in tokens[2:]:
            if token == "</s>":
                break
            text = text + token if token in ".,!?;" or text == "" else text + " " + token
        return text


def collocations(model, least):
    """Pairs of words that stand together more often than their frequency tells."""
    scored = []
    for gram, count in model.counts[2].items():
        first, second = gram.split(" ")
        if count < least or "<s>" in gram or "</s>" in gram:
            continue
        expected = model.counts[1][first] / model.total() * (model.counts[1][second] / model.total())
        scored.append((math.log2(count / model.total() / expected), gram))
    return sorted(scored, key=lambda item: (-round(item[0], 9), item[1]))


def read(name):
    training, held_out, prompts = [], [], []
    for line in open(name).read().split("\n"):
        if line.startswith("? "):
            prompts.append(line[2:])
        elif line.startswith("= "):
            held_out.append(line[2:])
        elif line != "":
            training.append(line)
    return training, held_out, prompts


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: ngrams FILE")
    training, held_out, prompts = read(sys.argv[1])
    model = Model([0.1, 0.3, 0.6])
    model.train(training)
    sizes = [len(model.counts[n]) for n in model.counts]
    print(len(training), "lines,", model.total(), "words,", sizes[0], sizes[1], sizes[2], "n-grams")
    all_together = []
    for line in held_out:
        all_together.append(model.perplexity(line))
        print(f"{all_together[-1]:.4f} {line}")
    print(f"mean {sum(all_together) / len(all_together):.4f}")
    for score, gram in collocations(model, 5)[:12]:
        print(f"{score:.4f} {gram}")
    random = Random(len(training))
    for prompt in prompts:
        print(">", model.write(prompt, 24, random))


main()
