"""The two ways the demo's partners send, and get their answers: over HTTP, and by files in a pair of folders."""

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner got: the number under which its transmission is found, and the acknowledgement's bytes."""

    transmission: str
    acknowledgement: bytes


class NoAnswer(Exception):
    """The partner was not answered as it should have been; the text says what happened instead."""


async def post(session: ClientSession, url: str, partner: str, contents: bytes, *, within: float) -> Answer:
    """Post an interchange and wait for its acknowledgement. Raises NoAnswer."""
    where = f"{url}/v1/partners/{partner}/interchanges?wait=ack&timeout={within:g}"
    headers = {"Authorization": f"Bearer {token_of(partner)}"}
    async with session.post(where, data=contents, headers=headers) as response:
        body = await response.read()
        if response.status == 202:
            raise NoAnswer(f"stored as {response.headers['Edi-Transmission']}, but not acknowledged within {within:g} s")
        if response.status != 200:
            raise NoAnswer(f"the gateway answered {response.status}: {body[:300].decode(errors='replace')}")
        return Answer(response.headers["Edi-Transmission"], body)


async def drop(inbox: Path, outbox: Path, *, name: str, contents: bytes, number: int, within: float) -> Answer:
    """Put a file into the inbox, as a careful partner does, and pick its acknowledgement out of the outbox. Raises NoAnswer."""
    temporary = inbox / f".{name}"
    await asyncio.to_thread(temporary.write_bytes, contents)
    os.rename(temporary, inbox / name)
    try:
        async with asyncio.timeout(within):
            while (acknowledgement := await asyncio.to_thread(_picked, outbox, number)) is None:  # noqa: ASYNC110 - a folder
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError:
        raise NoAnswer(f"no acknowledgement of {number} came into {outbox} within {within:g} s") from None
    return Answer(name, acknowledgement)


def token_of(partner: str) -> str:
    """The token whose hash stands in routes.toml, for machines where nothing else is configured."""
    return f"{partner}-demo-token"


def answers(acknowledgement: bytes, number: int) -> bool:
    """Whether a 997 is about this group (AK102), or a CONTRL about this interchange (UCI 0020)."""
    return re.search(rb"(?:AK1.[A-Z]{2}.|UCI.)%d\b" % number, acknowledgement) is not None


def _picked(outbox: Path, number: int) -> bytes | None:
    for path in sorted(outbox.glob("[!.]*")):
        contents = path.read_bytes()
        if answers(contents, number):
            path.unlink()
            return contents
    return None
