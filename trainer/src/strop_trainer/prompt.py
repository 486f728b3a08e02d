"""From messages to tokens. What a program wrote stands in prompts: it must not become a token that means something to the model."""

import secrets
from typing import Any

from jinja2.exceptions import TemplateError

from .requests import Message


def encode_prompt(tokenizer: Any, messages: tuple[Message, ...]) -> list[int]:
    """The messages in the model's chat template, up to where its answer begins; without a template, plain paragraphs."""
    # The template gets marks in place of the texts, so that texts can be read as text and the template as control tokens.
    mark = secrets.token_hex(16)
    places = [f"<{mark}-{index}>" for index in range(len(messages))]
    marked = [{"role": message.role, "content": place} for message, place in zip(messages, places, strict=True)]
    rendered = _render(tokenizer, marked)
    tokens: list[int] = []
    for message, place in zip(messages, places, strict=True):
        before, _, rendered = rendered.partition(place)
        tokens += _encode(tokenizer, before, is_text=False)
        tokens += _encode(tokenizer, message.content, is_text=True)
    return tokens + _encode(tokenizer, rendered, is_text=False)


def _render(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    if tokenizer.chat_template is None:
        return "".join(f"{one['role']}: {one['content']}\n\n" for one in messages) + "assistant: "
    try:
        return str(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))
    except TemplateError:
        # Some templates know no system message: it becomes the beginning of the user's.
        first, second, *rest = messages
        joined = {"role": "user", "content": f"{first['content']}\n\n{second['content']}"}
        return str(tokenizer.apply_chat_template([joined, *rest], add_generation_prompt=True, tokenize=False))


def _encode(tokenizer: Any, text: str, *, is_text: bool) -> list[int]:
    if text == "":
        return []
    return list(tokenizer(text, add_special_tokens=False, split_special_tokens=is_text)["input_ids"])
