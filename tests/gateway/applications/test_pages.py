"""The how-to pages: all that they show, together, is a configuration without a fault, and says what they say."""

import re
from pathlib import Path

import pytest

from gateway.config import lint
from gateway.config.applications.http import AnswerCaseTable, EventTable, HttpActionTable, HttpApplicationTable
from gateway.config.templates import compile_text
from tests.gateway.applications.documented import FRAME, PAGES, Page, written

URLS = ("WMS_EAST_URL", "PARCELS_URL", "SHOP_URL", "FINANCE_URL", "NEWS_URL", "TMS_URL", "TAX_URL", "PORTAL_URL")
SECRETS = (
    "WMS_EAST_TOKEN", "WMS_EAST_SECRET", "PARCELS_TOKEN", "PARCELS_SECRET", "SHOP_KEY", "SHOP_SECRET", "FINANCE_SECRET",
    "FINANCE_HOOK_SECRET", "NEWS_SECRET", "TMS_KEY", "TAX_PASSWORD", "PORTAL_TOKEN", "PORTAL_SECRET",
)  # fmt: skip
WORLD = dict.fromkeys(URLS, "https://system.example") | dict.fromkeys(SECRETS, "a secret of some length")
EXPECTED = {
    "connect-a-warehouse.md": {"R061"},  # no route takes the warehouse's documents: where they go is everybody's own affair
    "connect-a-carrier.md": {"R022", "R061", "R099"},  # nor is anything agreed with the carrier there
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_whole_page_is_a_configuration_without_errors(tmp_path: Path, name: str) -> None:
    page = Page(name)
    changes = [one for one in ("[[application.action]]",) if any(block.startswith(one) for block in page.blocks)]
    openings = ["[[application]]", *changes, "[application.webhook]", "[[application.poll]]"]
    agreed = [block for block in page.blocks if block.startswith("[[agreement]]")]
    path = written(tmp_path, page.routes(*openings) + "".join(agreed), page.files)
    report = lint(path, WORLD)
    assert not report.errors, [str(one) for one in report.errors]
    frame = {one.line for one in lint(written(tmp_path / "frame", FRAME, {}), WORLD).items}
    assert {one.code for one in report.items if one.line not in frame} <= EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_block_is_run_by_a_test(name: str) -> None:
    page = Page(name)
    tables = ("[[application]]", "[[application.action]]", "[application.webhook]", "[[application.poll]]", "[[agreement]]")
    assert all(block.startswith((*tables, "[[route]]", "delivered =")) for block in page.blocks)
    assert len(page.files) == len(re.findall(r"^```json$", (PAGES / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_keys_that_the_page_names_are_there() -> None:
    text = (PAGES / "connect-a-warehouse.md").read_text(encoding="utf-8")
    known = {
        info.alias or name
        for table in (HttpApplicationTable, HttpActionTable, EventTable, AnswerCaseTable)
        for name, info in table.model_fields.items()
    }
    for key in (
        "refused",
        "already",
        "later",
        "delivered",
        "schema",
        "reference",
        "state",
        "states",
        "template",
        "template_file",
    ):
        assert f"`{key}`" in text
        assert key in known


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ '2.345' | decimal(2) }}", "2.35"),
        ("{{ '2026-12-24' | date('%d.%m.%Y') }}", "24.12.2026"),
        ("{{ '2026-12-24T12:00:00Z' | datetime('%Y-%m-%d %H:%M', 'Europe/Paris') }}", "2026-12-24 13:00"),
    ],
)
def test_the_filters_of_the_page(source: str, text: str) -> None:
    assert compile_text(source)({}) == text
