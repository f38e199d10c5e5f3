"""Refusals of TLS in words: found among causes, whichever library wrapped them. The real ones are in test_verified_lines.py."""

import ssl

import pytest

from gateway.ports.distrust import distrust


def refused(code: int, message: str = "told by OpenSSL") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, message)
    error.verify_code, error.verify_message = code, message
    return error


def wrapped(error: BaseException, depth: int = 2) -> Exception:
    outer: BaseException = error
    for _ in range(depth):
        following = ConnectionError("a library's words")
        following.__cause__ = outer
        outer = following
    assert isinstance(outer, Exception)
    return outer


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (9, "not valid yet"), (10, "has expired"), (18, "vouches for itself"), (19, "an authority that we do not trust"),
        (20, "an authority that we do not trust"), (23, "was revoked"), (62, "another name"), (64, "another address"),
    ],
)  # fmt: skip
def test_each_reason_has_words_and_a_remedy(code: int, why: str) -> None:
    found = distrust(wrapped(refused(code)))
    assert found is not None
    assert why in found.why
    assert found.remedy.endswith(".")


def test_a_reason_that_we_do_not_know_is_told_as_openssl_says_it() -> None:
    found = distrust(refused(99, "path length constraint exceeded"))
    assert found is not None
    assert "path length constraint exceeded" in found.why


def test_what_is_no_tls_and_what_is_no_answer() -> None:
    plain = distrust(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"))
    assert plain is not None
    assert "no TLS came about" in plain.why
    assert "port is the one with TLS" in plain.remedy
    alert = distrust(ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required"))
    assert alert is not None
    assert "it refused us" in alert.why
    assert distrust(ConnectionRefusedError(111, "refused")) is None


def test_it_looks_only_so_deep() -> None:
    assert distrust(wrapped(refused(10), depth=20)) is None
