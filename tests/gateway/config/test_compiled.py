"""What is compiled from texts goes into other processes, and does the same there."""

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import settings
from gateway.bootstrap.alone import packed
from gateway.bootstrap.service import targets_alone
from gateway.config.applications.http_terms import document_template
from gateway.config.condition import compile_condition
from gateway.config.queries import compile_query, compile_shape
from gateway.config.templates import compile_json, compile_path, compile_text
from gateway.domain.token import hash_token
from tests.scenarios.site import configuration

DOCUMENT = {"number": "4711", "lines": [{"quantity": "3"}]}
COMPILED: list[tuple[Callable[[], Callable[[Any], Any]], Any]] = [
    (lambda: compile_text("no. {{ document.number }}"), {"document": DOCUMENT}),
    (lambda: compile_text('{"number": "{{ document.number }}"}', json=True), {"document": DOCUMENT}),
    (lambda: compile_path("/orders/{{ document.number }}"), {"document": DOCUMENT}),
    (
        lambda: compile_json({"all": {"each": "document.lines", "as": "line", "item": "{{ line.quantity }}"}}),
        {"document": DOCUMENT},
    ),
    (lambda: compile_query("lines[0].quantity"), DOCUMENT),
    (lambda: compile_shape({"type": "object", "required": ["name"]}), DOCUMENT),
    (lambda: compile_condition('document.number == "4712"'), {"document": DOCUMENT}),
]


@pytest.mark.parametrize(("make", "given"), COMPILED)
def test_a_copy_does_the_same(make: Callable[[], Callable[[Any], Any]], given: Any) -> None:
    compiled = make()
    copy = pickle.loads(pickle.dumps(compiled))
    assert copy(given) == compiled(given)
    assert copy == compiled
    assert hash(copy) == hash(compiled)


def test_what_is_compiled_of_another_text_is_not_equal() -> None:
    assert compile_query("a") != compile_query("b")
    assert compile_path("a") != compile_text("a")
    assert compile_query("a") != "a"


def test_options_are_kept() -> None:
    copy = pickle.loads(pickle.dumps(compile_text("{{ document.number }}!", json=True)))
    with pytest.raises(Exception, match="is no JSON"):
        copy({"document": DOCUMENT})


def test_a_template_of_a_document_is_one_of_them() -> None:
    template = document_template({"schema": "purchase_order/1"})
    assert pickle.loads(pickle.dumps(template)) == template


def test_a_configuration_with_all_of_it_goes_into_a_child(tmp_path: Path) -> None:
    """Applications by description, webhooks, polls, holds, warehouses, triggers: a suspect delivery is made in a child of all."""
    path = configuration(tmp_path)
    environ = {
        name: "http://127.0.0.1:1" if name.endswith("URL") else "127.0.0.1:1" if name.endswith("LISTEN") else "x" * 40
        for name in re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8"))
    }
    environ["TOKEN_HASH"] = hash_token("token")
    made = settings(str(path), {**environ, "GATEWAY_DATA": str(tmp_path), "DATABASE_URL": "", "AMQP_URL": ""})
    told, _ = pickle.loads(packed(made, "postgresql://here/edi", targets_alone))
    assert told.snapshot.applications == made.snapshot.applications
