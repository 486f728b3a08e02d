"""What may be asked, as records. The defaults are those of autoresearch-rl §7.3 where the paper names one."""

from dataclasses import dataclass

from .fields import described, flag, many, name, nested, number, optional, text, whole

#: Tokens that an answer may have, and that a prompt may have: what a request may make the worker hold.
MAX_ANSWER = 32_768
MAX_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class Hello:
    token: str = described(text(256))
    protocol: int = described(whole(0, 1_000_000))


@dataclass(frozen=True)
class Learning:
    """PPO: the symbols are those of docs/policy.md."""

    learning_rate: float = described(number(1e-8, 1), 1e-4)
    warmup_steps: int = described(whole(0, 1_000_000), 50)
    epochs: int = described(whole(1, 64), 4)
    minibatch: int = described(whole(1, 4_096), 4)
    clip: float = described(number(0.001, 1), 0.2)
    value: float = described(number(0, 100), 0.5)
    entropy: float = described(number(0, 10), 0.01)
    clip_norm: float = described(number(1e-6, 1e6), 0.5)
    max_kl: float = described(number(0, 1e6), 0.02)
    #: Below the 0.95 of docs/policy.md: what an edit brings, it brings now, and the trials after it are noise to its batch of 16.
    discount: float = described(number(0, 1), 0.5)
    lambda_: float = described(number(0, 1), 0.95)


@dataclass(frozen=True)
class Open:
    #: A folder with a Hugging Face model, or a name of one.
    model: str = described(text())
    #: Where checkpoints are; made if missing.
    folder: str = described(text())
    device: str = described(text(32), "auto")
    dtype: str = described(text(choices=("auto", "float32", "bfloat16", "float16")), "auto")
    rank: int = described(whole(1, 1_024), 32)
    alpha: float = described(number(1e-3, 1e5), 64.0)
    #: Of the adapters' first values.
    seed: int = described(whole(0, 2**53), 0)
    threads: int | None = described(optional(whole(1, 1_024)), None)
    gradient_checkpointing: bool | None = described(optional(flag()), None)
    learning: Learning = described(nested(Learning), Learning())


@dataclass(frozen=True)
class Message:
    role: str = described(text(choices=("system", "user", "assistant")))
    content: str = described(text(MAX_CHARACTERS, is_prose=True))


@dataclass(frozen=True)
class Sample:
    #: Name of the weights to answer with; null for those that the run begins with.
    checkpoint: str | None = described(optional(name()))
    messages: tuple[Message, ...] = described(many(nested(Message), 1, 64))
    seed: int = described(whole(0, 2**53))
    temperature: float = described(number(0.01, 100), 1.0)
    max_tokens: int = described(whole(1, MAX_ANSWER), 1_024)


@dataclass(frozen=True)
class Experience:
    """One answer and what it was worth."""

    messages: tuple[Message, ...] = described(many(nested(Message), 1, 64))
    tokens: tuple[int, ...] = described(many(whole(0, 2**31), 1, MAX_ANSWER))
    #: ln π_old of each token.
    log_probabilities: tuple[float, ...] = described(many(number(-1e6, 1e-3), 1, MAX_ANSWER))
    temperature: float = described(number(0.01, 100))
    reward: float = described(number(-1e6, 1e6))


@dataclass(frozen=True)
class Update:
    #: Weights to begin with; null for those that the run begins with.
    checkpoint: str | None = described(optional(name()))
    #: Name of the weights that come of it.
    next: str = described(name())
    #: In the order of time.
    experience: tuple[Experience, ...] = described(many(nested(Experience), 1, 4_096))
    seed: int = described(whole(0, 2**53))
