"""What a configuration comes to: one tree with all that its files say, in which no secret stands."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gateway.config.effective import effective
from gateway.config.lint import Examined, examine
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.gateway.config.flat_orders import FLAT, LAYOUT, LAYOUTS


def tree(path: Path, **environ: str) -> dict[str, Any]:
    return dict(effective(examine(path, {**ENVIRON, **environ})))


def test_what_is_not_written_stands_there_as_it_is_taken(project: Project) -> None:
    (agreement,) = tree(project())["agreement"]
    assert (agreement["id"], agreement["duplicates"]) == ("bigbox-850", "reject")


def test_tables_have_their_codes(project: Project) -> None:
    (table,) = tree(project())["table"]
    assert table["codes"] == {"A1": "X1"}


def test_a_change_of_a_layout_is_seen_by_its_digest(project: Project) -> None:
    (layout,) = tree(project(FLAT, **LAYOUTS))["layout"]
    assert layout == {"id": "csv-orders", "sha256": sha256(LAYOUT.encode()).hexdigest()}


def test_no_secret_stands_in_it_and_another_secret_makes_no_other_tree(project: Project) -> None:
    path = project()
    one, other = (tree(path, ODOO_KEY=key) for key in ("first-secret", "second-secret"))
    assert "first-secret" not in repr(one)
    assert one == other


def test_in_which_file_something_is_written_means_nothing(project: Project) -> None:
    start = ROUTES.index("[[agreement]]")
    end = ROUTES.index("[[table]]")
    apart = 'include = ["agreements.toml"]\n' + ROUTES[:start] + ROUTES[end:]
    together = tree(project())
    assert tree(project(apart, agreements_dot_toml=ROUTES[start:end])) == together


def test_what_could_not_be_read_comes_to_nothing(project: Project) -> None:
    examined = examine(project("this is no toml ["), ENVIRON)
    assert isinstance(examined, Examined)
    with pytest.raises(ValueError, match="could not be read"):
        effective(examined)
