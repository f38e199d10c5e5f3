"""The malformed inputs of both families at a running gateway: stored, explained, owned, answered; in bounded memory and time."""

import asyncio
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest

from gateway.bootstrap.settings import read_settings
from gateway.bootstrap.store import open_database
from gateway.ports import Handover
from gateway.stages.receive import Receive
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from tests.acceptance.malformed import ANSWERS, LARGE_ANSWERS, NO_HEADER, NOT_ANSWERABLE, large_case, small_cases, told
from tests.acceptance.partners import SEED, PostingPartner
from tests.acceptance.site import Site, new_site
from tests.integration.harness import Silent, at_work
from tests.servers.process import wait_until
from tests.translators.x12.test_malformed import findings
from translators import registry
from translators.contract import Verdict

MOST_MEMORY = 120_000_000
"""Bytes that the gateway, and any process it starts for a suspect, may hold at its peak above what it held when it was ready."""
SECONDS = 30
STARTED_TWICE = 2
"""Starts of a translation that never ended; the third is made in a child process first."""
PARTNERS = {"bigbox": "01:123456789", "nordmart": "14:5798000000025"}
VERDICTS = {"A": "accepted", "P": "partly_accepted", "R": "rejected"}
TECHNICAL = re.compile(rb"~\s*TA1\*\d{9}\*\d{6}\*\d{4}\*[AER]\*\d{3}~")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with new_site(environment={}, seed=SEED) as site:
        site.start_gateway()
        yield site


@pytest.fixture(scope="module", autouse=True)
def at_rest(site: Site) -> int:
    """Bytes that a gateway holds when it is ready, before it got anything."""
    assert site.gateway is not None
    return peak(site.gateway.process.pid)


class Posted:
    """Cases that were posted, and what their senders and our support staff see of them."""

    def __init__(self, site: Site, cases: Mapping[str, tuple[str, bytes]]) -> None:
        self.site = site
        self.cases = cases
        self.partners = {name: PostingPartner(site, name) for name in PARTNERS}
        for name, partner in self.partners.items():
            asyncio.run(partner.post_all({key: data for key, (sender, data) in cases.items() if sender == name}))

    def sender(self, key: str) -> PostingPartner:
        return self.partners[self.cases[key][0]]

    def view(self, key: str) -> Any:
        return asyncio.run(self.sender(key).views([key]))[key]

    def answers(self, key: str) -> list[tuple[dict[str, Any], bytes]]:
        """The acknowledgements stored for a case, with their bytes."""
        return asyncio.run(self._answers(self.sender(key), key))

    async def _answers(self, partner: PostingPartner, key: str) -> list[tuple[dict[str, Any], bytes]]:
        found = []
        view = (await partner.views([key]))[key]
        async with partner.session() as session:
            for told_of in (a for interchange in view["interchanges"] for a in interchange["acknowledgements"]):
                url = f"{partner.path}/transmissions/{view['id']}/acknowledgements/{told_of['id']}/content"
                async with session.get(url) as answer:
                    assert answer.status == 200, await answer.text()
                    found.append((told_of, await answer.read()))
        return found

    def failures(self) -> dict[str, list[dict[str, Any]]]:
        """What support staff are shown, by case: the failures of each."""
        keys = {partner.transmissions[key]: key for partner in self.partners.values() for key in partner.transmissions}
        found: dict[str, list[dict[str, Any]]] = {key: [] for key in keys.values()}
        for line in self.site.run("messages", "-o", "jsonl", "--limit", "500").splitlines():
            row = json.loads(line)
            if row["transmission"] in keys:
                found[keys[row["transmission"]]] += row.get("failures") or []
        return found


@pytest.fixture(scope="module")
def posted(site: Site) -> Posted:
    """All small cases, at their ends."""
    posted = Posted(site, small_cases())
    wait_until(lambda: status(site)["untranslated"] == 0, within=SECONDS, what="the translation of all")
    return posted


def status(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.run("db", "status", "-o", "json"))
    return found


def outbox(site: Site, partner: str) -> Counter[bytes]:
    """What the partner could fetch now."""
    folder = site.box(partner, "outbox")
    return (
        Counter(file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")) if folder.exists() else Counter()
    )


def assert_readable(content: bytes, partner: str) -> None:
    """An acknowledgement as its receiver sees it: one whole interchange to him, from us, with nothing to find in it."""
    translation = registry.translate(content)
    (interchange,) = translation.interchanges
    assert str(interchange.envelope.receiver) == PARTNERS[partner]
    assert interchange.verdict is Verdict.ACCEPTED
    assert findings(translation) == []
    assert interchange.documents or TECHNICAL.search(content)


def test_each_case_has_an_answer_or_the_reason_why_none_can_be_built() -> None:
    assert not ANSWERS.keys() & NOT_ANSWERABLE.keys()
    assert ANSWERS.keys() | NOT_ANSWERABLE.keys() == small_cases().keys()


@pytest.mark.slow
@pytest.mark.timeout(120)
class TestSmallCases:
    def test_each_ends_stored_explained_and_owned(self, posted: Posted) -> None:
        failures = posted.failures()
        for key in posted.cases:
            view = posted.view(key)
            assert view["state"] in ("translated", "unreadable"), key
            assert len(view["interchanges"]) == (NOT_ANSWERABLE.get(key) != NO_HEADER), key
            assert '"code"' in json.dumps(view), f"{key}: no finding"
            tolerated = key in ANSWERS and verdict(ANSWERS[key]) == "accepted"
            assert bool(failures[key]) is not tolerated, key
            assert all(failure["owner"] for failure in failures[key]), key

    @pytest.mark.parametrize("key", small_cases())
    def test_each_is_answered_where_it_can_be(self, posted: Posted, key: str) -> None:
        answers = posted.answers(key)
        assert [told(content) for _, content in answers] == ([ANSWERS[key]] if key in ANSWERS else [])
        for stored, content in answers:
            assert stored["type"] == ANSWERS[key].split()[0]
            assert stored["verdict"] == verdict(ANSWERS[key])
            assert stored["explanation"]
            assert_readable(content, posted.cases[key][0])

    def test_each_answer_names_its_subject(self, posted: Posted) -> None:
        for key in ANSWERS:
            envelope = posted.view(key)["interchanges"][0]
            ((_, content),) = posted.answers(key)
            if content.startswith(b"UN"):
                assert b"'UCI+%s+5798000000025:14+5790000000012:14+" % envelope["control_number"].encode() in content
            elif b"~TA1*" in content:
                assert b"~TA1*%s*260302*0915*" % envelope["control_number"].encode() in content
            else:
                assert re.search(rb"~AK1\*PO\*[17]~", content)

    def test_the_partners_find_just_these_answers_in_their_folders(self, posted: Posted) -> None:
        for name in PARTNERS:
            stored = Counter(content for key in ANSWERS if posted.cases[key][0] == name for _, content in posted.answers(key))
            assert set(stored.values()) == {1}, "two answers under one control number"
            wait_until(lambda: stored <= outbox(posted.site, name), within=SECONDS, what=f"all answers to {name}")  # noqa: B023


def verdict(answer: str) -> str:
    """What the gateway must have stored for an answer of the table."""
    if answer.startswith("CONTRL"):
        whole = "UCI 4" in answer or "UCM 4" in answer
        return "partly_accepted" if "UCM 4 26" in answer else "rejected" if whole else "accepted"
    return VERDICTS[answer[4] if answer.startswith("TA1") else answer.partition("AK9*")[2][0]]


def peak(process: int) -> int:
    """The most memory that a process held so far, in bytes (VmHWM); 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", LARGE_ANSWERS)
def test_a_huge_one_ends_answered_in_bounded_memory_and_time(site: Site, at_rest: int, name: str) -> None:
    assert site.gateway is not None
    process = site.gateway.process.pid
    partner, body = large_case(name)
    begun = time.monotonic()

    posted = Posted(site, {name: (partner, body)})

    wait_until(lambda: posted.view(name)["state"] not in ("received", ""), within=SECONDS, what="its end")
    taken = time.monotonic() - begun
    print(f"{name}: {len(body) / 1e6:.0f} MB in {taken:.1f} s, peak {peak(process) / 1e6:.0f} MB, at rest {at_rest / 1e6:.0f} MB")
    assert at_rest <= peak(process) < at_rest + MOST_MEMORY
    assert psutil.pid_exists(process)
    ((_, content),) = posted.answers(name)
    assert told(content) == LARGE_ANSWERS[name]
    assert_readable(content, partner)
    wait_until(lambda: content in outbox(site, partner), within=SECONDS, what="the answer in the folder")


async def store_suspect(site: Site, partner: str, body: bytes) -> UUID:
    """Store a transmission as one whose translation was started twice and never ended. No gateway may run."""
    settings = read_settings(str(site.config), {**os.environ, **site.environment})
    async with open_database(settings, size=2) as (database, _):

        async def unannounced(_ids: object) -> None:
            """Nobody is there: the gateway finds it when it starts."""

        receive = Receive(work=PostgresWork(database), announce=unannounced, observer=Silent(), clock=SystemClock())
        async with at_work(receive.run()):
            handover = Handover(TimeOrderedIds()(), f"{partner}-folder", partner, "suspect.edi", body)
            transmission = (await receive.receive(handover)).transmission
        async with database.connection() as connection:
            await connection.execute("update gateway.transmission set starts = $1 where id = $2", STARTED_TWICE, transmission)
    return transmission


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [name for name in LARGE_ANSWERS if "50 MB" in name])
def test_a_huge_suspect_is_tried_in_a_child_of_bounded_memory(embedded_site: Site, at_rest: int, name: str) -> None:
    site = embedded_site
    site.start_gateway().stop()
    partner, body = large_case(name)
    transmission = asyncio.run(store_suspect(site, partner, body))
    gateway = site.start_gateway(ready=False).process.pid
    peaks: dict[int, int] = {}

    def ended() -> bool:
        for child in children(gateway):
            peaks[child] = max(peaks.get(child, 0), peak(child))
        return any(told(content) == LARGE_ANSWERS[name] for content in outbox(site, partner))

    wait_until(ended, within=2 * SECONDS, what="its answer")
    print(f"{name}: peak {peak(gateway) / 1e6:.0f} MB, of the child {[round(size / 1e6) for size in peaks.values()]} MB")
    assert len(peaks) == 1
    assert 0 < max(peaks.values()) < at_rest + MOST_MEMORY
    assert 0 < peak(gateway) < at_rest + MOST_MEMORY
    assert site.run("message", str(transmission))


def children(gateway: int) -> list[int]:
    """The processes in which the gateway tries suspects."""
    found = []
    for child in psutil.Process(gateway).children():
        try:
            if "--multiprocessing-fork" in child.cmdline():
                found.append(child.pid)
        except psutil.Error:
            continue
    return found
