"""`gateway numbers` and `gateway db restored`: counters by partner, seeding, voiding, moving on."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.store.control_numbers import Seeded, Voided
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    answers = SimpleNamespace(seeded=Seeded(None, 4711), voided=Voided("7", True, False, ""), listed=[], asked=[])

    def remembered(name: str, answer: Callable[[], Any]) -> Callable[..., Any]:
        async def call(_config: str, *given: Any, **named: Any) -> Any:
            answers.asked.append((name, given, named))
            return answer()

        return call

    wiring = SimpleNamespace(
        counter_of=lambda _config, partner, family, *, group, test: f"{partner}|{family}|{group}|{test}",
        control_numbers=remembered("list", lambda: answers.listed),
        seed_control_number=remembered("seed", lambda: answers.seeded),
        skip_control_numbers=remembered("skip", lambda: 3),
        void_outbound=remembered("void", lambda: answers.voided),
    )
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
    return answers


def test_counters_are_listed_in_words(invoke: Invoke, counters: SimpleNamespace) -> None:
    counters.listed = [
        ("interchange|x12|ZZ:US|01:THEM|P", 4711),
        ("interchange|x12|ZZ:US|01:THEM|T", 2),
        ("group|x12|US|THEM|IN", 9),
    ]
    lines = invoke("numbers", "list", "bigbox").out.splitlines()
    assert [line.split("  ", 1)[1].strip() for line in lines] == [
        "ZZ:US → 01:THEM  interchanges: last 4711",
        "ZZ:US → 01:THEM  test interchanges: last 2",
        "US → THEM  groups IN: last 9",
    ]
    assert counters.asked == [("list", ("bigbox",), {})]


def test_counters_are_listed_as_records(invoke: Invoke, counters: SimpleNamespace) -> None:
    counters.listed = [("group|x12|US|THEM|IN", 9)]
    assert invoke("numbers", "list", "-o", "csv").out == "counts,family,sender,receiver,of,last\r\ngroup,x12,US,THEM,IN,9\r\n"


def test_a_counter_begins_where_the_system_before_left_off(invoke: Invoke, counters: SimpleNamespace) -> None:
    result = invoke("numbers", "seed", "bigbox", "--family", "x12", "--group", "IN", "--last", "4711", "--by", "ann")
    assert (result.status, "The next number is 4712" in result.err) == (0, True)
    assert counters.asked[0][1:] == (("bigbox|x12|IN|False", 4711), {"actor": "ann", "reason": "", "back": False})


def test_a_counter_is_not_put_back_by_mistake(invoke: Invoke, counters: SimpleNamespace) -> None:
    counters.seeded = Seeded(9000, None)
    result = invoke("numbers", "seed", "bigbox", "--family", "x12", "--last", "4711")
    assert result.status != 0
    assert "9000 was taken already" in result.err
    assert "--back" in result.err


def test_a_number_is_voided_with_a_reason(invoke: Invoke, counters: SimpleNamespace) -> None:
    number = uuid4()
    result = invoke("numbers", "void", str(number), "--reason", "sent by mail", "--by", "ann")
    assert (result.status, "Number 7 is void." in result.err) == (0, True)
    assert counters.asked == [("void", (number,), {"actor": "ann", "reason": "sent by mail"})]


@pytest.mark.parametrize(
    ("answer", "said"),
    [(None, "there is no such interchange"), (Voided("7", False, False, "delivered"), "its delivery is delivered")],
)
def test_what_cannot_be_voided_is_explained(invoke: Invoke, counters: SimpleNamespace, answer: Voided | None, said: str) -> None:
    counters.voided = answer
    result = invoke("numbers", "void", str(UUID(int=7)), "--reason", "why not")
    assert result.status != 0
    assert said in result.err


def test_a_reason_of_blanks_is_none(invoke: Invoke, counters: SimpleNamespace) -> None:
    result = invoke("numbers", "void", str(uuid4()), "--reason", "  ")
    assert (result.status != 0, "a reason is needed" in result.err, counters.asked) == (True, True, [])


def test_after_a_restore_counters_are_moved_on(invoke: Invoke, counters: SimpleNamespace) -> None:
    result = invoke("db", "restored", "--skip", "1000", "--by", "ann")
    assert (result.status, result.err.strip()) == (0, "3 counters moved on by 1000.")
    assert counters.asked == [("skip", (1000,), {"actor": "ann"})]
