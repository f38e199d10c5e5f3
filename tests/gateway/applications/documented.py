"""What the how-to pages show, as a configuration: the tests run what people copy."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.config import Snapshot, load
from gateway.domain.application import Application
from gateway.domain.http_application import HttpConnection

PAGES = Path(__file__).parents[3] / "docs" / "how-to"
FRAME = """\
[gateway]
id = "gw"
owner = "edi"
identities = { x12 = "ZZ:US" }

[[owner]]
id = "edi"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[partner]]
id = "east"
owner = "edi"
identities = {}

[[partner]]
id = "parcels-co"
owner = "edi"
identities = {}

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
outbox = "out"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

"""


class Page:
    """A how-to page taken apart: its TOML blocks, and the files that it shows, by the name that stands before them."""

    def __init__(self, name: str) -> None:
        text = (PAGES / name).read_text(encoding="utf-8")
        self.blocks: list[str] = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        shown = re.findall(r"`(schemas/[\w.-]+\.json)`(?:(?!```).)*?^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        self.files: Mapping[str, str] = dict(shown)

    def block(self, opening: str) -> str:
        """The block that begins so."""
        return next(block for block in self.blocks if block.startswith(opening))

    def routes(self, *openings: str, frame: str = FRAME, change: Callable[[str], str] = str) -> str:
        """A routes.toml of the frame and of the blocks that begin so, the route last."""
        return frame + change("\n".join(self.block(opening) for opening in (*openings, "[[route]]")))


def written(folder: Path, routes: str, files: Mapping[str, str]) -> Path:
    """The configuration in a folder."""
    for name, text in {"routes.toml": routes, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "routes.toml"


def snapshot_of(folder: Path, routes: str, files: Mapping[str, str], environ: Mapping[str, str]) -> Snapshot:
    """The configuration, checked and built."""
    return load(written(folder, routes, files), environ)


def connection_of(application: Application) -> HttpConnection:
    """How a REST system is reached."""
    assert isinstance(application.connection, HttpConnection)
    return application.connection
