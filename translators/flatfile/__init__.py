"""The family of flat files: delimited, fixed-width and multi-record files, described by a layout instead of code.

`layout` checks a parsed TOML table; `FlatFiles` reads and writes by it.
"""

from translators.flatfile.checking import layout
from translators.flatfile.envelope import Handover
from translators.flatfile.layout import Layout
from translators.flatfile.recognition import told_apart
from translators.flatfile.translator import FlatFiles

__all__ = ["FlatFiles", "Handover", "Layout", "layout", "told_apart"]
