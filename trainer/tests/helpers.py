"""Questions to a worker, and what comes of asking many of them."""

import hashlib
from collections.abc import Callable
from typing import Any

import torch

from strop_trainer.worker import Worker

MESSAGES = [{"role": "system", "content": "Write."}, {"role": "user", "content": "Now."}]


def sample(worker: Worker, seed: int, checkpoint: str | None = None, max_tokens: int = 8) -> dict[str, Any]:
    params = {"checkpoint": checkpoint, "messages": MESSAGES, "seed": seed, "maxTokens": max_tokens}
    return worker.answer("sample", params)


def experience(answer: dict[str, Any], reward: float) -> dict[str, Any]:
    return {
        "messages": MESSAGES,
        "tokens": answer["tokens"],
        "logProbabilities": answer["logProbabilities"],
        "temperature": 1.0,
        "reward": reward,
    }


def train(
    worker: Worker,
    reward: Callable[[dict[str, Any]], float],
    *,
    updates: int,
    batch: int,
    seed: int = 0,
    max_tokens: int = 8,
) -> tuple[list[float], str]:
    """Mean reward before each update, and the name of the last checkpoint."""
    means = []
    checkpoint: str | None = None
    for update in range(1, updates + 1):
        answers = [sample(worker, (seed * 1_000 + update) * 1_000 + i, checkpoint, max_tokens) for i in range(batch)]
        rewards = [reward(answer) for answer in answers]
        means.append(sum(rewards) / batch)
        following = f"update-{update:06d}"
        learned = [experience(answer, worth) for answer, worth in zip(answers, rewards, strict=True)]
        params = {"checkpoint": checkpoint, "next": following, "experience": learned, "seed": update}
        worker.answer("update", params)
        checkpoint = following
    assert checkpoint is not None
    return means, checkpoint


def hash_of_base(worker: Worker) -> str:
    """Of every bit of the model's own weights."""
    assert worker._open is not None
    digest = hashlib.sha256()
    for name, parameter in worker._open.policy.model.get_base_model().named_parameters():
        if "lora_" not in name:
            digest.update(name.encode() + parameter.detach().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
