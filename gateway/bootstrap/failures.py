"""Failures for people: listing and showing them, and what is done about them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from gateway.bootstrap.effects import effect_in
from gateway.bootstrap.office import Office, Where, opened
from gateway.domain.solved import LOOKED_AT, Alike, alike, by_itself
from gateway.domain.triage import TargetKind, judge
from gateway.errors import GatewayError, StoreUnavailable
from gateway.operations.failures import By, FailureDesk
from gateway.ports import Json
from gateway.ports.failures import FailureFilter
from gateway.store.failures import PostgresFailures


async def failures(where: Where, wanted: FailureFilter) -> Sequence[Json]:
    """Groups of failures, those that happened last first."""
    async with opened(where) as office:
        return await PostgresFailures(office.database).list(wanted)


async def failure(where: Where, text: str) -> Json | None:
    """One failure with its history, cases and notifications, and what waits because of it, by what people call it."""
    async with opened(where) as office:
        store = PostgresFailures(office.database)
        found = await _desk(office).find(text)
        view = await store.show(found)
        if view is None:
            return None
        now = (await office.database.fetch("database_time"))[0]["now"]
        effect = effect_in(lambda: office.snapshot)(await store.effects([found]), now) if view["state"] != "resolved" else ""
        return {**view, "effect": effect, **await _triage(office, store, view)}


async def _triage(office: Office, store: PostgresFailures, view: Json) -> Json:
    """The likely cause, what helped with failures like it, and whether it usually passes by itself."""
    target = next((str(case["target"]) for case in view["cases"] if case["target"]), view["route"] or "")
    judged = judge(stage=view["stage"], code=view["code"], kind=_kind(office, target))
    about = {name: view[name] for name in ("fingerprint", "stage", "code", "partner", "route", "message")}
    solutions = await store.solutions(limit=LOOKED_AT)
    found = await asyncio.to_thread(partial(alike, solutions, **about))  # nobody waits for it meanwhile
    history = [{**event, "at": datetime.fromisoformat(event["at"])} for event in view["history"]]
    alone = by_itself(history)
    return {
        "triage": {"cause": judged.cause.value, "because": judged.because, "remedy": judged.remedy},
        "solved_before": [_told(one) for one in found],
        "by_itself": {"times": alone.times, "of": alone.of, "after_seconds": alone.after.total_seconds()} if alone else None,
    }


def _told(one: Alike) -> Json:
    solved = one.solved
    names = ("fingerprint", "stage", "code", "partner", "route", "message", "actor", "reason")
    told = {name: getattr(solved, name) for name in names}
    return {**told, "helped": solved.helped or None, "at": solved.at.isoformat(), "times": one.times, "same": one.same}


def _kind(office: Office, target: str) -> TargetKind:
    """What a target is."""
    if target in office.snapshot.applications:
        return TargetKind.APPLICATION
    if target in office.snapshot.channels:
        return TargetKind.PARTNER
    return TargetKind.SUBSCRIBER if target in office.snapshot.subscribers else TargetKind.NONE


async def failure_choices(where: Where) -> tuple[Mapping[str, Mapping[str, int]], Sequence[str]]:
    """By what groups of failures can be listed, with how many there are of each; and the owners that they can be given to."""
    async with opened(where) as office:
        return await PostgresFailures(office.database).choices(), sorted(office.snapshot.owners)


async def attend_to_failures(
    where: Where, ids: Sequence[str], act: Callable[[FailureDesk, UUID, By], Awaitable[object]], *, actor: str
) -> list[GatewayError | None]:
    """Do something about failures, named as people do it. Answers for each what stood in the way, if something did."""
    done: list[GatewayError | None] = []
    async with opened(where) as office:
        desk, by = _desk(office), By(actor=actor, configuration=office.snapshot.digest, node=office.node)
        for text in ids:
            try:
                await act(desk, await desk.find(text), by)
            except StoreUnavailable:
                raise
            except GatewayError as error:
                done.append(error)
            else:
                done.append(None)
    return done


def _desk(office: Office) -> FailureDesk:
    return FailureDesk(PostgresFailures(office.database), owners=office.snapshot.owners)
