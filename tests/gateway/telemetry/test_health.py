"""Health: both answers tell the truth at the moment they are asked."""

import asyncio

from gateway.telemetry.health import Condition, Health, Readiness


async def works() -> str:
    return ""


async def fails() -> str:
    return "the database does not answer; see DATABASE_URL"


async def raises() -> str:
    raise ConnectionRefusedError("port 5672")


async def hangs() -> str:
    await asyncio.Event().wait()
    return ""


def started(**checks: object) -> Health:
    health = Health(checks, within=0.05)  # type: ignore[arg-type]
    health.started()
    return health


def problems(readiness: Readiness) -> dict[str, str]:
    return {item.name: item.problem for item in readiness.conditions if not item.ok}


async def test_ready_when_started_and_every_check_holds() -> None:
    readiness = await started(store=works, broker=works).readiness()
    assert readiness.ready
    assert readiness.status == 200
    assert [item.name for item in readiness.conditions] == ["process", "store", "broker"]


async def test_not_ready_before_the_start_is_finished() -> None:
    readiness = await Health({}).readiness()
    assert problems(readiness) == {"process": "still starting"}


async def test_not_ready_while_one_check_fails_and_it_says_which_and_why() -> None:
    readiness = await started(store=fails, broker=works).readiness()
    assert readiness.status == 503
    assert problems(readiness) == {"store": "the database does not answer; see DATABASE_URL"}


async def test_a_check_that_raises_is_a_failed_check() -> None:
    assert problems(await started(broker=raises).readiness()) == {"broker": "ConnectionRefusedError: port 5672"}


async def test_a_check_that_hangs_fails_in_time_and_holds_nobody_up() -> None:
    readiness = await started(store=hangs, broker=works, odoo=hangs).readiness()
    assert problems(readiness) == {"store": "no answer within 0.05 s", "odoo": "no answer within 0.05 s"}


async def test_the_answer_is_found_out_anew_each_time() -> None:
    answers = iter(["", "gone", ""])

    async def flickers() -> str:
        return next(answers)

    health = started(broker=flickers)
    assert [(await health.readiness()).ready for _ in range(3)] == [True, False, True]


async def test_a_stopping_process_is_alive_and_not_ready() -> None:
    health = started(store=works)
    health.stop("stopping: finishing what has begun")
    assert health.liveness().ready
    assert problems(await health.readiness()) == {"process": "stopping: finishing what has begun"}


async def test_a_dead_task_ends_both() -> None:
    health = started(store=works)
    health.died("sweep", "RuntimeError: no such thing")
    assert health.liveness().status == 503
    assert problems(await health.readiness()) == {"sweep": "RuntimeError: no such thing"}


async def test_a_lost_dependency_does_not_ask_for_a_restart() -> None:
    health = started(store=fails)
    await health.readiness()
    assert health.liveness().ready


def test_the_json_names_every_check() -> None:
    readiness = Readiness((Condition("store", ok=True), Condition("broker", ok=False, problem="gone")))
    assert readiness.as_json() == {
        "ready": False,
        "checks": [{"name": "store", "ok": True, "problem": ""}, {"name": "broker", "ok": False, "problem": "gone"}],
    }
