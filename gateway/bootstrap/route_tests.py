"""Runs route tests: each document goes the way of a real one, and nothing of it is stored or sent. No database, no network."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from gateway.applications.http.request import request_of
from gateway.bootstrap.foreseen_view import finding_words, foreseen_view
from gateway.bootstrap.routes import channel_for
from gateway.config import Snapshot, load
from gateway.config.report import Item
from gateway.config.route_tests import RouteTest, files_of_tests, read_route_tests
from gateway.domain.decided import as_delivered
from gateway.domain.http_application import HttpConnection, TemplateFailed
from gateway.domain.idempotency import delivery_key
from gateway.domain.route import PlannedDelivery
from gateway.domain.route_test import Deviation, deviations
from gateway.domain.storable import storable_key
from gateway.errors import ConfigurationInvalid
from gateway.ports import ApplicationCall, Json
from gateway.stages.foresee import claimed, foresee, from_elsewhere
from gateway.stages.judgement import JudgedDocument, JudgedInterchange
from gateway.stages.outgoing import OUTBOUND
from gateway.system import TimeOrderedIds

_NO_DELIVERY = UUID(int=0)


class RouteTestsInvalid(ConfigurationInvalid):
    """Files of tests have faults; `complaints` are all of them."""

    def __init__(self, complaints: Sequence[Item]) -> None:
        first, *others = complaints
        more = f" (and {len(others)} more)" if others else ""
        super().__init__(f"{first}{more}", remedy=first.remedy)
        self.complaints = complaints


async def run_route_tests(config: str | Path, paths: Sequence[str] = ()) -> Json:
    """Run the tests beside a configuration, or those of the files and folders that are named.

    Raises ConfigurationInvalid for a configuration with errors, RouteTestsInvalid for tests with faults.
    """
    return await asyncio.to_thread(_run, config, paths)


def _run(config: str | Path, paths: Sequence[str]) -> Json:
    main = Path(config).absolute()
    return results_of(load(main, os.environ), files_of_tests(main, [Path(path) for path in paths]))


def results_of(snapshot: Snapshot, files: Sequence[Path]) -> Json:
    """The tests of some files under a configuration that is built. Raises RouteTestsInvalid.

    Those of partners whom other regions serve are left out, and counted: they are run there.
    """
    started = time.perf_counter()
    read = read_route_tests(files)
    if read.complaints:
        raise RouteTestsInvalid(read.complaints)
    own = [test for test in read.tests if not _is_elsewhere(test, snapshot)]
    results = [_result(test, snapshot) for test in own]
    failed = sum(not one["ok"] for one in results)
    return {
        "configuration": snapshot.digest,
        "passed": len(results) - failed,
        "failed": failed,
        "elsewhere": len(read.tests) - len(own),
        "seconds": round(time.perf_counter() - started, 3),
        "tests": results,
    }


def _is_elsewhere(test: RouteTest, snapshot: Snapshot) -> bool:
    """Whether a test is about a partner of another region: by its channel, whom it is for, or who sends it."""
    if test.partner or test.channel:
        return test.partner in snapshot.elsewhere.partners or test.channel in snapshot.elsewhere.channels
    return from_elsewhere(test.content, snapshot)


def _result(test: RouteTest, snapshot: Snapshot) -> Json:
    started = time.perf_counter()
    found = held_against(test, snapshot)
    seconds = round(time.perf_counter() - started, 4)
    differences = [asdict(one) for one in found]
    return {"file": str(test.file), "name": test.name, "ok": not found, "seconds": seconds, "differences": differences}


def held_against(test: RouteTest, snapshot: Snapshot) -> list[Deviation]:
    """What is otherwise than a test expects."""
    channel = OUTBOUND if test.partner else test.channel or channel_for(snapshot, test.content)
    if channel != OUTBOUND and channel not in snapshot.channels:
        return [Deviation("channel", channel, f"there are {', '.join(sorted(snapshot.channels))}")]
    return deviations(test.expected, outcome_of(test.content, channel, test.partner, test.file_name, snapshot))


def outcome_of(content: bytes, channel: str, partner: str | None, name: str, snapshot: Snapshot) -> Json:
    """What becomes of bytes, in the form that tests are held against."""
    new_id = TimeOrderedIds()
    transmission = claimed(content, snapshot, channel=channel, partner=partner, name=name, new_id=new_id)
    foreseen = foresee(transmission, snapshot, new_id)
    view = foreseen_view(foreseen, snapshot, whole=True)
    requests = (_requests(d, one.judged, snapshot) for one in foreseen.interchanges for d in one.judged.documents)
    interchanges = [
        {
            **one,
            "findings": [finding_words(finding) for finding in one["findings"]],
            "documents": [_document(document, next(requests)) for document in one["documents"]],
        }
        for one in view["interchanges"]
    ]
    return {**view, "findings": [finding_words(one) for one in view["findings"]], "interchanges": interchanges}


def _document(view: Mapping[str, Any], requests: Json) -> Json:
    return {
        **view,
        "findings": [finding_words(one) for one in view["findings"]],
        "failures": [one["code"] for one in view["failures"]],
        "deliver": list(as_delivered((one["to"], one["as"]) for one in view["deliveries"])),
        "requests": requests,
    }


def _requests(judged: JudgedDocument, interchange: JudgedInterchange, snapshot: Snapshot) -> Json:
    """What applications would be asked that are spoken to by description: that is known without asking anybody."""
    made: dict[str, Json] = {}
    for planned in judged.routing.deliveries if judged.routing is not None else ():
        application = snapshot.applications.get(planned.target)
        connection = application.connection if application is not None else None
        action = connection.actions.get(planned.action) if isinstance(connection, HttpConnection) else None
        if not isinstance(connection, HttpConnection) or action is None:
            continue
        try:
            asked = request_of(connection.url, action, _call(judged, interchange, planned))
        except TemplateFailed as error:
            made[planned.target] = {"problem": str(error)}
            continue
        made[planned.target] = {
            "method": asked.method, "path": asked.url.raw_path_qs, "headers": dict(asked.headers), "body": _body(asked.body),
        }  # fmt: skip
    return made


def _call(judged: JudgedDocument, interchange: JudgedInterchange, planned: PlannedDelivery) -> ApplicationCall:
    changed = judged.routing.json if judged.routing is not None else None
    partner = interchange.partner.id if interchange.partner else ""
    name = judged.document.name or ""
    key = delivery_key(document=name, partner=partner, identity=judged.identity, target=planned.target, test=interchange.test)
    agreed = judged.agreement.options if judged.agreement else {}
    document = orjson.loads(changed or judged.json or b"{}")
    return ApplicationCall(
        delivery=_NO_DELIVERY,
        action=planned.action,
        partner=partner,
        document=document,
        idempotency_key=storable_key(key),
        attempt=1,
        test=interchange.test,
        options={**agreed, **planned.options},
    )


def _body(body: bytes | None) -> Any:
    """What is sent: JSON as itself, so that tests name its members."""
    if body is None:
        return None
    try:
        return orjson.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
