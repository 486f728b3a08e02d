"""One PPO update: several epochs of shuffled minibatches, one answer at a time, so that nothing is padded."""

import math
import random
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .errors import TrainerError
from .model import Judged, Policy
from .ppo import divergence, estimate_targets, normalized, ppo_loss
from .prompt import encode_prompt
from .requests import Experience, Learning, Update


@dataclass(frozen=True)
class Report:
    """What an update did, over all tokens of its answers."""

    #: Steps of the optimiser since the run began.
    steps: int
    epochs: int
    #: Mean of (ρ − 1) − ln ρ after the last epoch.
    kl: float
    #: Share of tokens whose ρ is clipped.
    clipped: float
    entropy: float
    #: 1 − Var(target − V) / Var(target) before the update, over answers; 0 for targets that do not differ.
    explained: float
    #: Mean of |ln π − ln π_old| before the first step: 0 where the answers were drawn from these very weights.
    drift: float
    tokens: int


@dataclass(frozen=True)
class _Prepared:
    experience: Experience
    prompt: list[int]
    #: Vectors of [answer].
    old: Tensor
    advantages: Tensor
    targets: Tensor


def make_optimizer(policy: Policy, learning: Learning) -> torch.optim.AdamW:
    return torch.optim.AdamW(
        [one for _, one in policy.trainable()], lr=learning.learning_rate, weight_decay=0.0, fused=False
    )


def learn(
    policy: Policy, optimizer: torch.optim.Optimizer, request: Update, *, learning: Learning, steps: int
) -> Report:
    """
    Changes the adapters, the head and the optimiser. `steps`: how many were taken before. Raises TrainerError `request.invalid`
    for experience that cannot be this model's, and `update.diverged`, with everything changed, when numbers stop being finite.
    """
    prompts = [encode_prompt(policy.tokenizer, one.messages) for one in request.experience]
    for experience, prompt in zip(request.experience, prompts, strict=True):
        _check(policy, experience, prompt)
    with torch.no_grad():
        before = [_judge(policy, one, prompt) for one, prompt in zip(request.experience, prompts, strict=True)]
    prepared = _prepare(policy, request.experience, prompts, before, learning)
    torch.manual_seed(request.seed)
    shuffler = random.Random(request.seed)
    measured = _measure(before, prepared, learning)
    drift = torch.cat([(one.log_probabilities - made.old).abs() for one, made in zip(before, prepared, strict=True)])
    epochs = 0
    while epochs < learning.epochs and measured["kl"] <= learning.max_kl:
        order = shuffler.sample(prepared, len(prepared))
        for at in range(0, len(order), learning.minibatch):
            steps += 1
            _step(policy, optimizer, order[at : at + learning.minibatch], learning=learning, steps=steps)
        epochs += 1
        with torch.no_grad():
            after = [_judge(policy, made.experience, made.prompt) for made in prepared]
        measured = _measure(after, prepared, learning)
    return Report(
        steps=steps,
        epochs=epochs,
        **measured,
        explained=_explained(before, prepared),
        drift=drift.mean().item(),
        tokens=len(drift),
    )


def _check(policy: Policy, experience: Experience, prompt: list[int]) -> None:
    tokens, length = experience.tokens, len(experience.log_probabilities)
    if len(tokens) != length:
        raise TrainerError(
            "request.invalid", f"expected as many log-probabilities as tokens, found {length} for {len(tokens)}"
        )
    vocabulary = policy.model.get_input_embeddings().num_embeddings
    if max(tokens) >= vocabulary:
        raise TrainerError("request.invalid", f"expected tokens below {vocabulary}, found {max(tokens)}")
    if policy.context is not None and len(prompt) + len(tokens) > policy.context:
        raise TrainerError(
            "prompt.too-long", f"expected at most {policy.context} tokens, found {len(prompt) + len(tokens)}"
        )


def _judge(policy: Policy, experience: Experience, prompt: list[int]) -> Judged:
    return policy.judge(prompt, experience.tokens, experience.temperature)


def _prepare(
    policy: Policy,
    experience: tuple[Experience, ...],
    prompts: list[list[int]],
    before: list[Judged],
    learning: Learning,
) -> list[_Prepared]:
    targets = estimate_targets([one.reward for one in experience], [one.values[0].item() for one in before], learning)
    # Within an answer nothing is discounted: what it was worth, less what the critic expected when it was that far.
    raw = [target - one.values for target, one in zip(targets, before, strict=True)]
    even = normalized(torch.cat(raw)).split([len(one) for one in raw])
    return [
        _Prepared(
            experience=one,
            prompt=prompt,
            old=torch.tensor(one.log_probabilities, device=policy.device),
            advantages=advantages,
            targets=torch.full_like(advantages, target),
        )
        for one, prompt, advantages, target in zip(experience, prompts, even, targets, strict=True)
    ]


def _step(
    policy: Policy, optimizer: torch.optim.Optimizer, batch: list[_Prepared], *, learning: Learning, steps: int
) -> None:
    warm = min(1.0, steps / learning.warmup_steps) if learning.warmup_steps > 0 else 1.0
    for group in optimizer.param_groups:
        group["lr"] = learning.learning_rate * warm
    optimizer.zero_grad(set_to_none=True)
    tokens = sum(len(made.old) for made in batch)
    for made in batch:
        now = _judge(policy, made.experience, made.prompt)
        loss = ppo_loss(now, made.old, made.advantages, made.targets, learning) / tokens
        loss.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_([one for _, one in policy.trainable()], learning.clip_norm)
    if not bool(norm.isfinite()):
        raise TrainerError(
            "update.diverged", f"expected finite gradients, found a norm of {norm.item()}", "lower the learning rate"
        )
    optimizer.step()


def _measure(judged: list[Judged], prepared: list[_Prepared], learning: Learning) -> dict[str, Any]:
    now = torch.cat([one.log_probabilities for one in judged])
    old = torch.cat([made.old for made in prepared])
    kl = divergence(now, old).mean().item()
    if not math.isfinite(kl):
        raise TrainerError(
            "update.diverged",
            f"expected a finite divergence from the old policy, found {kl}",
            "lower the learning rate",
        )
    return {
        "kl": kl,
        "clipped": (((now - old).exp() - 1).abs() > learning.clip).float().mean().item(),
        "entropy": torch.cat([one.entropy for one in judged]).mean().item(),
    }


def _explained(before: list[Judged], prepared: list[_Prepared]) -> float:
    targets = torch.stack([made.targets[0] for made in prepared])
    values = torch.stack([one.values[0] for one in before])
    spread = targets.var(correction=0).item()
    return 0.0 if spread == 0 else 1 - (targets - values).var(correction=0).item() / spread
