"""Pictures of screens for the documentation. Where nothing has changed they are the same again."""

import base64
import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

FOLDER: Final = "SCREENSHOTS"
"""The variable that names where pictures go; without it nobody keeps them."""

_SAME: Final = r"""() => {
    const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
    const end = /\b(?=[0-9]*[a-f])[0-9a-f]{12,64}\b/g;
    const steady = (text) => text
        .replace(id, "01a2021e-f7a8-71f3-ab8a-87d9f192eb48")
        .replace(end, (found) => "87d9f192eb4801a2021ef7a871f3ab8a".repeat(2).slice(0, found.length))
        .replace(/\+-?[\d.,]+( |\u00a0)(ms|s|min|h)\b/g, "+40$1ms")
        .replace(/\b\d+(s|m|h|min) ago\b/g, "4s ago");
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (steady(texts.currentNode.data) !== texts.currentNode.data)
        texts.currentNode.data = steady(texts.currentNode.data);
    const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "medium", timeZone: "UTC" });
    for (const time of document.querySelectorAll("time[datetime]"))
        time.textContent = time.textContent.includes(":") ? clock.format(new Date("2026-11-20T09:12:40Z")) : time.textContent;
    document.activeElement?.blur();
}"""
"""Times, ids and durations differ in each run: in pictures they do not."""


_INDEXED: Final = """async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const { data, width, height } = canvas.getImageData(0, 0, image.width, image.height);
    const counts = new Map(), keys = new Uint32Array(width * height);
    for (let at = 0; at < keys.length; at++) {
        const key = data[4 * at] << 16 | data[4 * at + 1] << 8 | data[4 * at + 2];
        keys[at] = key;
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const parts = (key) => [key >> 16, key >> 8 & 255, key & 255];
    const away = (one, other) => one.reduce((sum, part, n) => sum + (part - other[n]) ** 2, 0);
    const frequent = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
    const colours = frequent.slice(0, 256).map(parts);
    const nearest = (wanted) => {
        const distances = colours.map((each) => away(each, wanted));
        return distances.indexOf(Math.min(...distances));
    };
    const places = new Map(frequent.map((key, place) => [key, place < 256 ? place : nearest(parts(key))]));
    const pixels = Uint8Array.from(keys, (key) => places.get(key));
    let text = "";
    for (let at = 0; at < pixels.length; at += 8192) text += String.fromCharCode(...pixels.subarray(at, at + 8192));
    return { width, height, colours, pixels: btoa(text) };
}"""
"""The 256 colours of a picture that are most frequent, and which of them each point has: a third of the bytes."""


def folder() -> Path | None:
    """Where pictures go, if they are wanted."""
    named = os.environ.get(FOLDER)
    return Path(named) if named else None


def take(page: Page, name: str, into: Path) -> None:
    """A picture of what the window shows."""
    page.evaluate(_SAME)
    taken = page.screenshot(animations="disabled", caret="hide")
    table = page.context.new_page()
    found = table.evaluate(_INDEXED, base64.b64encode(taken).decode())
    table.close()
    (into / f"{name}.png").write_bytes(
        indexed_png(found["width"], found["height"], found["colours"], base64.b64decode(found["pixels"]))
    )


def indexed_png(width: int, height: int, colours: Sequence[Sequence[int]], pixels: bytes) -> bytes:
    """A picture of a byte a point (ISO/IEC 15948, colour type 3)."""
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(part for colour in colours for part in colour)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
