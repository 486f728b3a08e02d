"""Known answers: what PPO must find, what it must leave alone, and that nothing is lost between sample and update."""

from pathlib import Path
from typing import Any

import torch
from helpers import MESSAGES, experience, hash_of_base, sample, train

from strop_trainer.fields import parse
from strop_trainer.prompt import encode_prompt
from strop_trainer.requests import Open, Sample
from strop_trainer.worker import Worker


def share_of_ascii(answer: dict[str, Any]) -> float:
    """The toy preference: the 94 printable ASCII bytes, which come first among the 260 tokens."""
    return sum(token < 94 for token in answer["tokens"]) / len(answer["tokens"])


def test_it_learns_a_stated_preference_and_its_opposite_and_leaves_the_base_as_it_is(settings: dict[str, Any]) -> None:
    """From the same start, so that no drift could pass for learning."""
    means, most = learned(settings, +1)
    _, least = learned(settings, -1)
    # Of 64 answers of two tokens each: the standard error of a mean is below 0.05.
    assert most > means[0] + 0.25, (means, most, least)
    assert least < means[0] - 0.15, (means, most, least)


def learned(settings: dict[str, Any], sign: int) -> tuple[list[float], float]:
    """Mean reward before each update, and the mean preference of fresh answers in the end."""
    worker = Worker()
    # Answers do not depend on each other, so nothing that comes later is theirs.
    learning = {**settings["learning"], "discount": 0}
    worker.answer("open", {**settings, "folder": f"{settings['folder']}{sign}", "learning": learning})
    before = hash_of_base(worker)
    means, last = train(worker, lambda answer: sign * share_of_ascii(answer), updates=30, batch=32, max_tokens=2)
    print(f"preference {sign}: {means}")
    answers = [sample(worker, 10**9 + i, last, max_tokens=2) for i in range(64)]
    assert hash_of_base(worker) == before
    return means, sum(map(share_of_ascii, answers)) / 64


def test_rewards_that_do_not_differ_teach_no_preference(worker: Worker) -> None:
    """The entropy term and the critic's errors still move the policy, but nowhere in particular."""
    _, last = train(worker, lambda _answer: 0.5, updates=10, batch=32, max_tokens=2)

    def preference(checkpoint: str | None) -> float:
        answers = [sample(worker, 10**9 + i, checkpoint, max_tokens=2) for i in range(128)]
        return sum(map(share_of_ascii, answers)) / 128

    # The standard error of the difference is below 0.045.
    assert abs(preference(last) - preference(None)) < 0.15


def test_log_probabilities_at_sampling_are_those_of_a_pass_over_the_whole(worker: Worker) -> None:
    """Against plain transformers, without any code of ours but the tokens."""
    _, last = train(worker, share_of_ascii, updates=2, batch=4)
    answer = sample(worker, 5, last)
    assert worker._open is not None
    policy = worker._open.policy
    prompt = encode_prompt(
        policy.tokenizer, parse(Sample, {"messages": MESSAGES, "seed": 0, "checkpoint": None}).messages
    )
    tokens = torch.tensor([[*prompt, *answer["tokens"]]])
    with torch.no_grad():
        logits = policy.model(tokens).logits[0, len(prompt) - 1 : -1]
    expected = logits.log_softmax(-1)[range(len(answer["tokens"])), answer["tokens"]]
    torch.testing.assert_close(torch.tensor(answer["logProbabilities"]), expected, atol=1e-5, rtol=0)


def test_tokens_are_drawn_from_that_distribution(worker: Worker) -> None:
    """First tokens of 600 answers against the probabilities of the five most probable: within four standard errors."""
    answers = [sample(worker, seed, max_tokens=1) for seed in range(600)]
    probability = {answer["tokens"][0]: 2.718281828 ** answer["logProbabilities"][0] for answer in answers}
    for token in sorted(probability, key=lambda one: -probability[one])[:5]:
        p = probability[token]
        share = sum(answer["tokens"] == [token] for answer in answers) / 600
        assert abs(share - p) < 4 * (p * (1 - p) / 600) ** 0.5


def test_an_update_begins_where_its_samples_were_drawn(worker: Worker) -> None:
    answers = [sample(worker, seed) for seed in range(4)]
    learned = [experience(answer, float(i)) for i, answer in enumerate(answers)]
    result = worker.answer("update", {"checkpoint": None, "next": "a", "experience": learned, "seed": 1})
    assert result["report"]["drift"] < 1e-6
    assert result["report"]["tokens"] == sum(len(answer["tokens"]) for answer in answers)
    assert result["report"]["kl"] > 0


def test_the_kl_guard_ends_an_update_early(settings: dict[str, Any]) -> None:
    worker = Worker()
    worker.answer(
        "open", {**settings, "learning": {"learningRate": 0.05, "warmupSteps": 0, "epochs": 8, "maxKl": 0.01}}
    )
    answers = [sample(worker, seed) for seed in range(8)]
    learned = [experience(answer, share_of_ascii(answer)) for answer in answers]
    report = worker.answer("update", {"checkpoint": None, "next": "a", "experience": learned, "seed": 1})["report"]
    assert report["epochs"] < 8
    assert report["kl"] > 0.01


def test_dropout_has_no_part_in_it_even_in_training_mode(settings: dict[str, Any], tiny: Path) -> None:
    """The tiny model's config asks for dropout; gradient checkpointing switches training mode on."""
    plain, sparing = Worker(), Worker()
    plain.answer("open", settings)
    sparing.answer("open", {**settings, "gradientCheckpointing": True})
    answer = sample(plain, 1)
    assert sample(sparing, 1) == answer
    learned = [experience(answer, 1.0), experience(sample(plain, 2), 0.0)]
    update = {"checkpoint": None, "next": "a", "experience": learned, "seed": 1}
    reports = [one.answer("update", {**update, "next": name})["report"] for one, name in ((plain, "a"), (sparing, "b"))]
    assert abs(reports[0]["kl"] - reports[1]["kl"]) < 1e-6
    assert reports[1]["drift"] < 1e-6


def test_only_attention_projections_and_the_head_are_learned(worker: Worker, request_of: Open) -> None:
    assert worker._open is not None
    policy = worker._open.policy
    assert policy.model.peft_config["default"].target_modules == {"q_proj", "k_proj", "v_proj", "o_proj"}
    assert (policy.model.peft_config["default"].r, policy.model.peft_config["default"].lora_alpha) == (4, 8)
    assert all("self_attn" in name or name.startswith("value_head.") for name, _ in policy.trainable())
