"""The workloads of workloads.ts in PyTorch, driven over standard input: one JSON command a line, one JSON answer a line.

{"load": name, "file": path, "threads": n}   parameters and batch as safetensors -> {"gradients": path, in double precision, ...}
{"steps": n}                                 training steps with Adam -> {"wall": [ms], "cpu": [ms], "loss"}
"""

import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

TYPES = {"F32": np.float32, "I32": np.int32}


def read(path):
    data = open(path, "rb").read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        array = np.frombuffer(data[start:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.tensor(array)
    return tensors


def write(path, tensors):
    header, body = {}, b""
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    open(path, "wb").write(len(text).to_bytes(8, "little") + text + body)


def bucket(queries, keys, both_ways):
    """T5's buckets: 32 of them, distances from 128 on in the last."""
    offset = torch.arange(keys)[None, :] - torch.arange(queries)[:, None]
    count = 16 if both_ways else 32
    base = (offset > 0).long() * count if both_ways else torch.zeros_like(offset)
    distance = offset.abs() if both_ways else (-offset).clamp(min=0)
    exact = count // 2
    far = exact + (torch.log(distance.clamp(min=1).double() / exact) / math.log(128 / exact) * (count - exact)).long()
    return base + torch.where(distance < exact, distance, far.clamp(max=count - 1))


def t5(p, batch):
    width = p["vectors.weight"].shape[1]
    depth = width // 8

    def norm(name, x):
        return F.rms_norm(x, (width,), p[name + ".gain"], 1e-6)

    def heads(x):
        return x.view(x.shape[0], x.shape[1], 8, depth).transpose(1, 2)

    def attend(name, x, memory, bias):
        query, key, value = (
            heads(source @ p[f"{name}.{part}.weight"])
            for part, source in (("query", x), ("key", memory), ("value", memory))
        )
        scores = (query / math.sqrt(depth)) @ key.transpose(2, 3)
        mixed = torch.softmax(scores if bias is None else scores + bias, -1) @ value
        return mixed.transpose(1, 2).reshape(x.shape) @ p[f"{name}.output.weight"]

    def feed(name, x):
        return F.relu(x @ p[f"{name}.up.weight"]) @ p[f"{name}.down.weight"]

    def positions(name, both_ways):
        return F.embedding(buckets[both_ways], p[f"{name}.positions.weight"]).permute(2, 0, 1)

    buckets = {both_ways: bucket(64, 64, both_ways) for both_ways in (True, False)}
    causal = torch.full((64, 64), -1e9).triu(1)
    source, target, labels = (batch[name].long() for name in ("source", "target", "labels"))

    def loss():
        x = F.embedding(source, p["vectors.weight"])
        bias = positions("encoder", True)
        for i in range(2):
            block = f"encoder.blocks.{i}"
            y = norm(f"{block}.attentionNorm", x)
            x = x + attend(f"{block}.attention", y, y, bias)
            x = x + feed(f"{block}.mlp", norm(f"{block}.mlpNorm", x))
        memory = norm("encoder.finalNorm", x)
        x = F.embedding(target, p["vectors.weight"])
        bias = positions("decoder", False) + causal
        for i in range(2):
            block = f"decoder.blocks.{i}"
            y = norm(f"{block}.attentionNorm", x)
            x = x + attend(f"{block}.attention", y, y, bias)
            x = x + attend(f"{block}.cross.attention", norm(f"{block}.cross.norm", x), memory, None)
            x = x + feed(f"{block}.mlp", norm(f"{block}.mlpNorm", x))
        logits = (norm("decoder.finalNorm", x) * width**-0.5) @ p["vectors.weight"].T
        return F.cross_entropy(logits.view(-1, 1000), labels.view(-1))

    return loss


def conv(p, batch):
    images, labels = batch["images"], batch["labels"].long()

    def block(name, x):
        return F.max_pool2d(F.relu(F.conv2d(x, p[name + ".weight"], p[name + ".bias"], padding=1)), 2)

    def loss():
        x = block("second", block("first", images)).flatten(1)
        hidden = F.relu(torch.addmm(p["hidden.bias"], x, p["hidden.weight"]))
        return F.cross_entropy(torch.addmm(p["head.bias"], hidden, p["head.weight"]), labels)

    return loss


def ppo(p, batch):
    actions = batch["actions"].long()

    def dense(name, x):
        return torch.addmm(p[name + ".bias"], x, p[name + ".weight"])

    def loss():
        hidden = torch.tanh(dense("second", torch.tanh(dense("first", batch["observations"]))))
        log_p = torch.log_softmax(dense("policy", hidden), -1)
        ratio = torch.exp(log_p.gather(1, actions[:, None])[:, 0] - batch["before"])
        advantages = batch["advantages"]
        gain = torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
        entropy = -(log_p.exp() * log_p).sum(-1).mean()
        regression = F.mse_loss(dense("value", hidden)[:, 0], batch["returns"])
        return 0.5 * regression - gain - 0.01 * entropy

    return loss


def wide(tensor):
    return tensor.double() if tensor.is_floating_point() else tensor


class Rival:
    def load(self, name, path, threads):
        torch.set_num_threads(threads)
        tensors = read(path)
        batch = {key[6:]: value for key, value in tensors.items() if key.startswith("batch.")}
        values = {key: value.requires_grad_() for key, value in tensors.items() if not key.startswith("batch.")}
        workload = {"t5": t5, "conv": conv, "ppo": ppo}[name.split("-")[0]]
        self.loss = workload(values, batch)
        self.optimizer = torch.optim.Adam(values.values(), 1e-3, fused=True)
        self.loss().backward()
        exact = {key: value.detach().double().requires_grad_() for key, value in values.items()}
        workload(exact, {key: wide(value) for key, value in batch.items()})().backward()
        write(path + ".gradients", {key: value.grad.float() for key, value in exact.items()})
        differences = [
            (value.grad - exact[key].grad).abs().max() / exact[key].grad.abs().max() for key, value in values.items()
        ]
        return {
            "gradients": path + ".gradients",
            "difference": max(differences).item(),
            "version": torch.__version__,
        }

    def steps(self, count):
        wall, cpu = [], []
        for _ in range(count):
            started = time.perf_counter(), time.process_time()
            self.optimizer.zero_grad()
            loss = self.loss()
            loss.backward()
            self.optimizer.step()
            value = loss.item()
            wall.append((time.perf_counter() - started[0]) * 1000)
            cpu.append((time.process_time() - started[1]) * 1000)
        return {"wall": wall, "cpu": cpu, "loss": value}


rival = Rival()
for line in sys.stdin:
    command = json.loads(line)
    if "load" in command:
        answer = rival.load(command["load"], command["file"], command["threads"])
    else:
        answer = rival.steps(command["steps"])
    print(json.dumps(answer), flush=True)
