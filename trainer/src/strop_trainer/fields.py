"""From the objects of a request to frozen records, field by field: names in camelCase there, in snake_case here."""

import re
import reprlib
from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields
from typing import Any, TypeVar

from .errors import TrainerError

Record = TypeVar("Record")
#: Turns a value of a request into one of a record, or raises ValueError with the words after "expected".
Reader = Callable[[Any], Any]


def described(read: Reader, default: Any = MISSING) -> Any:
    """A field that `read` reads; required unless there is a default."""
    return field(default=default, metadata={"read": read})


def text(longest: int = 4_096, choices: tuple[str, ...] = (), *, is_prose: bool = False) -> Reader:
    """Prose may hold any character; everything else is a name or a path somewhere, which NUL would cut."""
    expected = f"one of {', '.join(choices)}" if choices else f"a text of 1 to {longest} characters"

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= longest or ("\0" in value and not is_prose):
            raise ValueError(expected)
        if choices and value not in choices:
            raise ValueError(expected)
        return value

    return read


def name() -> Reader:
    """Of a checkpoint: it becomes the name of a folder."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", value) is None:
            raise ValueError("a name of small letters, digits and hyphens, at most 64")
        return value

    return read


def whole(low: int, high: int) -> Reader:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return read


def number(low: float, high: float) -> Reader:
    def read(value: Any) -> float:
        # What is not a number is in no range either.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"a number from {low} to {high}")
        return float(value)

    return read


def flag() -> Reader:
    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false")
        return value

    return read


def optional(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def many(read: Reader, low: int, high: int) -> Reader:
    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not low <= len(value) <= high:
            raise ValueError(f"a list of {low} to {high}")
        return tuple(read(one) for one in value)

    return read_all


def nested(kind: type[Any]) -> Reader:
    return lambda value: parse(kind, value)


def parse(kind: type[Record], value: Any) -> Record:
    """The record in `value`. Raises TrainerError `request.invalid` for a field that is missing, unknown or wrong."""
    if not isinstance(value, dict):
        raise TrainerError("request.invalid", f"expected an object, found a {type(value).__name__}")
    known = {_wire_name(one.name): one for one in fields(kind)}  # type: ignore[arg-type]
    for name in value:
        if name not in known:
            raise TrainerError("request.invalid", f"expected one of {', '.join(known)}, found {str(name)[:40]!r}")
    return kind(**{one.name: _read(name, one, value) for name, one in known.items()})


def _read(name: str, described_field: "Field[Any]", value: dict[str, Any]) -> Any:
    if name not in value:
        if described_field.default is MISSING:
            raise TrainerError("request.invalid", f"expected {name!r}, found none")
        return described_field.default
    try:
        return described_field.metadata["read"](value[name])
    except ValueError as cause:
        raise TrainerError(
            "request.invalid", f"expected {name!r} to be {cause}, found {reprlib.repr(value[name])}"
        ) from cause


def _wire_name(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name.rstrip("_"))
