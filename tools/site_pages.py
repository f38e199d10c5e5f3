"""What `make site` does to docs/: pages stand in the order of docs/README.md, links out of docs/ become names of files."""

import posixpath
import re
from pathlib import Path
from typing import Any

_SECTION = re.compile(r"^\*\*(?P<name>[^*]+)\*\*(?P<rest>.*)$")
_LINK = re.compile(r"\[(?P<title>[^\]]+)\]\((?P<target>[^)\s]+)\)")


def order(start_page: str) -> list[dict[str, Any]]:
    """Sections and pages as the start page lists them: what mkdocs calls nav."""
    sections: list[dict[str, Any]] = [{"Start": "README.md"}]
    pages: list[dict[str, str]] = []
    for line in start_page.splitlines():
        section = _SECTION.match(line)
        if section:
            pages = []
            sections.append({section["name"]: pages})
        for title, target in _LINK.findall(section["rest"] if section else line):
            if target.endswith(".md"):
                pages.append({title.replace("`", ""): target})
    return sections


def without_ways_out(markdown: str, page: str) -> str:
    """The text of a page whose links to files of the checkout that are no part of the site are the files' names instead."""

    def written(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link["target"]))
        if "://" in link["target"] or not target.startswith("../"):
            return link[0]
        name = target.removeprefix("../").partition("#")[0]
        return f"{link['title']} (`{name}`)" if link["title"] != name else f"`{name}`"

    return _LINK.sub(written, markdown)


# ---- mkdocs calls these ---------------------------------------------------------------------------------------------


def on_config(config: Any) -> Any:
    """Lay out the navigation."""
    config["nav"] = order((Path(config["docs_dir"]) / "README.md").read_text(encoding="utf-8"))
    return config


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Mend links before mkdocs judges them."""
    return without_ways_out(markdown, page.file.src_uri)
