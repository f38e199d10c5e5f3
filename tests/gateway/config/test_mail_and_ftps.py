"""Channels of the types mail and ftps: what stands in routes.toml is what they are told, and what is wrong is found there."""

from pathlib import Path

import pytest

from gateway.config import lint, load
from gateway.domain.channel import FtpsOptions, MailOptions
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.servers.certificate import make_certificate

WORLD = {**ENVIRON, "MAIL_PASSWORD": "mail-secret", "FTPS_PASSWORD": "ftps-secret"}
MAIL = """
[[channel]]
id = "farm-mail"
partner = "bigbox"
type = "mail"

[channel.imap]
host = "imap.nordic.example"
login = "edi@nordic.example"
password = "${MAIL_PASSWORD}"
senders = ["Orders@Farm.example", "@dairy.example"]
names = ["*.edi"]

[channel.smtp]
host = "smtp.nordic.example"
login = "edi@nordic.example"
password = "${MAIL_PASSWORD}"
from = "edi@nordic.example"
to = ["orders@farm.example"]
file_name = "{document}_{date}.edi"
subject = "{document} {control_number}"
"""
FTPS = """
[[channel]]
id = "farm-ftps"
partner = "bigbox"
type = "ftps"
host = "ftp.farm.example"
user = "nordic"
password = "${FTPS_PASSWORD}"
inbox = { folder = "out", pattern = "*.edi", complete = "marker" }
outbox = { folder = "in" }
"""
PIN = ":".join(["AB"] * 32)


def options(path: Path, name: str) -> object:
    return load(path, WORLD).channels[name].options


def test_a_mail_channel_is_told_what_stands_there(project: Project) -> None:
    told = options(project(ROUTES + MAIL), "farm-mail")
    assert isinstance(told, MailOptions)
    assert told.imap is not None
    assert told.smtp is not None
    assert (told.imap.port, told.imap.security, told.imap.password) == (993, "tls", "mail-secret")
    assert told.imap.senders == ("orders@farm.example", "@dairy.example")
    assert (told.imap.done, told.imap.refused, told.imap.most_bytes) == ("Processed", "Refused", 25 * 1024 * 1024)
    assert (told.smtp.port, told.smtp.security, told.smtp.recipients) == (587, "starttls", ("orders@farm.example",))
    assert (told.sends, told.receives) == (True, True)


def test_an_ftps_channel_is_told_what_stands_there(project: Project, tmp_path: Path) -> None:
    make_certificate(tmp_path)
    routes = ROUTES + FTPS.replace("user =", f'security = "implicit"\nauthorities = "cert.pem"\nfingerprints = ["{PIN}"]\nuser =')
    told = options(project(routes), "farm-ftps")
    assert isinstance(told, FtpsOptions)
    assert (told.server.port, told.server.tls, told.server.password) == (990, "implicit", "ftps-secret")
    assert told.server.authorities == str(tmp_path / "cert.pem")
    assert told.server.fingerprints == ("ab" * 32,)
    assert told.inbox is not None
    assert (told.inbox.folder, told.inbox.complete) == ("out", "marker")
    assert (told.sends, told.receives) == (True, True)


def test_passwords_are_shown_nowhere(project: Project) -> None:
    channels = load(project(ROUTES + MAIL + FTPS), WORLD).channels
    assert "secret" not in repr(channels["farm-mail"]) + repr(channels["farm-ftps"])


# what is replaced, by what, the code, where (the text that begins there), a part of the message
WRONG = [
    ('password = "${MAIL_PASSWORD}"\nsenders', 'password = "in the open"\nsenders', "R013", '"in the open"', "secret"),
    ('password = "${MAIL_PASSWORD}"\nfrom', 'password = "in the open"\nfrom', "R013", '"in the open"', "secret"),
    ('password = "${FTPS_PASSWORD}"', 'password = "in the open"', "R013", '"in the open"', "secret"),
    ('names = ["*.edi"]', 'namez = ["*.edi"]', "R003", "namez", 'did you mean "names"?'),
    ('senders = ["Orders@Farm.example", "@dairy.example"]', 'senders = ["Farm <a@b.example>"]', "R005", '"Farm', "address"),
    ('names = ["*.edi"]', 'done = "INBOX"', "R005", "", "different folders"),
    ('names = ["*.edi"]', 'domains = ["x.example"]', "R005", "", "authenticated_by"),
    ('names = ["*.edi"]', 'fingerprints = ["AB"]', "R005", '"AB"', "SHA-256"),
    ('names = ["*.edi"]', 'authorities = "no.pem"', "R064", '"no.pem"', "no file"),
    ('subject = "{document} {control_number}"', 'subject = "{nothing}"', "R005", '"{nothing}"', "no field of a mail"),
    ('file_name = "{document}_{date}.edi"', 'file_name = "{sequence}.edi"', "R005", '"{sequence}.edi"', "no field"),
    ('to = ["orders@farm.example"]', "to = []", "R005", "[]", ""),
    ('to = ["orders@farm.example"]', 'to = ["@farm.example"]', "R005", '"@farm.example"]', "address alone"),
    (
        'login = "edi@nordic.example"\npassword = "${MAIL_PASSWORD}"\nfrom',
        'security = "none"\nlogin = "x"\nfrom',
        "R005",
        "",
        "TLS",
    ),
    ('user = "nordic"', 'user = "nordic"\nauthorities = "sku.csv"', "R064", '"sku.csv"', "no certificate"),
    (
        'inbox = { folder = "out", pattern = "*.edi", complete = "marker" }\noutbox = { folder = "in" }',
        "",
        "R005",
        "",
        "an inbox",
    ),
]


@pytest.mark.parametrize(("old", "new", "code", "place", "message"), WRONG, ids=lambda value: value[:30])
def test_what_is_wrong_is_found_where_it_stands(
    project: Project, old: str, new: str, code: str, place: str, message: str
) -> None:
    before = ROUTES + MAIL + FTPS
    assert before.count(old) == 1
    routes = before.replace(old, new)
    found = [item for item in lint(project(routes), WORLD).items if item.severity == "error"]
    assert [item.code for item in found] == [code]
    assert message in found[0].message
    if place:
        line = routes.split("\n")[found[0].line - 1]
        assert line[found[0].column - 1 :].startswith(place)


def test_a_channel_that_does_nothing_is_refused(project: Project) -> None:
    (found,) = lint(project(ROUTES + '[[channel]]\nid = "x"\ntype = "mail"\n'), WORLD).items
    assert "imap, smtp, or both" in found.message
