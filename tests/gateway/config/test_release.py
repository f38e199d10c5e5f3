"""Checks of the release to warehouses, and what becomes of its tables."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from gateway.config import load
from gateway.config.lint import lint
from gateway.domain.buffer_rule import BufferRule
from gateway.domain.order.milestone import Event
from gateway.domain.release.terms import Kind
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

RELEASE = """
[[calendar]]
id = "office"
timezone = "Europe/Copenhagen"
hours = { mon-fri = "07:00-17:00" }

[[partner]]
id = "east"
owner = "sales"
identities = {}

[[channel]]
id = "east-folder"
partner = "east"
type = "folder"
outbox = "east"

[[agreement]]
id = "east-940"
partner = "east"
direction = "out"
document = "warehouse_order"
format = "json/warehouse_order"
channel = "east-folder"
expect = []

[release]
ship = "partial"
split = true
priorities = ['partner.id == "bigbox"']
owner = "sales"
within = "8h"

[[warehouse]]
id = "east"
partner = "east"
when = 'document.ship_to.address.country == "DK"'
calendar = "office"
cut_off = "15:30"
waves = ["09:00", "13:00"]
settles = "10m"

[[hold]]
id = "large"
kind = "approval"
when = 'order.totals.payable.amount > 50000.0'
within = "2h"
calendar = "office"
owner = "edi"

[[hold]]
id = "prepaid"
kind = "payment"
partners = ["bigbox"]

[[hold]]
id = "prices"
kind = "price"
tolerance = 0.02

[[route]]
id = "stock"
document = "inventory_report"
rules = [{ buffer = 2, share = 0.1 }]
deliver = [{ to = "odoo", as = "inventory_adjustment" }]
"""


def codes(project: Project, *changes: tuple[str, str]) -> list[str]:
    text = ROUTES + RELEASE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return sorted({item.code for item in lint(project(text), ENVIRON).items if item.code not in ("R022", "R061", "R065")})


def test_what_the_gateway_is_told(project: Project) -> None:
    snapshot = load(project(ROUTES + RELEASE), ENVIRON)
    terms = snapshot.release
    assert (terms.gated, terms.complete, terms.split, terms.owner, terms.within) == (
        True,
        False,
        True,
        "sales",
        timedelta(hours=8),
    )
    assert terms.holds_back("east")
    assert not terms.holds_back("bigbox")
    (east,) = terms.warehouses
    assert (east.window.cut_off, east.window.waves, east.settles) == (time(15, 30), (time(9), time(13)), timedelta(minutes=10))
    assert east.window.zone.key == "Europe/Copenhagen"
    large, prepaid, prices = terms.holds
    assert (large.kind, large.within, large.calendar, large.until) == (Kind.APPROVAL, timedelta(hours=2), "office", None)
    assert (prepaid.until, prepaid.partners) == (Event.PAYMENT_AUTHORISED, frozenset({"bigbox"}))
    assert prices.tolerance == Decimal("0.02")
    (rule,) = snapshot.routes[-1].rules
    assert isinstance(rule, BufferRule)
    assert (rule.buffer.quantity, rule.buffer.share) == (2, Decimal("0.1"))


def test_without_the_table_nothing_is_held(project: Project) -> None:
    assert not load(project(ROUTES), ENVIRON).release.gated


def test_a_sound_one_has_no_complaints(project: Project) -> None:
    assert codes(project) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('[[warehouse]]\nid = "east"\npartner = "east"', '[[warehouse]]\nid = "east"\npartner = "nobody"'), "R021"),
        (('calendar = "office"\ncut_off', 'calendar = "night"\ncut_off'), "R021"),
        (('calendar = "office"\nowner = "edi"', 'calendar = "office"\nowner = "nobody"'), "R021"),
        (('owner = "sales"\nwithin = "8h"', 'owner = "nobody"\nwithin = "8h"'), "R021"),
        (('partners = ["bigbox"]', 'partners = ["nobody"]'), "R021"),
        (
            ('document = "warehouse_order"\nformat = "json/warehouse_order"', 'document = "invoice"\nformat = "json/invoice"'),
            "R121",
        ),
        (('[[hold]]\nid = "large"', '[[warehouse]]\nid = "west"\npartner = "east"\n\n[[hold]]\nid = "large"'), "R122"),
        (('waves = ["09:00", "13:00"]', 'waves = ["09:00", "16:00"]'), "R123"),
        (('id = "prepaid"\nkind = "payment"', 'id = "prepaid"\nkind = "payment"\nuntil = "nothing"'), "R005"),
        (("tolerance = 0.02", 'tolerance = 0.02\nwhen = "order.total > 5.0"'), "R051"),
        (("when = 'order.totals", "when = 'order.totals.("), "R050"),
        (("when = 'order.totals.payable.amount > 50000.0'", "when = 'message.channel == \"x\"'"), "R051"),
        (('kind = "approval"', 'kind = "availability"'), "R005"),
        (('kind = "approval"\n', 'kind = "approval"\ntolerance = 0.1\n'), "R005"),
        (('document = "inventory_report"\nrules', 'document = "purchase_order"\nrules'), "R054"),
        (('[release]\nship = "partial"\nsplit = true\n', '[release]\nship = "some"\n'), "R005"),
    ],
)
def test_what_is_wrong_is_told(project: Project, change: tuple[str, str], code: str) -> None:
    assert code in codes(project, change)


def test_holds_without_a_gate_hold_nothing(project: Project) -> None:
    start, end = RELEASE.index("[release]"), RELEASE.index("[[warehouse]]")
    assert "R120" in codes(project, (RELEASE[start:end], ""))


def test_two_tables_about_the_goods_contradict_each_other(project: Project) -> None:
    twice = '[[hold]]\nid = "a"\nkind = "availability"\n\n[[hold]]\nid = "b"\nkind = "availability"\n\n[[route]]\nid = "stock"'
    assert "R123" in codes(project, ('[[route]]\nid = "stock"', twice))


def test_a_milestone_that_nobody_may_say_ends_nothing(project: Project) -> None:
    nobody = "[authority]\npayment_authorised = []\n\n[release]"
    assert "R123" in codes(
        project, ("[release]", nobody), ('kind = "payment"\n', 'kind = "payment"\nuntil = "payment_authorised"\n')
    )
