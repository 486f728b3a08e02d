"""The requests of one session: a model is opened once, then answers and learns. A pure function of its checkpoints and requests."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import torch

from . import checkpoint
from .errors import TrainerError
from .fields import parse
from .model import Policy, open_policy
from .prompt import encode_prompt
from .requests import Open, Sample, Update
from .sampling import draw
from .update import learn, make_optimizer


class Worker:
    """Not for several threads at a time."""

    def __init__(self) -> None:
        self._open: _Opened | None = None

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """The result of a request. Raises TrainerError; after any error the next request finds the worker as if it had not been."""
        if method == "open":
            return self.open(parse(Open, params))
        if method not in ("sample", "update"):
            raise TrainerError("request.unknown", f"expected open, sample or update, found {method[:40]!r}")
        if self._open is None:
            raise TrainerError("request.not-open", f"expected open before {method}, found no model")
        try:
            if method == "sample":
                return self._open.sample(parse(Sample, params))
            return self._open.update(parse(Update, params))
        except torch.OutOfMemoryError as cause:
            torch.cuda.empty_cache()
            raise TrainerError(
                "worker.out-of-memory",
                f"expected the {method} to fit into memory, found: {str(cause).splitlines()[0][:300]}",
                "take a smaller model, prompt or answer",
            ) from cause

    def open(self, request: Open) -> dict[str, Any]:
        """Loads the model, unless this very one is open."""
        if self._open is None or self._open.request != request:
            self._open = None
            self._open = _Opened(request)
        policy = self._open.policy
        return {
            "base": policy.base,
            "context": policy.context,
            "device": str(policy.device),
            "parameters": sum(one.numel() for one in policy.model.parameters()),
            "trainable": sum(one.numel() for _, one in policy.trainable()),
        }


class _Opened:
    """A loaded model, and which checkpoint its adapters hold."""

    def __init__(self, request: Open) -> None:
        if request.threads is not None:
            torch.set_num_threads(request.threads)
        self.request = request
        self.policy: Policy = open_policy(request)
        self._folder = Path(request.folder)
        self._forget()

    def sample(self, request: Sample) -> dict[str, Any]:
        self._go_to(request.checkpoint)
        prompt = encode_prompt(self.policy.tokenizer, request.messages)
        answer = draw(
            self.policy, prompt, seed=request.seed, temperature=request.temperature, max_tokens=request.max_tokens
        )
        return {
            "text": answer.text,
            "tokens": list(answer.tokens),
            "logProbabilities": list(answer.log_probabilities),
            "value": answer.value,
            "finish": answer.finish,
            "promptTokens": len(prompt),
        }

    def update(self, request: Update) -> dict[str, Any]:
        """The same request again, after a kill, finds its checkpoint made."""
        path = self._folder / request.next
        before = None if request.checkpoint is None else checkpoint.read_state(self._folder / request.checkpoint)
        digest = self._digest(request, "" if before is None else before.digest)
        if request.next == request.checkpoint:
            raise TrainerError(
                "request.invalid", f"expected a new name for the next checkpoint, found {request.next!r} again"
            )
        made = checkpoint.read_state(path)
        if made is None or (made.digest, made.base) != (digest, self.policy.base):
            self._go_to(request.checkpoint)
            # What fails half way is none of the checkpoints.
            self._at = _NOWHERE
            report = learn(self.policy, self._optimizer, request, learning=self.request.learning, steps=self._steps)
            made = checkpoint.State(
                base=self.policy.base,
                digest=digest,
                steps=report.steps,
                seed=request.seed,
                report=dataclasses.asdict(report),
            )
            checkpoint.save(self.policy, self._optimizer, path, made)
            self._at, self._steps = request.next, report.steps
        # The journal may not have heard of the new one yet, so the one before it stays.
        checkpoint.prune(self._folder, {request.next, request.checkpoint or ""})
        return {"checkpoint": request.next, "digest": digest, "report": made.report}

    def _go_to(self, name: str | None) -> None:
        if self._at == name:
            return
        self._forget()
        if name is not None:
            self._at = _NOWHERE
            self._steps = checkpoint.load(self.policy, self._optimizer, self._folder / name).steps
            self._at = name

    def _forget(self) -> None:
        """Back to what the run began with."""
        self.policy.reset()
        self._optimizer = make_optimizer(self.policy, self.request.learning)
        self._steps = 0
        self._at: str | object | None = None

    def _digest(self, request: Update, before: str) -> str:
        learning = dataclasses.asdict(self.request.learning)
        said = json.dumps([before, self.policy.base, learning, dataclasses.asdict(request)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


#: Weights that are no checkpoint's.
_NOWHERE = object()
