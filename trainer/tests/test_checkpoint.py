"""What is on the disk: the same after loading, PEFT's own format, and nothing half of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers import experience, sample, train
from peft import PeftModel
from transformers import AutoModelForCausalLM

from strop_trainer.errors import TrainerError
from strop_trainer.worker import Worker


def update(
    worker: Worker, at: str | None, following: str, *, rewards: tuple[float, ...] = (0.0, 1.0)
) -> dict[str, Any]:
    learned = [experience(sample(worker, seed, at), reward) for seed, reward in enumerate(rewards)]
    return worker.answer("update", {"checkpoint": at, "next": following, "experience": learned, "seed": 3})


def open_again(settings: dict[str, Any], **changes: Any) -> Worker:
    worker = Worker()
    worker.answer("open", {**settings, **changes})
    return worker


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_saved_and_loaded_is_the_same_in_its_answers_and_in_what_it_learns_next(
    settings: dict[str, Any], worker: Worker
) -> None:
    update(worker, None, "a")
    first = [sample(worker, seed, "a") for seed in range(3)]
    other = open_again(settings)
    assert [sample(other, seed, "a") for seed in range(3)] == first
    assert update(worker, "a", "b") == update(open_again(settings), "a", "b")
    one = bytes_of(Path(settings["folder"]) / "b")
    (Path(settings["folder"]) / "b" / "state.json").unlink()
    assert update(open_again(settings), "a", "b")["checkpoint"] == "b"
    # Optimiser and head too: a resumed run takes the very same steps.
    assert bytes_of(Path(settings["folder"]) / "b") == one


def test_the_adapter_is_one_that_peft_loads(settings: dict[str, Any], worker: Worker, tiny: Path) -> None:
    update(worker, None, "a")
    base = AutoModelForCausalLM.from_pretrained(tiny)
    served = PeftModel.from_pretrained(base, Path(settings["folder"]) / "a").eval()
    tokens = torch.tensor([[1, 2, 3, 4]])
    assert worker._open is not None
    with torch.no_grad():
        torch.testing.assert_close(served(tokens).logits, worker._open.policy.model(tokens).logits)
    with torch.no_grad(), served.disable_adapter():
        assert not torch.allclose(served(tokens).logits, worker._open.policy.model(tokens).logits)


def test_the_same_update_again_is_not_made_again(settings: dict[str, Any], worker: Worker) -> None:
    made = update(worker, None, "a")
    state = Path(settings["folder"]) / "a" / "state.json"
    written = state.stat().st_mtime_ns
    assert update(open_again(settings), None, "a") == made
    assert state.stat().st_mtime_ns == written


def test_another_update_of_that_name_replaces_it(settings: dict[str, Any], worker: Worker) -> None:
    first = update(worker, None, "a")
    second = update(worker, None, "a", rewards=(1.0, 0.0))
    assert first["digest"] != second["digest"]
    kept = json.loads((Path(settings["folder"]) / "a" / "state.json").read_text())
    assert kept["digest"] == second["digest"]


def test_the_newest_and_the_one_before_stay_and_nothing_unfinished_does(
    settings: dict[str, Any], worker: Worker
) -> None:
    folder = Path(settings["folder"])
    (folder / ".unfinished-update-000002").mkdir(parents=True)
    train(worker, lambda answer: float(len(answer["tokens"])), updates=4, batch=2)
    assert sorted(path.name for path in folder.iterdir()) == ["update-000003", "update-000004"]


@pytest.mark.parametrize(
    "file", ["adapter_model.safetensors", "optimizer.safetensors", "value_head.safetensors", "state.json"]
)
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_checkpoint_is_refused_and_the_worker_goes_on(
    settings: dict[str, Any], worker: Worker, file: str, damage: str
) -> None:
    update(worker, None, "a")
    path = Path(settings["folder"]) / "a" / file
    first = sample(worker, 1)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:20])
    else:
        path.unlink()
    other = open_again(settings)
    with pytest.raises(TrainerError) as refused:
        sample(other, 1, "a")
    assert refused.value.code == (
        "checkpoint.missing" if (file, damage) == ("state.json", "gone") else "checkpoint.damaged"
    )
    assert sample(other, 1) == first


def test_a_checkpoint_of_another_rank_is_refused(settings: dict[str, Any], worker: Worker) -> None:
    update(worker, None, "a")
    with pytest.raises(TrainerError, match="expected a checkpoint of the base") as refused:
        sample(open_again(settings, rank=8), 1, "a")
    assert refused.value.code == "checkpoint.other-base"


def test_a_failed_update_leaves_no_trace(settings: dict[str, Any], worker: Worker) -> None:
    update(worker, None, "a")
    first = sample(worker, 1, "a")
    broken = open_again(
        settings,
        learning={
            **settings["learning"],
            "learningRate": 1.0,
            "clipNorm": 1e6,
            "maxKl": 1e6,
            "epochs": 64,
            "warmupSteps": 0,
        },
    )
    learned = [experience(sample(broken, seed, "a"), reward * 1e6) for seed, reward in enumerate((0.0, 1.0))]
    learned[0]["logProbabilities"] = [-1e6] * len(learned[0]["tokens"])
    with pytest.raises(TrainerError) as refused:
        broken.answer("update", {"checkpoint": "a", "next": "b", "experience": learned, "seed": 3})
    assert refused.value.code == "update.diverged"
    assert not (Path(settings["folder"]) / "b").exists()
    assert sample(broken, 1, "a") == first
