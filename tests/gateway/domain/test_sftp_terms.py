"""What is agreed about SFTP: how a host key is written, and what is kept out of sight."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.channel import SftpOptions
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.domain.sftp_terms import SftpServer, fingerprint_of

BLOB = b"\0\0\0\x0bssh-ed25519" + bytes(range(36))
FINGERPRINT = "SHA256:" + base64.b64encode(hashlib.sha256(BLOB).digest()).decode().rstrip("=")
PUBLIC = f"ssh-ed25519 {base64.b64encode(BLOB).decode()}"


@pytest.mark.parametrize("pin", [FINGERPRINT, FINGERPRINT + "=", PUBLIC, PUBLIC + " partner@host"])
def test_a_host_key_is_its_fingerprint_or_the_key_itself(pin: str) -> None:
    assert fingerprint_of(pin) == FINGERPRINT


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "SHA256:",
        "SHA256:abc",
        "MD5:aa:bb",
        FINGERPRINT[7:],
        "ssh-ed25519",
        "ssh-dss AAAA",
        "ssh-ed25519 no base64",
        PUBLIC[12:],
    ],
)
def test_what_is_no_host_key_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        fingerprint_of(pin)


@given(st.binary(min_size=1, max_size=100))
def test_a_fingerprint_of_any_key_is_one_itself(blob: bytes) -> None:
    found = fingerprint_of(f"ssh-rsa {base64.b64encode(blob).decode()}")
    assert fingerprint_of(found) == found


def test_a_channel_sends_and_receives_by_its_folders() -> None:
    server = SftpServer(host="h", user="u")
    assert SftpOptions(server=server, inbox=RemoteInbox(folder="in")).receives
    assert not SftpOptions(server=server, inbox=RemoteInbox(folder="in")).sends
    assert SftpOptions(server=server, outbox=RemoteOutbox(folder="out")).sends


def test_secrets_are_not_shown() -> None:
    shown = repr(SftpServer(host="h", user="u", password="hunter2", key="the key", passphrase="a phrase"))
    assert not any(secret in shown for secret in ("hunter2", "the key", "a phrase"))
