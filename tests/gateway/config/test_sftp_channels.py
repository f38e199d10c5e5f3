"""[[channel]] of the type sftp: what it comes to, and what `gateway check` finds wrong with it."""

from typing import Any, get_args

import pytest
from paramiko import Transport

from gateway.config import lint, load
from gateway.config.channels.sftp import OldAlgorithm
from gateway.domain.channel import SftpOptions
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.domain.sftp_terms import OLD_ALGORITHMS
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

PIN = "SHA256:" + "A" * 43
VARIABLES = {**ENVIRON, "SFTP_KEY": "the key", "SFTP_PASSWORD": "hunter2"}
SMALL = f"""
[[channel]]
id = "sftp"
partner = "bigbox"
type = "sftp"
host = "sftp.bigbox.example"
user = "nordic"
key = "${{SFTP_KEY}}"
host_keys = ["{PIN}"]

[channel.inbox]
folder = "out"

[channel.outbox]
folder = "/in"
"""


def options(project: Project, table: str = SMALL) -> SftpOptions:
    written = project(ROUTES + table, **{"us-cert_dot_pub": "a certificate"})
    told = load(written, VARIABLES).channels["sftp"].options
    assert isinstance(told, SftpOptions)
    return told


def complaints(project: Project, table: str) -> list[tuple[str, str]]:
    return [(found.code, found.message) for found in lint(project(ROUTES + table), VARIABLES).items]


def test_little_has_to_be_said(project: Project) -> None:
    told = options(project)
    assert (told.server.host, told.server.port, told.server.user, told.server.key) == (
        "sftp.bigbox.example",
        22,
        "nordic",
        "the key",
    )
    assert told.server.host_keys == (PIN,)
    assert told.inbox == RemoteInbox(folder="out")
    assert told.outbox == RemoteOutbox(folder="/in")
    assert (told.connections, told.jump) == (2, None)


def test_everything_that_can_be_agreed_reaches_the_channel(project: Project) -> None:
    table = SMALL.replace(
        "[channel.inbox]\n", '[channel.jump]\nhost = "jump"\nuser = "us"\npassword = "${SFTP_PASSWORD}"\n\n[channel.inbox]\n'
    )
    table = table.replace(
        'folder = "out"', 'folder = "out"\ncomplete = "marker"\nmarker = "{stem}.ok"\nafter = "move"\ndone = "done"\npoll = "5m"'
    )
    table = table.replace(
        'folder = "/in"', 'folder = "/in"\nname = "ORDERS_{date}_{sequence:06}.edi"\ndirect = true\nmarker = "{name}.ok"'
    )
    table = table.replace("host_keys", 'old_algorithms = ["aes128-cbc"]\ncertificate = "us-cert.pub"\nconnections = 4\nhost_keys')
    told = options(project, table)
    assert told.jump is not None
    assert (told.jump.host, told.jump.password) == ("jump", "hunter2")
    assert told.inbox == RemoteInbox(folder="out", complete="marker", marker="{stem}.ok", after="move", done="done", poll=300.0)
    assert told.outbox == RemoteOutbox(folder="/in", name="ORDERS_{date}_{sequence:06}.edi", temporary=None, marker="{name}.ok")
    assert told.server.old_algorithms == ("aes128-cbc",)
    assert told.server.certificate is not None
    assert told.server.certificate.endswith("/us-cert.pub")
    assert told.connections == 4


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('key = "${SFTP_KEY}"\n', "", "R005", "a login needs a key"),
        ('key = "${SFTP_KEY}"\n', 'password = "hunter2"\n', "R013", "stands here in the open"),
        ('key = "${SFTP_KEY}"\n', 'password = "${SFTP_PASSWORD}"\ncertificate = "c"\n', "R005", "belong to a key"),
        (f'["{PIN}"]', '["aa:bb"]', "R005", "a host key is"),
        (f'host_keys = ["{PIN}"]\n', "", "R063", "nobody confirmed the key of sftp.bigbox.example"),
        (f'host_keys = ["{PIN}"]\n', f'host_keys = ["{PIN}"]\ncertificate = "none.pub"\n', "R064", "there is no file none.pub"),
        ('folder = "out"\n', 'folder = "out"\nafter = "move"\n', "R005", "needs done"),
        ('folder = "out"\n', 'folder = "out"\nafter = "move"\ndone = "out/"\n', "R005", "another folder"),
        ('folder = "out"\n', 'folder = "out"\nmarker = "ready"\n', "R005", "{name}"),
        ('folder = "out"\n', 'folder = "out"\nsettel = "5s"\n', "R003", "settle"),
        ('folder = "/in"\n', 'folder = "/in"\nname = "{nothing}.edi"\n', "R005", "no field of this name"),
        ('folder = "/in"\n', 'folder = "/in"\ntemporary = "{name}"\n', "R005", "{name}.part"),
        ('folder = "/in"\n', 'folder = "/in"\ntemporary = "tmp/{name}"\n', "R005", "same folder"),
        ('user = "nordic"\n', 'user = "nordic"\nold_algorithms = ["rot13"]\n', "R005", "aes128-cbc"),
        ('user = "nordic"\n', 'user = "nordic"\nport = 0\n', "R005", "1"),
    ],
)
def test_what_is_wrong_is_found(project: Project, old: str, new: str, code: str, words: str) -> None:
    found = complaints(project, SMALL.replace(old, new))
    assert [entry for entry in found if entry[0] == code and words in entry[1]], found


def test_a_channel_without_folders_is_none(project: Project) -> None:
    table = SMALL[: SMALL.index("[channel.inbox]")]
    assert any("needs an inbox" in message for _, message in complaints(project, table))


def test_a_secret_in_the_jump_table_is_a_secret_too(project: Project) -> None:
    table = SMALL + '\n[channel.jump]\nhost = "jump"\nuser = "us"\npassword = "hunter2"\n'
    assert "R013" in [code for code, _ in complaints(project, table)]


def test_old_algorithms_are_those_of_the_library_that_it_would_offer_unasked() -> None:
    known: Any = set(Transport._preferred_ciphers) | set(Transport._preferred_macs)  # type: ignore[attr-defined]
    assert set(OLD_ALGORITHMS) == set(get_args(OldAlgorithm))
    assert set(OLD_ALGORITHMS) <= known
    assert {name for name in known if "cbc" in name or "md5" in name or "sha1" in name} == set(OLD_ALGORITHMS)
