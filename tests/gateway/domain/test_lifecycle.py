"""The transition tables: closed, reachable, and obeyed on any walk."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.lifecycle import DELIVERY, FAILURE, TRANSMISSION, IllegalTransition, Transitions, diagram, move

TABLES = {"transmission": (TRANSMISSION, "received"), "delivery": (DELIVERY, "waiting"), "failure": (FAILURE, "open")}


@pytest.mark.parametrize("table", TABLES)
def test_the_database_names_the_same_states(table: str) -> None:
    transitions, _ = TABLES[table]
    states = {state for state, _ in transitions} | set(transitions.values())
    folder = files("gateway.store").joinpath("migrations")
    sql = "".join(file.read_text() for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.name.endswith(".sql"))
    body = sql.split(f"create table gateway.{table} (", 1)[1]
    checks = re.findall(r"state text not null(?: default '\w+')? check \(state in \(([^)]*)\)\)", body)[:1]
    checks += re.findall(rf"add constraint {table}_state_check check \(state in \(([^)]*)\)\)", sql)
    assert checks, body.split(");", 1)[0]
    assert set(re.findall(r"'(\w+)'", checks[-1])) == states


@given(st.data())
@pytest.mark.parametrize("table", TABLES)
def test_any_walk_stays_in_the_table(table: str, data: st.DataObject) -> None:
    transitions, state = TABLES[table]
    events = sorted({event for _, event in transitions})
    for event in data.draw(st.lists(st.sampled_from(events), max_size=12)):
        if (state, event) in transitions:
            state = move(transitions, state, event)
        else:
            with pytest.raises(IllegalTransition, match=re.escape(event)):
                move(transitions, state, event)


def test_the_diagram_draws_every_transition() -> None:
    transitions: Transitions = {("a", "go"): "b"}
    assert diagram(transitions) == "stateDiagram-v2\n    a --> b: go\n    b --> [*]\n"
