"""What is said about keeping: periods that fit one another, keys that can be used, and what becomes of both."""

import base64
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from gateway.config import lint, load
from gateway.domain.retention import Class, Period, Retention, in_words
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

DAY = timedelta(days=1)
PARTNER = 'identities = { x12 = "01:123456789" }\n'
KEYS: Mapping[str, str] = {**ENVIRON, "KEY_A": "ab" * 32, "KEY_B": base64.b64encode(b"b" * 32).decode(), "SHORT": "abc"}
GATEWAY = '[[owner]]\nid = "edi"'


def with_gateway(text: str) -> str:
    return ROUTES.replace(GATEWAY, f"{text}\n\n{GATEWAY}", 1)


def complaints(project: Project, text: str) -> list[tuple[str, str]]:
    path = project(text)
    return [(item.code, item.message) for item in lint(path, KEYS).items if item.code in ("R013", "R085", "R086", "R005")]


def test_without_a_word_everything_is_kept_and_nothing_encrypted(project: Project) -> None:
    made = load(project(ROUTES), KEYS)
    assert made.retention == Retention()
    assert made.retention.period(Class.PAYLOAD).shortest is None
    assert made.encryption is None


def test_periods_are_for_everybody_or_for_a_partner(project: Project) -> None:
    text = with_gateway('[gateway.retention]\npayload = "400d"\naudit = "3650d"')
    text = text.replace(PARTNER, PARTNER + 'retention = { payload = "30d", canonical = "36h" }\n')
    assert load(project(text), KEYS).retention == Retention({
        Class.PAYLOAD: Period(400 * DAY, {"bigbox": 30 * DAY}),
        Class.CANONICAL: Period(None, {"bigbox": 1.5 * DAY}),
        Class.AUDIT: Period(3650 * DAY),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("table", "partner", "said"),
    [
        ('envelope = "400d"\npayload = "500d"', "", "payload would be kept longer"),
        ('envelope = "400d"', "", "canonical would be kept for ever"),
        (
            'envelope = "400d"\npayload = "9d"\ncanonical = "9d"\njournal = "9d"',
            'payload = "401d"',
            "payload would be kept longer",
        ),
        ('payload = "400d"\ncanonical = "9d"\njournal = "9d"', 'envelope = "30d"', "payload would be kept longer"),
    ],
)
def test_the_envelope_outlives_what_it_leads_to(project: Project, table: str, partner: str, said: str) -> None:
    text = with_gateway(f"[gateway.retention]\n{table}")
    text = text.replace(PARTNER, f"{PARTNER}retention = {{ {partner} }}\n" if partner else PARTNER)
    found = complaints(project, text)
    assert "R085" in {code for code, _ in found}
    assert any(said in message for _, message in found)


def test_periods_that_fit_are_no_complaint(project: Project) -> None:
    table = 'envelope = "3650d"\npayload = "400d"\ncanonical = "400d"\njournal = "800d"'
    text = with_gateway(f"[gateway.retention]\n{table}").replace(PARTNER, PARTNER + 'retention = { payload = "3650d" }\n')
    assert complaints(project, text) == []


def test_less_than_an_hour_is_a_mistake(project: Project) -> None:
    assert [code for code, _ in complaints(project, with_gateway('[gateway.retention]\npayload = "5m"'))] == ["R005"]


def encryption(keys: str, active: str = '"a"') -> str:
    return with_gateway(f"[gateway.encryption]\nkeys = [{keys}]\n" + (f"active = {active}" if active else ""))


A, B = '{ id = "a", key = "${KEY_A}" }', '{ id = "b", key = "${KEY_B}" }'


def test_keys_are_hexadecimal_or_base64(project: Project) -> None:
    terms = load(project(encryption(f"{A}, {B}", '"b"')), KEYS).encryption
    assert terms is not None
    assert terms.active == "b"
    assert terms.keys == {"a": bytes.fromhex("ab" * 32), "b": b"b" * 32}


def test_no_active_key_means_that_everything_is_decrypted_again(project: Project) -> None:
    terms = load(project(encryption(A, "")), KEYS).encryption
    assert terms is not None
    assert terms.active == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (encryption('{ id = "a", key = "${SHORT}" }'), "32 bytes are needed"),
        (encryption(f'{A}, {{ id = "a", key = "${{KEY_B}}" }}'), 'there is another key "a"'),
        (encryption(A, '"c"'), 'there is no key "c"'),
    ],
)
def test_keys_that_cannot_be_used_are_complained_of(project: Project, text: str, said: str) -> None:
    ((code, message),) = complaints(project, text)
    assert code == "R086"
    assert said in message


def test_a_key_never_stands_in_the_file(project: Project) -> None:
    found = complaints(project, encryption(f'{{ id = "a", key = "{"ab" * 32}" }}'))
    assert [code for code, _ in found] == ["R013"]


def test_the_digest_does_not_depend_on_the_keys_themselves(project: Project) -> None:
    path = project(encryption(A))
    assert load(path, KEYS).digest == load(path, {**KEYS, "KEY_A": "cd" * 32}).digest


@pytest.mark.parametrize(
    ("period", "words"), [(DAY, "1 day"), (400 * DAY, "400 days"), (1.5 * DAY, "36 hours"), (DAY / 24, "1 hour")]
)
def test_periods_are_said_in_words(period: timedelta, words: str) -> None:
    assert re.fullmatch(words, in_words(period))
