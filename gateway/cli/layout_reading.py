"""How the offline commands read flat files: by a layout that is named on the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from translators import registry
from translators.contract import Event, TermsFor

if TYPE_CHECKING:
    from gateway.cli.examination import Reader
    from translators.flatfile import Layout


def layout_of(layout_file: str) -> "Layout | None":
    """The layout in a file; None when none is named. Raises LayoutUnusable."""
    if not layout_file:
        return None
    from gateway.config.flat_layout import load_layout

    return load_layout(Path(layout_file))


def reader_of(layout_file: str) -> "Reader":
    """The reader for files of a layout; that of EDI, XML and JSON when none is named. Raises LayoutUnusable."""
    layout = layout_of(layout_file)
    if layout is None:
        return registry.read
    from translators.flatfile import FlatFiles

    files = FlatFiles(layout)

    def read(data: bytes, terms_for: TermsFor) -> Iterator[Event]:
        return files.read(data, 0, terms_for)

    return read
