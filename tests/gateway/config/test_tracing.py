"""[gateway.tracing]: where spans go, how many, and where people look at them."""

import pytest

from gateway.config import ConfigurationRefused, load
from gateway.domain.tracing_terms import TracingTerms, link_to, trace_id_of
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def with_gateway(text: str) -> str:
    return ROUTES.replace('id = "gw"\n', f'id = "gw"\n{text}\n', 1)


def test_without_a_word_spans_go_nowhere(project: Project) -> None:
    assert load(project(), ENVIRON).gateway.tracing == TracingTerms()


def test_what_is_written_is_taken(project: Project) -> None:
    text = 'tracing = { endpoint = "http://collector:4318/", ratio = 0.05, link = "https://t.example/{trace_id}" }'
    terms = TracingTerms("http://collector:4318", 0.05, "https://t.example/{trace_id}")
    assert load(project(with_gateway(text)), ENVIRON).gateway.tracing == terms


@pytest.mark.parametrize(
    "wrong", ['endpoint = "collector:4317"', "ratio = 1.5", "ratio = -0.1", 'link = "https://t.example/"', 'link = "{trace_id}"']
)
def test_what_cannot_be_is_refused(project: Project, wrong: str) -> None:
    with pytest.raises(ConfigurationRefused):
        load(project(with_gateway(f"tracing = {{ {wrong} }}")), ENVIRON)


def test_a_link_leads_to_the_trace_of_what_is_stored() -> None:
    stored = f"00-{TRACE}-00f067aa0ba902b7-01"
    assert link_to(trace_id_of(stored), "https://t.example/{trace_id}?x") == f"https://t.example/{TRACE}?x"
    assert link_to(trace_id_of(stored), "") is None
    assert trace_id_of(None) is None
    assert trace_id_of("rubbish") is None
