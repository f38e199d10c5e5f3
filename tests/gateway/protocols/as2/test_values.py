"""Dispositions, MICs, algorithms and retries: small tables, read leniently, decided strictly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED_CONTINUED,
    DECRYPTION_FAILED,
    DUPLICATE_DOCUMENT,
    PROCESSED,
    UNSUPPORTED_MIC_ALGORITHMS,
    Broken,
    Digest,
    Disposition,
    Mic,
    Severity,
    Verdict,
    compute_mic,
    decide_retry,
    parse_digest,
    parse_disposition,
    parse_mic,
)
from gateway.protocols.as2 import disposition as dispositions
from tests.gateway.protocols.as2.parties import AT

WRITTEN = [value for value in vars(dispositions).values() if isinstance(value, Disposition)]


@pytest.mark.parametrize("disposition", WRITTEN, ids=str)
def test_every_disposition_is_read_as_it_is_written(disposition: Disposition) -> None:
    assert parse_disposition(str(disposition)) == disposition


def test_dispositions_are_written_as_the_standard_does() -> None:
    assert str(PROCESSED) == "automatic-action/MDN-sent-automatically; processed"
    assert str(DECRYPTION_FAILED) == "automatic-action/MDN-sent-automatically; processed/error: decryption-failed"
    assert str(UNSUPPORTED_MIC_ALGORITHMS).endswith("; failed/failure: unsupported MIC-algorithms")
    assert str(AUTHENTICATION_FAILED_CONTINUED).endswith("; processed/warning: authentication-failed, processing continued")


@pytest.mark.parametrize(
    ("text", "type_", "severity", "words", "verdict"),
    [
        ("automatic-action/MDN-sent-automatically; processed", "processed", None, "", Verdict.ACCEPTED),
        ("manual-action/MDN-sent-manually;Processed", "processed", None, "", Verdict.ACCEPTED),
        ("a/b; processed/Error:Authentication-failed", "processed", Severity.ERROR, "Authentication-failed", Verdict.REJECTED),
        ("a/b; processed/warning: duplicate-document", "processed", Severity.WARNING, "duplicate-document", Verdict.WARNED),
        ("a/b; processed / error : x y", "processed", Severity.ERROR, "x y", Verdict.REJECTED),
        ("a/b; processed/error=decryption-failed", "processed", Severity.ERROR, "decryption-failed", Verdict.REJECTED),
        ("a/b; processed/error decryption-failed\r\n", "processed", Severity.ERROR, "decryption-failed", Verdict.REJECTED),
        ("a/b; processed/error", "processed", Severity.ERROR, "", Verdict.REJECTED),
        ("a/b; failed/failure: unsupported format", "failed", Severity.FAILURE, "unsupported format", Verdict.REJECTED),
        ("a/b; failed", "failed", None, "", Verdict.REJECTED),
        ("a/b; processed/odd: z", "processed", Severity.ERROR, "odd: z", Verdict.REJECTED),
        ("a/b; deleted", "deleted", None, "", Verdict.REJECTED),
    ],
)
def test_what_partners_write_is_understood(
    text: str, type_: str, severity: Severity | None, words: str, verdict: Verdict
) -> None:
    read = parse_disposition(text)
    assert read is not None
    assert (read.type, read.severity, read.words, read.verdict) == (type_, severity, words, verdict)


@pytest.mark.parametrize("text", ["", "processed", "; ", "a/b;"])
def test_what_has_no_shape_is_no_disposition(text: str) -> None:
    assert parse_disposition(text) is None


@given(st.text(max_size=100))
def test_any_disposition_is_read_without_an_error(text: str) -> None:
    parse_disposition(text)


@pytest.mark.parametrize(
    ("spelling", "digest"),
    [
        ("sha1", Digest.SHA1),
        ("SHA-1", Digest.SHA1),
        ("sha256", Digest.SHA256),
        ("sha-256", Digest.SHA256),
        ("SHA_384", Digest.SHA384),
        (' "sha512" ', Digest.SHA512),
        ("rsa-sha256", Digest.SHA256),
        ("sha256rsa", Digest.SHA256),
        ("md5", None),
        ("sha3-256", None),
        ("", None),
    ],
)
def test_spellings_of_digests(spelling: str, digest: Digest | None) -> None:
    assert parse_digest(spelling) is digest


def test_a_mic_is_written_and_read() -> None:
    mic = compute_mic(b"abc", Digest.SHA256)
    assert str(mic) == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=, sha-256"
    assert parse_mic(str(mic)) == Mic(mic.value, Digest.SHA256, "sha-256")
    assert str(compute_mic(b"abc", Digest.SHA1, spelling="SHA1")).endswith("=, SHA1")


@pytest.mark.parametrize(
    "text",
    ["ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qc\r\n tBD/YfIAFa0=,sha256", " ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0= , SHA_256 "],
)
def test_a_mic_is_the_same_however_it_is_spelled(text: str) -> None:
    mic = parse_mic(text)
    assert mic is not None
    assert mic.matches(compute_mic(b"abc", Digest.SHA256))
    assert not mic.matches(compute_mic(b"abd", Digest.SHA256))
    assert not mic.matches(Mic(mic.value, Digest.SHA512))


@pytest.mark.parametrize("text", ["", "abc", "abc, md5", "a, sha1", "größe, sha1", "!!, sha1"])
def test_what_is_no_mic_is_none(text: str) -> None:
    assert parse_mic(text) is None


@pytest.mark.parametrize("result", [Broken.CONNECTION, Broken.TIME_OUT, 408, 429, 500, 502, 503, 504, 599])
def test_these_are_sent_again(result: int | Broken) -> None:
    assert decide_retry(result, at=AT).again


@pytest.mark.parametrize("result", [200, 202, 204, 301, 307, 400, 401, 403, 404, 409, 413, 415, 422, 600])
def test_these_are_not(result: int) -> None:
    decision = decide_retry(result, at=AT)
    assert not decision.again
    assert str(result) in decision.reason


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("", None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 01 Jun 2026 12:05:00 GMT", 300.0),
        ("Mon, 01 Jun 2026 11:05:00 GMT", 0.0),
        ("Mon, 01 Jun 2026 12:00:30 -0000", 30.0),
        ("soon", None),
        ("-5", None),
        ("9" * 50, 1e9),
        ("Mon, 99 Jun 2026", None),
    ],
)
def test_the_partners_wish_to_wait_is_read(header: str, after: float | None) -> None:
    assert decide_retry(429, at=AT, retry_after=header).after == after


@given(st.text(max_size=60))
def test_any_wish_is_read_without_an_error(header: str) -> None:
    after = decide_retry(503, at=datetime(2026, 1, 1, tzinfo=UTC), retry_after=header).after
    assert after is None or after >= 0


def test_a_duplicate_is_a_warning() -> None:
    assert DUPLICATE_DOCUMENT.verdict is Verdict.WARNED
