"""What pages need beside themselves: styles, scripts, the icon. Each is served under a name with the hash of its content, so that
browsers keep it for ever and still have the new one after an upgrade.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

FOLDER: Final = Path(__file__).parent / "static"
PREFIX: Final = "/assets/"

_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""What is served; licences and notes beside it are for those who read the package."""


class Assets:
    """All assets, read once. `url("console.css")` is where a page finds one."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._urls: dict[str, str] = {}
        self._bodies: dict[str, tuple[str, bytes]] = {}
        for file in sorted(folder.rglob("*")):
            media_type = _TYPES.get(file.suffix)
            if media_type is None:
                continue
            body = file.read_bytes()
            served = f"{file.stem}.{hashlib.sha256(body).hexdigest()[:16]}{file.suffix}"
            self._urls[file.relative_to(folder).as_posix()] = PREFIX + served
            self._bodies[served] = (media_type, body)

    def url(self, name: str) -> str:
        """Where an asset is served. Raises KeyError for one that is not there."""
        return self._urls[name]

    def routes(self) -> Sequence[web.RouteDef]:
        """The one route of all of them. Nobody needs to have signed in for it."""
        return [web.get(PREFIX + "{name}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        found = self._bodies.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        media_type, body = found
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        answer = web.Response(body=body, content_type=media_type, charset="utf-8", headers=headers)
        answer.enable_compression()
        return answer
