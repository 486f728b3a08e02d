"""Gradients of the functions of operators.ts in PyTorch, in double precision.

Reads {name: {"point": {input: {"shape", "data"}}, "fixed": same, "weights": [...]}} and writes {name: {input: gradient}}.
"""

import json
import sys

import torch
import torch.nn.functional as F


def cross_entropy(a, targets, **options):
    return F.cross_entropy((a * a).flatten(0, -2), targets.flatten(), **options)


def weighted(a, targets, weights):
    each = F.cross_entropy(a * a, targets, reduction="none")
    return (each * weights).sum() / weights.sum()


def over(x, axes):
    """x normalised over axes."""
    centred = x - x.mean(axes, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(axes, keepdim=True) + 1e-5)


FUNCTIONS = {
    "add": lambda a, b: a + b,
    "add of a row": lambda a, b: a + b,
    "sub, broadcast both ways": lambda a, b: a - b,
    "mul of a row": lambda a, b: a * b,
    "mul by itself": lambda a: a * a,
    "div, broadcast both ways": lambda a, b: a / b,
    "a number minus a tensor": lambda a: 2 - a,
    "a number divided by a tensor": lambda a: 2 / a,
    "neg": lambda a: -a,
    "mean over all": lambda a: (a * a).mean(),
    "mean over the first axis": lambda a: (a * a).mean(0),
    "sum over all": lambda a: (a * a).sum(),
    "sum over a kept axis": lambda a: a * a.sum(-1, keepdim=True),
    "expand": lambda a: (a * a).expand(3, 2, 4),
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "reciprocal": torch.reciprocal,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "matmul": torch.matmul,
    "matmul of a batch by a matrix": torch.matmul,
    "matmul of two batches": torch.matmul,
    "matmul, broadcast": torch.matmul,
    "attend with a bias for all of a batch": lambda a, b, c, d: F.scaled_dot_product_attention(a, b, c, attn_mask=d),
    "softmax": lambda a: torch.softmax(a, -1),
    "logSoftmax": lambda a: torch.log_softmax(a, -1),
    "convolve2d with padding and bias": lambda a, b, c: F.conv2d(a, b, c, padding=1),
    "convolve2d with a stride that leaves a rest, and an even kernel": lambda a, b: F.conv2d(a, b, stride=2),
    "convolve2d of many channels with stride and padding": lambda a, b: F.conv2d(a, b, stride=2, padding=1),
    "maxPool2d": lambda a: F.max_pool2d(a, 2),
    "maxPool2d with overlapping windows": lambda a: F.max_pool2d(a, 3, 1),
    "averagePool2d": lambda a: F.avg_pool2d(a * a, 2),
    "averagePool2d with overlapping windows": lambda a: F.avg_pool2d(a * a, 3, 2),
    "globalAveragePool2d": lambda a: F.adaptive_avg_pool2d(a * a, 1)[:, :, 0, 0],
    "layerNormalize over other axes": lambda a: over(a, (0, 2)),
    "groupNorm2d": lambda a: F.group_norm(a, 2),
    "flatten": lambda a: (a * a).flatten(1),
    "abs": torch.abs,
    "softplus": F.softplus,
    "minimum, broadcast": torch.minimum,
    "maximum with a number": lambda a: torch.clamp(a, min=0),
    "clamp": lambda a: torch.clamp(a * a, 0.2, 0.9),
    "where, broadcast both ways": lambda a, b: torch.where(a > 0, a * a, b * b),
    "pick": lambda a, indices: (a * a).gather(-1, indices[..., None])[..., 0],
    "crossEntropy with an ignored class": lambda a, targets: cross_entropy(a, targets, ignore_index=-1),
    "crossEntropy with smoothing": lambda a, targets: cross_entropy(a, targets, ignore_index=-1, label_smoothing=0.1),
    "crossEntropy with weights": weighted,
    "meanSquaredError": lambda a, b: F.mse_loss(a, b * b),
    "huberLoss": lambda a, b: F.huber_loss(a * a, b, delta=0.7),
    "binaryCrossEntropy": lambda a, b: F.binary_cross_entropy_with_logits(a, torch.sigmoid(b)),
    "crossEntropy": cross_entropy,
    "gather with repeated indices": lambda a, indices: F.embedding(indices, a * a),
    "reshape": lambda a: (a * a).reshape(3, 2),
    "transpose": lambda a: (a * a).permute(2, 0, 1),
    "slice": lambda a: (a * a)[:, 1:3],
    "pad": lambda a: F.pad(a * a, (0, 0, 1, 2)),
    "concat": lambda a, b: torch.cat([a, b * b, a], 1),
    "rmsNormalize": lambda a: F.rms_norm(a, (5,), eps=1e-6),
    "layerNormalize": lambda a: F.layer_norm(a, (5,)),
}


def tensor(entry, dtype):
    return torch.tensor(entry["data"], dtype=dtype).reshape(entry["shape"])


answers = {}
for name, request in json.load(sys.stdin).items():
    if name not in FUNCTIONS:
        continue
    inputs = {key: tensor(entry, torch.float64).requires_grad_() for key, entry in request["point"].items()}
    fixed = {key: tensor(entry, torch.int64) for key, entry in request["fixed"].items()}
    y = FUNCTIONS[name](*inputs.values(), *fixed.values())
    (y.reshape(-1) * torch.tensor(request["weights"], dtype=torch.float64)).sum().backward()
    answers[name] = {key: value.grad.flatten().tolist() for key, value in inputs.items()}
json.dump(answers, sys.stdout)
