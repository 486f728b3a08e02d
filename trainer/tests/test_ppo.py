"""The arithmetic against plain sums and finite differences."""

import torch

from strop_trainer.model import Judged
from strop_trainer.ppo import divergence, estimate_targets, normalized, ppo_loss
from strop_trainer.requests import Learning


def test_targets_are_the_direct_sum_of_equation_3() -> None:
    learning = Learning(discount=0.9, lambda_=0.8)
    rewards, values = [1.0, -0.5, 2.0, 0.25], [0.3, 0.1, -0.2, 0.7]
    following = [*values[1:], values[-1]]
    deltas = [r + 0.9 * after - v for r, after, v in zip(rewards, following, values, strict=True)]
    expected = [sum((0.9 * 0.8) ** step * delta for step, delta in enumerate(deltas[t:])) + values[t] for t in range(4)]
    torch.testing.assert_close(torch.tensor(estimate_targets(rewards, values, learning)), torch.tensor(expected))


def test_advantages_have_mean_0_and_deviation_1_unless_they_hardly_differ() -> None:
    even = normalized(torch.tensor([1.0, 2.0, 4.0]))
    torch.testing.assert_close(even.mean(), torch.tensor(0.0))
    torch.testing.assert_close(even.std(correction=0), torch.tensor(1.0))
    torch.testing.assert_close(normalized(torch.tensor([0.501, 0.499])), torch.tensor([0.02, -0.02]))
    assert normalized(torch.tensor([3.0])).tolist() == [0.0]


def test_the_loss_is_equation_4_and_its_gradient_that_of_finite_differences() -> None:
    learning = Learning(clip=0.2, value=0.5, entropy=0.01)
    old = torch.tensor([-1.0, -2.0, -0.5, -1.5], dtype=torch.float64)
    advantages = torch.tensor([1.0, -1.0, 2.0, -0.5], dtype=torch.float64)
    targets = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    # Clipped above and below, by the sign that clips and by the one that does not, and within.
    point = torch.tensor([[-0.5, -2.05, -0.9, -1.0], [0.0, 0.5, 0.2, 0.1], [1.0, 2.0, 0.5, 0.7]], dtype=torch.float64)

    def loss(at: torch.Tensor) -> torch.Tensor:
        now = Judged(log_probabilities=at[0], values=at[1], entropy=at[2])
        return ppo_loss(now, old, advantages, targets, learning)

    plain = 0.0
    for now, v, h, before, a, g in zip(
        *point.tolist(), old.tolist(), advantages.tolist(), targets.tolist(), strict=True
    ):
        ratio = 2.718281828459045 ** (now - before)
        plain -= min(ratio * a, max(0.8, min(1.2, ratio)) * a) - 0.5 * (v - g) ** 2 + 0.01 * h
    torch.testing.assert_close(loss(point).item(), plain)
    assert torch.autograd.gradcheck(loss, (point.requires_grad_(),))


def test_the_divergence_is_never_negative_and_0_at_home() -> None:
    old = torch.randn(100, generator=torch.Generator().manual_seed(1))
    assert divergence(old, old).abs().max() == 0
    assert divergence(old + torch.linspace(-3, 3, 100), old).min() >= 0
