"""
What learning has brought, on the disk: the adapter in PEFT's format, the value head, the optimiser, and what it came from. A
folder has its name only once all of it is on the disk. Nothing is pickled: reading one runs no code.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from .errors import TrainerError
from .model import Policy

_ADAPTER = "adapter_model.safetensors"
_HEAD = "value_head.safetensors"
_OPTIMIZER = "optimizer.safetensors"
_STATE = "state.json"
_MOMENTS = ("exp_avg", "exp_avg_sq")
_TEMPORARY = ".unfinished-"


@dataclass(frozen=True)
class State:
    """What a checkpoint says of itself."""

    #: The base that it belongs to.
    base: str
    #: Hash of all that it was made from: weights before, experience, settings, seed.
    digest: str
    #: Steps of the optimiser so far.
    steps: int
    #: Of the update; every random choice of it followed from this.
    seed: int
    report: dict[str, Any]


def save(policy: Policy, optimizer: torch.optim.Optimizer, path: Path, state: State) -> None:
    """Replaces what is there. After it returns, power may fail."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    fresh = path.parent / f"{_TEMPORARY}{path.name}"
    fresh.mkdir()
    policy.model.save_pretrained(fresh, save_embedding_layers=False)
    save_file({name: one.detach().cpu().contiguous() for name, one in policy.head.state_dict().items()}, fresh / _HEAD)
    save_file(_moments(policy, optimizer), fresh / _OPTIMIZER)
    (fresh / _STATE).write_text(json.dumps(vars(state), indent=2) + "\n", encoding="utf-8")
    for file in [*fresh.iterdir(), fresh]:
        _sync(file)
    if path.exists():
        # Its new name is swept away with the next save.
        path.rename(path.parent / f"{_TEMPORARY}{path.name}-replaced")
    fresh.rename(path)
    _sync(path.parent)
    _sweep(path.parent)


def read_state(path: Path) -> State | None:
    """Null when there is no such checkpoint. Raises TrainerError `checkpoint.damaged`."""
    try:
        return State(**json.loads((path / _STATE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as cause:
        raise _damaged(path, cause) from cause


def load(policy: Policy, optimizer: torch.optim.Optimizer, path: Path) -> State:
    """Everything as it was when it was saved. Raises TrainerError `checkpoint.missing`, `checkpoint.other-base`, `checkpoint.damaged`."""
    state = read_state(path)
    if state is None:
        raise TrainerError(
            "checkpoint.missing",
            f"expected a checkpoint at {path}, found none",
            "put the folder back, or begin a new run with `strop run --fresh`",
        )
    if state.base != policy.base:
        raise TrainerError(
            "checkpoint.other-base",
            f"expected a checkpoint of the base {policy.base}, found one of {state.base}",
            "use the model, rank and alpha that the run began with",
        )
    try:
        head = load_file(path / _HEAD)
        adapter = load_file(path / _ADAPTER)
        moments = load_file(path / _OPTIMIZER)
        _check_adapter(policy, adapter)
        set_peft_model_state_dict(policy.model, adapter)
        policy.head.load_state_dict(head)
        for name, parameter in policy.trainable():
            optimizer.state[parameter] = {
                "step": torch.tensor(float(state.steps)),
                **{moment: moments[f"{name}.{moment}"].to(parameter.device) for moment in _MOMENTS},
            }
    except (OSError, SafetensorError, KeyError, RuntimeError) as cause:
        raise _damaged(path, cause) from cause
    return state


def prune(folder: Path, keep: set[str]) -> None:
    """Deletes the checkpoints in `folder` that are not named."""
    for path in folder.iterdir():
        if path.name not in keep and (path / _STATE).exists():
            shutil.rmtree(path)


def _check_adapter(policy: Policy, adapter: dict[str, torch.Tensor]) -> None:
    own = get_peft_model_state_dict(policy.model)
    if {name: one.shape for name, one in own.items()} != {name: one.shape for name, one in adapter.items()}:
        raise KeyError("the adapter's parameters are not those of this model")


def _moments(policy: Policy, optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    return {
        f"{name}.{moment}": optimizer.state[parameter][moment].detach().cpu().contiguous()
        for name, parameter in policy.trainable()
        for moment in _MOMENTS
    }


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    for path in folder.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(path)


def _damaged(path: Path, cause: Exception) -> TrainerError:
    return TrainerError(
        "checkpoint.damaged",
        f"expected a whole checkpoint at {path}, found: {type(cause).__name__}: {str(cause)[:300]}",
        "put the folder back, or begin a new run with `strop run --fresh`",
    )
