"""Messages as lines of JSON. Whatever arrives is taken for hostile: bounded in length, strict in form, never evaluated."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from .errors import TrainerError

#: Bytes of one line, its end included.
MAX_LINE = 64 * 2**20


def read_lines(stream: BinaryIO, limit: int = MAX_LINE) -> Iterator[bytes | TrainerError]:
    """Every line without its end, until the stream ends. One that is too long is skipped, and stands as an error."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit:
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit)
        yield TrainerError("protocol.too-long", f"expected a line of at most {limit} bytes, found a longer one")


def decode(line: bytes) -> dict[str, Any]:
    """The object on a line. Raises TrainerError `protocol.malformed`."""
    try:
        message = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as cause:
        raise TrainerError(
            "protocol.malformed", f"expected a JSON object on one line, found: {_shown(cause)}"
        ) from cause
    if not isinstance(message, dict):
        raise TrainerError("protocol.malformed", f"expected a JSON object, found a {type(message).__name__}")
    return message


def encode(message: dict[str, Any]) -> bytes:
    """One line. Numbers that JSON does not have raise ValueError: they must not leave as numbers."""
    return json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _shown(cause: Exception) -> str:
    return str(cause)[:200] or type(cause).__name__
