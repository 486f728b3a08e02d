from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import save_tiny_model

from strop_trainer.fields import parse
from strop_trainer.requests import Open
from strop_trainer.worker import Worker

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def settings(tiny: Path, tmp_path: Path) -> dict[str, Any]:
    learning = {"learningRate": 0.02, "warmupSteps": 4, "maxKl": 0.2, "minibatch": 32, "entropy": 0.001}
    return {
        "model": str(tiny),
        "folder": str(tmp_path / "checkpoints"),
        "device": "cpu",
        "rank": 4,
        "alpha": 8,
        "learning": learning,
    }


@pytest.fixture
def request_of(settings: dict[str, Any]) -> Open:
    return parse(Open, settings)


@pytest.fixture
def worker(settings: dict[str, Any]) -> Worker:
    opened = Worker()
    opened.answer("open", settings)
    return opened
