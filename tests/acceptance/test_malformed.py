"""The malformed inputs of both families, posted to a running gateway: stored, explained, owned; in bounded memory and time."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.acceptance.partners import SEED, PostingPartner
from tests.acceptance.site import Site, new_site
from tests.servers.process import wait_until
from tests.translators.edifact import test_malformed as edifact
from tests.translators.x12 import test_malformed as x12

MOST_MEMORY = 200_000_000
"""Bytes that the gateway may hold at its peak."""
SECONDS = 30
FIRST = 5001

LARGE: Mapping[str, Callable[[], bytes]] = {
    "x12: 50 MB without a terminator": lambda: x12.GOOD[:106] + b"GS*PO*" + b"A" * 50_000_000,
    "x12: a million components": lambda: x12.GOOD.replace(b"PO1*1*10*EA", b"PO1*1*10*EA" + b">" * 1_000_000),
    "x12: a million elements": lambda: x12.GOOD.replace(b"CTT*2*30", b"CTT*2*30" + b"*" * 1_000_000),
    **{f"edifact: {name}": case[0] for name, case in edifact.LARGE.items()},
}


def small_cases() -> dict[str, tuple[str, bytes]]:
    """Name to partner and bytes: sent by partners that are known, each under a control number of its own."""
    cases: dict[str, tuple[str, bytes]] = {}
    for case in x12.ILLEGAL:
        data = case.data.replace(b"000000007", b"%09d" % (FIRST + len(cases))).replace(b"*PO1*", b"*PO-M%d*" % len(cases))
        cases[f"x12: {case.name}"] = ("bigbox", data)
    for name, illegal in edifact.ILLEGAL.items():
        data = illegal.data.replace(b"UNOC:3+5790000000029:14", b"UNOC:3+5798000000025:14", 1)
        number = b"%d" % (FIRST + len(cases))
        cases[f"edifact: {name}"] = (
            "nordmart",
            data.replace(b":0930+7'", b":0930+" + number + b"'").replace(b"+7'", b"+" + number + b"'"),
        )
    return cases


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with new_site(environment={}, seed=SEED) as site:
        site.start_gateway()
        yield site


def peak(site: Site) -> int:
    """The most memory that the gateway's process held so far, in bytes (VmHWM)."""
    assert site.gateway is not None
    status = Path(f"/proc/{site.gateway.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def listed(site: Site) -> dict[str, list[dict]]:
    """What support staff see: rows by transmission."""
    found: dict[str, list[dict]] = {}
    for line in site.run("messages", "-o", "jsonl", "--limit", "500").splitlines():
        row = json.loads(line)
        found.setdefault(row["transmission"], []).append(row)
    return found


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_each_ends_stored_explained_and_owned(site: Site) -> None:
    cases = small_cases()
    partners = {name: PostingPartner(site, name) for name in ("bigbox", "nordmart")}
    for partner in partners.values():
        asyncio.run(partner.post_all({key: data for key, (name, data) in cases.items() if name == partner.partner}))
    wait_until(lambda: status(site)["untranslated"] == 0, within=SECONDS, what="the translation of all")
    rows = listed(site)
    wrong = []
    for key, (name, _) in cases.items():
        transmission = partners[name].transmissions[key]
        story = asyncio.run(partners[name].views([key]))[key]
        failures = [failure for row in rows.get(transmission, []) for failure in row.get("failures") or []]
        findings = json.dumps(story).count('"code"')
        accepted = all(row.get("verdict") == "accepted" for row in rows.get(transmission, [{}]))
        if not findings or not (accepted or (all(f["owner"] for f in failures) and failures)):
            wrong.append((key, story["state"], findings, failures))
    assert not wrong, wrong
    assert status(site)["untranslated"] == 0


def status(site: Site) -> dict:
    found: dict = json.loads(site.run("db", "status", "-o", "json"))
    return found


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", LARGE)
def test_a_huge_one_ends_in_bounded_memory_and_time(site: Site, name: str) -> None:
    partner = PostingPartner(site, "bigbox" if name.startswith("x12") else "nordmart")
    body = LARGE[name]()
    begun = time.monotonic()

    asyncio.run(partner.post_all({name: body}))

    wait_until(lambda: state(partner, name) not in ("received", ""), within=SECONDS, what="its end")
    taken = time.monotonic() - begun
    print(f"{name}: {len(body) / 1e6:.0f} MB in {taken:.1f} s, peak {peak(site) / 1e6:.0f} MB")
    assert peak(site) < MOST_MEMORY
    assert psutil.pid_exists(site.gateway.process.pid)  # type: ignore[union-attr]


def state(partner: PostingPartner, key: str) -> str:
    return str(asyncio.run(partner.views([key]))[key]["state"])
