"""
Proximal policy optimisation (autoresearch-rl eqs. 2 to 4), in the symbols of docs/policy.md. A decision of eq. 3 is one trial, its
action the whole answer; eq. 2 is taken token by token.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from .model import Judged
from .requests import Learning

#: Advantages are divided by their deviation, but by no less than this: rewards are of the size of 1, and where they do not
#: differ, there is nothing to learn from how the critic does.
_LEAST_DEVIATION = 0.05


def estimate_targets(rewards: Sequence[float], values: Sequence[float], learning: Learning) -> list[float]:
    """
    What V should have said before each answer: Â_t + V(s_t), with Â_t = Σ_l (γλ)^l·δ_{t+l} (eq. 3). The state after the last
    answer counts as about as good as the one before it.
    """
    targets = [0.0] * len(rewards)
    carried = 0.0
    following = values[-1]
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + learning.discount * following - values[t]
        carried = delta + learning.discount * learning.lambda_ * carried
        targets[t] = carried + values[t]
        following = values[t]
    return targets


def normalized(advantages: Tensor) -> Tensor:
    """To mean 0, and to deviation 1 where they differ enough."""
    return (advantages - advantages.mean()) / advantages.std(correction=0).clamp_min(_LEAST_DEVIATION)


def ppo_loss(now: Judged, old: Tensor, advantages: Tensor, targets: Tensor, learning: Learning) -> Tensor:
    """−(L_clip − c1·L_vf + c2·H), summed over tokens; vectors of [tokens]."""
    ratio = (now.log_probabilities - old).exp()
    surrogate = torch.minimum(ratio * advantages, ratio.clamp(1 - learning.clip, 1 + learning.clip) * advantages)
    miss = (now.values - targets) ** 2
    return -(surrogate - learning.value * miss + learning.entropy * now.entropy).sum()


def divergence(log_probabilities: Tensor, old: Tensor) -> Tensor:
    """(ρ − 1) − ln ρ of each token: an estimate of KL(π_old ‖ π) that is never negative."""
    change = log_probabilities - old
    return change.exp() - 1 - change
