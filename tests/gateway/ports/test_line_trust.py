"""How far addresses vouch for their servers."""

import pytest

from gateway.ports.line_trust import LineTrust, Trust, broker_line, database_line, web_line


@pytest.mark.parametrize(
    ("url", "trust"),
    [
        ("postgresql://edi:word@db.example/edi", Trust.OPEN),
        ("postgresql://edi@db.example/edi?sslmode=prefer", Trust.OPEN),
        ("postgresql://edi@db.example/edi?sslmode=require", Trust.UNVERIFIED),
        ("postgresql://edi@db.example/edi?sslmode=verify-ca", Trust.UNVERIFIED),
        ("postgresql://edi@db-1,db-2/edi?sslmode=verify-full", Trust.VERIFIED),
        ("postgresql://edi@127.0.0.1:5432/edi", Trust.PRIVATE),
        ("postgresql://edi@[::1]:5432/edi", Trust.PRIVATE),
        ("postgresql://edi@[2001:db8::1]:5432/edi", Trust.OPEN),
        ("postgresql://edi@localhost,db-2/edi", Trust.OPEN),
        ("postgresql://gateway@/postgres?host=/run/postgresql", Trust.PRIVATE),
        ("postgresql://gateway@/postgres?host=db.example", Trust.OPEN),
    ],
)
def test_of_the_database(url: str, trust: Trust) -> None:
    assert database_line(url).trust == trust


@pytest.mark.parametrize(
    ("url", "trust"),
    [
        ("amqp://edi:word@mq.example/edi", Trust.OPEN),
        ("amqps://edi:word@mq.example/edi", Trust.VERIFIED),
        ("amqps://edi:word@mq.example/edi?no_verify_ssl=1", Trust.UNVERIFIED),
        ("amqp://guest:guest@127.0.0.1:5672/", Trust.PRIVATE),
    ],
)
def test_of_the_broker(url: str, trust: Trust) -> None:
    assert broker_line(url).trust == trust


@pytest.mark.parametrize(
    ("url", "trust"),
    [("http://odoo", Trust.OPEN), ("https://odoo", Trust.VERIFIED), ("http://127.0.0.1:8069", Trust.PRIVATE)],
)
def test_of_the_web(url: str, trust: Trust) -> None:
    assert web_line(url).trust == trust


def test_the_files_of_an_address_are_named() -> None:
    line = database_line("postgresql://edi@db/edi?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&sslkey=k.pem")
    assert line.authorities == [("sslrootcert", "/etc/ca.pem"), ("sslkey", "k.pem")]
    assert broker_line("amqps://mq?cafile=/etc/ca.pem").authorities == [("cafile", "/etc/ca.pem")]


def test_what_is_safe_and_what_is_told() -> None:
    assert {trust: LineTrust(trust).safe for trust in Trust} == {
        Trust.PRIVATE: True, Trust.VERIFIED: True, Trust.UNVERIFIED: False, Trust.OPEN: False,
    }  # fmt: skip
    assert all(LineTrust(trust).told for trust in Trust)
