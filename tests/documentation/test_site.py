"""The documentation as a site: in the order of its start page, and without a link that leads nowhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation.pages import ROOT
from tools.site_pages import order, without_ways_out

START = """\
# Documentation

**Learn** · [Your first order](tutorial/first-order.md): ten minutes.

**Do**

- [Add a `partner`](how-to/add.md)
- [Configure](how-to/configure.md): see [the keys](reference/routes.md), and [a picture](images/one.png)
"""


def test_pages_stand_as_the_start_page_lists_them() -> None:
    assert order(START) == [
        {"Start": "README.md"},
        {"Learn": [{"Your first order": "tutorial/first-order.md"}]},
        {"Do": [{"Add a partner": "how-to/add.md"}, {"Configure": "how-to/configure.md"}, {"the keys": "reference/routes.md"}]},
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[the file](../../routes.toml)", "the file (`routes.toml`)"),
        ("[routes.toml](../../routes.toml#gateway)", "`routes.toml`"),
        ("[replay](replay.md)", "[replay](replay.md)"),
        ("[it](../explanation/reliability.md#proof)", "[it](../explanation/reliability.md#proof)"),
        ("[outside](https://example.com/../..)", "[outside](https://example.com/../..)"),
    ],
)
def test_links_out_of_the_documentation_become_names_of_files(written: str, shown: str) -> None:
    assert without_ways_out(f"See {written}.", "how-to/sftp.md") == f"See {shown}."


@pytest.mark.slow
def test_the_site_is_built_and_every_link_in_it_leads_somewhere(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path / "site")]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=55, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    start = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "how-to/add-a-partner.html" in start
    assert (tmp_path / "site" / "reference" / "events.html").is_file()
