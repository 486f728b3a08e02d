"""
The policy: a causal language model whose weights stay as they are, low-rank adapters on its attention projections
(autoresearch-rl §7.3), and a value head on its last hidden state.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.pytorch_utils import Conv1D

from .errors import TrainerError
from .requests import Open

#: Elements of each parameter that the model's identity rests on: reading all of 14 GB would take longer than loading.
_PROBES = 1_024


class ValueHead(nn.Module):
    """V(s) from a hidden state; 0 at first, and slow enough for the step of an adapter to suit it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, 1)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        """[…, width] to […]."""
        scaled: Tensor = self.linear(hidden.float() / hidden.shape[-1] ** 0.5)
        return scaled.squeeze(-1)


@dataclass(frozen=True)
class Judged:
    """What the policy says of an answer, token by token; vectors of [answer]."""

    #: ln π of the tokens that were taken.
    log_probabilities: Tensor
    entropy: Tensor
    #: V before each token.
    values: Tensor


class Policy:
    """Model, head and tokenizer. `judge` is the one way in which probabilities come about, in sampling and in learning."""

    def __init__(self, model: PeftModel, tokenizer: Any, base: str) -> None:
        self.model = model
        self.tokenizer = tokenizer
        #: Identifies the base weights and the form of the adapters.
        self.base = base
        self.device = next(model.parameters()).device
        self.head = ValueHead(model.config.get_text_config().hidden_size).to(self.device)
        self.ends = _end_tokens(model, tokenizer)
        self.context = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0)) or None
        self._hidden: Tensor | None = None
        model.get_base_model().base_model.register_forward_hook(self._keep_hidden)
        self._first = {name: one.detach().cpu().clone() for name, one in self.trainable()}

    def trainable(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Adapters and value head, by names that a checkpoint can hold."""
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                yield name, parameter
        for name, parameter in self.head.named_parameters():
            yield f"value_head.{name}", parameter

    @torch.no_grad()
    def reset(self) -> None:
        """The adapters and the head as they were at first."""
        for name, parameter in self.trainable():
            parameter.copy_(self._first[name])

    def judge(self, prompt: list[int], answer: tuple[int, ...], temperature: float) -> Judged:
        """One forward pass over both. ln π is that of the distribution that answers are drawn from, at `temperature`."""
        tokens = torch.tensor([[*prompt, *answer]], device=self.device)
        logits = self.model(input_ids=tokens, logits_to_keep=len(answer) + 1, use_cache=False).logits[0, :-1]
        log_pi = log_distribution(logits, temperature)
        taken = tokens[0, len(prompt) :, None]
        assert self._hidden is not None
        before = self._hidden[0, len(prompt) - 1 : -1]
        return Judged(
            log_probabilities=log_pi.gather(-1, taken).squeeze(-1),
            entropy=-(log_pi.exp() * log_pi).sum(-1),
            values=self.head(before),
        )

    def _keep_hidden(self, _module: nn.Module, _inputs: Any, output: Any) -> None:
        self._hidden = output.last_hidden_state


def log_distribution(logits: Tensor, temperature: float) -> Tensor:
    """ln π over the vocabulary."""
    return torch.log_softmax(logits.float() / temperature, dim=-1)


def open_policy(request: Open) -> Policy:
    """Raises TrainerError `model.…` for a model that cannot be loaded or learned with here."""
    device = _device(request.device)
    dtype = _dtype(request.dtype, device)
    try:
        config = AutoConfig.from_pretrained(request.model, trust_remote_code=False)
        _without_dropout(config)
        tokenizer = AutoTokenizer.from_pretrained(request.model, trust_remote_code=False)
        loaded = AutoModelForCausalLM.from_pretrained(
            request.model, config=config, dtype=dtype, trust_remote_code=False
        ).to(device)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as cause:
        raise TrainerError(
            "model.unusable",
            f"expected a Hugging Face causal language model at {request.model}, found: {str(cause)[:600]}",
            "give a folder with config.json, model.safetensors and a tokenizer, or a model's name and a network",
        ) from cause
    targets = attention_projections(loaded)
    lora = LoraConfig(
        r=request.rank, lora_alpha=request.alpha, lora_dropout=0.0, target_modules=targets, task_type="CAUSAL_LM"
    )
    base = _identity(loaded, [request.rank, request.alpha, request.seed, targets, str(dtype)])
    torch.manual_seed(request.seed)
    policy = Policy(get_peft_model(loaded, lora), tokenizer, base)
    policy.model.eval()
    is_sparing = device.type != "cpu" if request.gradient_checkpointing is None else request.gradient_checkpointing
    if is_sparing:
        # Active in training mode only, which differs in nothing else: there is no dropout.
        policy.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        policy.model.train()
    return policy


def attention_projections(model: nn.Module) -> list[str]:
    """Suffixes that name every linear map inside attention and nothing else, sorted."""
    linear = [name for name, module in model.named_modules() if isinstance(module, (nn.Linear, Conv1D))]
    inside = [name for name in linear if "attn" in name.lower() or "attention" in name.lower()]
    if not inside:
        raise TrainerError(
            "model.no-attention",
            "expected linear maps below modules named attn or attention, found none",
            "use a decoder such as Llama, Qwen, Mistral, Gemma or GPT-2",
        )
    elsewhere = {name.rpartition(".")[2] for name in linear if name not in inside}
    return sorted({_shortest(name, elsewhere) for name in inside})


def _shortest(name: str, elsewhere: set[str]) -> str:
    *_, parent, last = name.split(".")
    return f"{parent}.{last}" if last in elsewhere else last


def _device(wanted: str) -> torch.device:
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(wanted)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as cause:
        raise TrainerError(
            "model.no-device",
            f"expected the device {wanted}, found: {str(cause).splitlines()[0][:300]}",
            "use cpu, or install a PyTorch that is built for this machine's accelerator",
        ) from cause
    return device


def _dtype(wanted: str, device: torch.device) -> torch.dtype:
    if wanted == "auto":
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[wanted]


def _without_dropout(config: Any) -> None:
    """A ratio π / π_old in which dropout had a part would not be 1 before the first step."""
    for part in {id(one): one for one in (config, config.get_text_config())}.values():
        for name, value in vars(part).items():
            if "drop" in name and isinstance(value, float):
                setattr(part, name, 0.0)


def _end_tokens(model: PeftModel, tokenizer: Any) -> frozenset[int]:
    named = getattr(model.generation_config, "eos_token_id", None)
    ends = {*(named if isinstance(named, list) else [named]), tokenizer.eos_token_id} - {None}
    if not ends:
        raise TrainerError(
            "model.no-end", "expected a token that ends an answer, found none", "set eos_token in tokenizer_config.json"
        )
    return frozenset(ends)


def _identity(model: nn.Module, settings: list[Any]) -> str:
    digest = hashlib.sha256(json.dumps(settings).encode())
    for name, parameter in model.named_parameters():
        flat = parameter.detach().reshape(-1)
        probes = flat[:: max(1, flat.numel() // _PROBES)][:_PROBES].float().cpu()
        digest.update(f"{name} {tuple(parameter.shape)}".encode())
        digest.update(probes.numpy().tobytes())
    return digest.hexdigest()[:16]
