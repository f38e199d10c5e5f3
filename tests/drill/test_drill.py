"""The drill, short: a machine lost under load comes back elsewhere, within what is promised."""

import pytest

from tests.drill.__main__ import arguments, described
from tests.drill.exercise import Report, Terms, exercise
from tests.servers.process import ServerMissing


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_lost_comes_back_elsewhere_and_is_reconciled() -> None:
    said: list[str] = []
    try:
        report = exercise(Terms(orders=90, every=2), said.append)
    except ServerMissing as missing:
        pytest.skip(str(missing))
    print(*said, *described(report, Terms(every=2)), sep="\n")
    assert report.accepted == 90
    assert len(report.steps) == 8
    assert 0 < report.open_after <= report.done_after


def test_the_figures_are_told() -> None:
    report = Report({"a step": 1.25}, backup_bytes=5_000_000, accepted=9, gap=2, lost=1.5, open_after=3.0, done_after=4.0)
    told = described(report, Terms(every=5))
    assert told[0] == "  a step     1.2 s"
    assert told[1] == "Lost and sent again: 2 of 9 accepted orders."
    assert told[2] == "The oldest of them was 1.5 s old (objective: 5 s)."
    assert told[3:5] == ["Intake open after 3.0 s, everything reconciled after 4.0 s.", "Restored were 5 MB of backup and WAL."]


def test_the_exercise_has_a_least_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert arguments(["--orders", "60", "--every", "1", "--json"]) == Terms(60, 1, json=True)
    with pytest.raises(SystemExit):
        arguments(["--orders", "5"])
    assert "at least 60 orders" in capsys.readouterr().err
