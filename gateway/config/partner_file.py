"""Writes a proposed file of routes.toml as text: TOML with its comments. Pure text."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

import tomlkit

from gateway.domain.onboarding.partner_file import Block, PartnerFile, Question, Setting, Value

_WIDTH = 120
_MARK = "# DECIDE"
"""What stands before a question."""
_REMARK_AT = 42
_ROOM_OF_A_LIST = 100


def partner_file_text(file: PartnerFile) -> str:
    """The file: what is said of it, what is to be decided elsewhere, then its tables. It ends with a line break."""
    lines = [*_comments(file.remarks), *_questions(file.questions)]
    for block in file.blocks:
        lines += ["", *_block(block)]
    return "\n".join(lines) + "\n"


def literal(value: Value) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {literal(member)}" for name, member in value.items()) + " }" if value else "{}"
    return "[" + ", ".join(map(literal, value)) + "]"


def _block(block: Block) -> Iterator[str]:
    lines = [*_comments(block.remarks), block.heading]
    for part in block.parts:
        lines += _questions([part]) if isinstance(part, Question) else _setting(part)
    if block.chosen:
        yield from lines
    else:
        yield from (line if line.startswith("#") else f"# {line}" for line in lines)


def _setting(part: Setting) -> Iterator[str]:
    mark, remark = "" if part.chosen else "# ", _plain(part.remark)
    line = f"{mark}{_key(part.key)} = {literal(part.value)}"
    if len(line) > _ROOM_OF_A_LIST and isinstance(part.value, Sequence) and not isinstance(part.value, str):
        yield from _comments([remark] if remark else [])
        yield f"{mark}{_key(part.key)} = ["
        yield from (f"{mark}  {literal(member)}," for member in part.value)
        yield f"{mark}]"
    elif remark and len(line) + len(remark) + 4 > _WIDTH:
        yield f"# {remark}"
        yield line
    else:
        yield f"{line:<{_REMARK_AT}} # {remark}" if remark else line


def _comments(remarks: Sequence[str]) -> Iterator[str]:
    for remark in remarks:
        yield from (f"# {line}" for line in wrap(_plain(remark), _WIDTH - 2, break_on_hyphens=False) or [""])


def _questions(questions: Sequence[Question]) -> Iterator[str]:
    for question in questions:
        first, *rest = wrap(_plain(question.text), _WIDTH - len(_MARK) - 1, break_on_hyphens=False) or [""]
        yield f"{_MARK} {first}"
        yield from (f"#{' ' * len(_MARK)}{line}" for line in rest)


def _plain(text: str) -> str:
    """Text for a comment: what a partner wrote into a file of its own must not end the line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _string(text: str) -> str:
    return tomlkit.string(text).as_string()


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _string(name)
