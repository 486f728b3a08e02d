"""Draws one answer, token by token, from exactly the distribution whose logarithm the learner sees: no top-p, no penalties."""

from dataclasses import dataclass
from typing import Any

import torch

from .errors import TrainerError
from .model import Policy, log_distribution


@dataclass(frozen=True)
class Answer:
    text: str
    #: All of them, the one that ended it included.
    tokens: tuple[int, ...]
    #: ln π of each.
    log_probabilities: tuple[float, ...]
    #: V of the prompt.
    value: float
    #: `stop`, or `length` for one that was cut off.
    finish: str


@torch.no_grad()
def draw(policy: Policy, prompt: list[int], *, seed: int, temperature: float, max_tokens: int) -> Answer:
    """The same seed gives the same answer on the same machine. Raises TrainerError `prompt.too-long`."""
    if policy.context is not None and len(prompt) + max_tokens > policy.context:
        raise TrainerError(
            "prompt.too-long",
            f"expected a prompt of at most {policy.context - max_tokens} tokens beside an answer of {max_tokens}, found {len(prompt)}",
        )
    tokens = _draw_tokens(policy, prompt, seed=seed, temperature=temperature, max_tokens=max_tokens)
    # Not those of the loop above: a cache's rounding is not that of a whole pass, and learning makes whole passes.
    judged = policy.judge(prompt, tokens, temperature)
    is_ended = tokens[-1] in policy.ends
    written = tokens[:-1] if is_ended else tokens
    return Answer(
        text=policy.tokenizer.decode(written, skip_special_tokens=False, clean_up_tokenization_spaces=False),
        tokens=tokens,
        log_probabilities=tuple(judged.log_probabilities.tolist()),
        value=judged.values[0].item(),
        finish="stop" if is_ended else "length",
    )


def _draw_tokens(
    policy: Policy, prompt: list[int], *, seed: int, temperature: float, max_tokens: int
) -> tuple[int, ...]:
    generator = torch.Generator().manual_seed(seed)
    fed = torch.tensor([prompt], device=policy.device)
    cache: Any = None
    tokens: list[int] = []
    was_training = policy.model.training
    # Gradient checkpointing, which training mode switches on, would switch the cache off.
    policy.model.eval()
    try:
        while len(tokens) < max_tokens and not (tokens and tokens[-1] in policy.ends):
            output = policy.model(input_ids=fed, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache = output.past_key_values
            tokens.append(_draw_token(log_distribution(output.logits[0, -1], temperature), generator))
            fed = torch.tensor([[tokens[-1]]], device=policy.device)
    finally:
        policy.model.train(was_training)
    return tuple(tokens)


def _draw_token(log_pi: torch.Tensor, generator: torch.Generator) -> int:
    """By the inverse of the cumulative distribution, on the processor and in double precision, whatever the device is."""
    mass = log_pi.double().cpu().exp().cumsum(0)
    aim = torch.rand(1, generator=generator, dtype=torch.float64) * mass[-1]
    return min(int(torch.searchsorted(mass, aim, right=True)), len(mass) - 1)
