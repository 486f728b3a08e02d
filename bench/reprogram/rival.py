"""The code model of src/reprogram in PyTorch, driven over standard input: one JSON command a line, one JSON answer a line.

{"load": path, "heads": n, "threads": n}   values and a batch as safetensors -> {"loss", "version"}
{"train": n}                               steps with AdamW and clipping -> {"wall": ms, "cpu": ms}
{"write": positions, "rows": n}            texts without a key-value cache -> {"wall": ms, "cpu": ms}
"""

import json
import math
import re
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

TYPES = {"F32": np.float32, "I32": np.int32}
HIDDEN = -1e9


def read(path):
    data = open(path, "rb").read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.tensor(np.frombuffer(data[start:end], TYPES[entry["dtype"]]).reshape(entry["shape"]))
    return tensors


def buckets(length, both_ways):
    """T5's: 32 of them, distances from 128 on in the last."""
    offset = torch.arange(length)[None, :] - torch.arange(length)[:, None]
    count = 16 if both_ways else 32
    base = (offset > 0).long() * count if both_ways else torch.zeros_like(offset)
    distance = offset.abs() if both_ways else (-offset).clamp(min=0)
    exact = count // 2
    far = exact + (torch.log(distance.clamp(min=1).double() / exact) / math.log(128 / exact) * (count - exact)).long()
    return base + torch.where(distance < exact, distance, far.clamp(max=count - 1))


class Model:
    def __init__(self, values, heads):
        self.p, self.heads = values, heads
        self.depth = {
            part: 1 + max(int(m[1]) for name in values if (m := re.match(rf"{part}\.blocks\.(\d+)\.", name)))
            for part in ("encoder", "decoder")
        }
        self.width = values["embedding.weight"].shape[1]

    def norm(self, name, x):
        return F.rms_norm(x, (self.width,), self.p[name + ".gain"], 1e-6)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def attend(self, name, x, memory, bias):
        p = self.p
        query, key, value = (
            self.split(source @ p[f"{name}.{part}.weight"])
            for part, source in (("query", x), ("key", memory), ("value", memory))
        )
        scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(2, 3) + bias
        mixed = (torch.softmax(scores, -1) @ value).transpose(1, 2)
        return mixed.reshape(x.shape[0], x.shape[1], -1) @ p[f"{name}.output.weight"]

    def feed(self, name, x):
        return F.relu(x @ self.p[f"{name}.up.weight"]) @ self.p[f"{name}.down.weight"]

    def positions(self, part, length):
        table = self.p[f"{part}.positions.weight"]
        return F.embedding(buckets(length, part == "encoder"), table).permute(2, 0, 1)

    def encode(self, source):
        hidden = (source == 0)[:, None, None, :] * HIDDEN
        bias = self.positions("encoder", source.shape[1]) + hidden
        x = F.embedding(source, self.p["embedding.weight"])
        for i in range(self.depth["encoder"]):
            block = f"encoder.blocks.{i}"
            y = self.norm(f"{block}.attentionNorm", x)
            x = x + self.attend(f"{block}.attention", y, y, bias)
            x = x + self.feed(f"{block}.mlp", self.norm(f"{block}.mlpNorm", x))
        return self.norm("encoder.finalNorm", x), hidden

    def decode(self, previous, memory, hidden):
        length = previous.shape[1]
        bias = self.positions("decoder", length) + torch.full((length, length), HIDDEN).triu(1)
        x = F.embedding(previous, self.p["embedding.weight"])
        for i in range(self.depth["decoder"]):
            block = f"decoder.blocks.{i}"
            y = self.norm(f"{block}.attentionNorm", x)
            x = x + self.attend(f"{block}.attention", y, y, bias)
            y = self.norm(f"{block}.cross.norm", x)
            x = x + self.attend(f"{block}.cross.attention", y, memory, hidden)
            x = x + self.feed(f"{block}.mlp", self.norm(f"{block}.mlpNorm", x))
        return self.norm("decoder.finalNorm", x)

    def logits(self, x):
        return (x * self.width**-0.5) @ self.p["embedding.weight"].T


class Rival:
    def load(self, path, heads, threads):
        torch.set_num_threads(threads)
        tensors = read(path)
        self.batch = {key[6:]: value.long() for key, value in tensors.items() if key.startswith("batch.")}
        values = {key: value.requires_grad_() for key, value in tensors.items() if not key.startswith("batch.")}
        self.model = Model(values, heads)
        vectors = [value for value in values.values() if value.dim() < 2]
        matrices = [value for value in values.values() if value.dim() > 1]
        groups = [{"params": matrices, "weight_decay": 0.0}, {"params": vectors, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, 1e-3, fused=True)
        return {"loss": self.loss().item(), "version": torch.__version__}

    def loss(self):
        memory, hidden = self.model.encode(self.batch["source"])
        logits = self.model.logits(self.model.decode(self.batch["previous"], memory, hidden))
        return F.cross_entropy(logits.flatten(0, 1), self.batch["target"].flatten(), ignore_index=0)

    def train(self, count):
        for _ in range(count):
            self.optimizer.zero_grad()
            loss = self.loss()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([v for g in self.optimizer.param_groups for v in g["params"]], 1.0)
            self.optimizer.step()
            loss.item()

    @torch.no_grad()
    def write(self, positions, rows):
        source = self.batch["source"][torch.arange(rows) % len(self.batch["source"])]
        memory, hidden = self.model.encode(source)
        tokens = torch.zeros(rows, 1, dtype=torch.long)
        for _ in range(positions):
            last = self.model.decode(tokens, memory, hidden)[:, -1]
            drawn = torch.multinomial(torch.softmax(self.model.logits(last), -1), 1)
            tokens = torch.cat([tokens, drawn], 1)


def timed(action):
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return {"wall": (time.perf_counter() - wall) * 1000, "cpu": (time.process_time() - cpu) * 1000}


rival = Rival()
for line in sys.stdin:
    command = json.loads(line)
    if "load" in command:
        answer = rival.load(command["load"], command["heads"], command["threads"])
    elif "train" in command:
        answer = timed(lambda: rival.train(command["train"]))
    else:
        answer = timed(lambda: rival.write(command["write"], command["rows"]))
    print(json.dumps(answer), flush=True)
