"""The pages of the documentation taken apart: their fenced blocks, and the commands in those."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHELLS = ("sh", "bash", "console")

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
_OPERATORS = re.compile(r"&&|\|\||[|;]")
_REDIRECTED = re.compile(r"\s[0-9]?[<>]{1,2}\s*\S+")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page; `line` is that of its first line of text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> Iterator[Path]:
    """The pages people read. Decisions show what was thought of, not what to type."""
    yield ROOT / "README.md"
    yield from (path for path in sorted((ROOT / "docs").rglob("*.md")) if path.parent.name != "adr")


def blocks(*languages: str) -> list[Block]:
    """The blocks in these languages."""
    found = []
    for path in pages():
        text = path.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match["language"] in languages:
                inner = "\n".join(line.removeprefix(match["indent"]) for line in match["text"].splitlines())
                found.append(
                    Block(path.relative_to(ROOT).as_posix(), text.count("\n", 0, match.start()) + 2, match["language"], inner)
                )
    return found


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, as words, with the variables that are set for it."""

    place: str
    words: Sequence[str]
    text: str
    variables: Sequence[tuple[str, str]] = ()

    @property
    def program(self) -> str:
        """What is called: `gateway`, however a page writes its path."""
        return self.words[0].rpartition("/")[2]

    @property
    def said(self) -> str:
        """The whole of it, by the program's plain name."""
        return " ".join((self.program, *self.words[1:]))

    @property
    def page(self) -> str:
        """The page it stands on."""
        return self.place.partition(":")[0]


def commands(block: Block) -> list[Command]:
    """The commands of a block. Where a block shows what is answered as well, what is typed stands behind `$ `."""
    lines = block.text.replace("\\\n", " ").splitlines()
    prompted = any(line.startswith("$ ") for line in lines)
    typed = [line.removeprefix("$ ") for line in lines if not prompted or line.startswith("$ ")]
    return [command for line in _without_here_documents(typed) for command in _commands_of(block, line)]


def _without_here_documents(lines: Sequence[str]) -> Iterator[str]:
    end = ""
    for line in lines:
        if end:
            end = "" if line.strip() == end else end
            continue
        begun = re.search(r"<<-?\s*'?(\w+)'?", line)
        end = begun[1] if begun else ""
        yield line


def _commands_of(block: Block, line: str) -> Iterator[Command]:
    """One for each command of a line that is joined by operators."""
    plain = " ".join(shlex.split(line, comments=True)) and re.sub(r"(^|\s)#.*$", "", line).strip()
    for part in _OPERATORS.split(plain):
        words = shlex.split(_REDIRECTED.sub("", f" {part}"))
        variables = []
        while words and re.fullmatch(r"[A-Z][A-Z0-9_]*=.*", words[0]):
            name, _, value = words.pop(0).partition("=")
            variables.append((name, value))
        if words:
            yield Command(str(block), tuple(words), part.strip(), tuple(variables))


def spoken() -> Iterator[tuple[str, str]]:
    """Commands that sentences name between backquotes, with the page and line."""
    for path in pages():
        text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), path.read_text(encoding="utf-8"))
        for match in re.finditer(r"`(?:\.venv/bin/)?(gateway [a-z][^`\n]*)`", text):
            yield f"{path.relative_to(ROOT).as_posix()}:{text.count(chr(10), 0, match.start()) + 1}", match[1]
