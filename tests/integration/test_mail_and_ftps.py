"""Partners who have nothing but mail, or FTPS: an order comes in, and its 997 goes back the same way, by the wired service."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from tests.gateway.bootstrap.places import environment
from tests.gateway.channels.mail.conftest import FARM, Post, mail_server, written
from tests.gateway.config.conftest import ROUTES
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import PASSWORD, DovecotServer
from tests.servers.fixtures import provide
from tests.servers.ftps import PASSWORD as FTPS_PASSWORD
from tests.servers.ftps import USER as FTPS_USER
from tests.servers.ftps import FtpsServer
from tests.servers.process import repeat
from tests.translators.x12.orders import order_850

FOLDER_CHANNEL = '[[channel]]\nid = "bigbox-folder"\npartner = "bigbox"\ntype = "folder"\ninbox = "in"\noutbox = "out"\n'
GATEWAY = 'id = "gw"\ndatabase_url = "${DATABASE_URL}"\nlisten = "${GATEWAY_LISTEN}"\ndata = "${GATEWAY_DATA}"\n'


MAIL = """
[[channel]]
id = "bigbox-mail"
partner = "bigbox"
type = "mail"

[channel.imap]
host = "127.0.0.1"
port = {imap.tls_port}
login = "{user}"
password = "${{MAIL_PASSWORD}}"
authorities = "{imap.certificate.certificate}"
senders = ["{sender}"]

[channel.smtp]
host = "127.0.0.1"
port = {smtp.options.port}
login = "gateway"
password = "${{SMTP_PASSWORD}}"
fingerprints = ["{smtp.certificate.fingerprint}"]
from = "edi@nordic.example"
to = ["{sender}"]
subject = "{{document}}"
"""
FTPS = """
[[channel]]
id = "bigbox-ftps"
partner = "bigbox"
type = "ftps"
host = "127.0.0.1"
port = {server.port}
security = "{security}"
authorities = "{server.certificate.certificate}"
user = "{user}"
password = "${{FTPS_PASSWORD}}"
inbox = {{ folder = "out", complete = "renamed" }}
outbox = {{ folder = "in", name = "{{document}}_{{sequence:06}}.edi" }}
"""


@asynccontextmanager
async def service(folder: Path, channel: str, **environ: str) -> AsyncIterator[None]:
    """A gateway whose only channel is this one."""
    assert ROUTES.count(FOLDER_CHANNEL) == 1
    routes = ROUTES.replace(FOLDER_CHANNEL, channel).replace('id = "gw"\n', GATEWAY)
    (folder / "routes.toml").write_text(routes, encoding="utf-8")
    (folder / "sku.csv").write_text("theirs,ours\nA1,X1\n", encoding="utf-8")
    world = environment(folder, ODOO_KEY="key", **environ)
    async with run_service(settings(str(folder / "routes.toml"), world)):
        yield


def order() -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:US", control_number=17, order_number="PO-17")


def assert_accepted(content: bytes) -> None:
    """It is the 997 that the partner is owed."""
    assert content.startswith(b"ISA")
    assert b"AK1*PO*" in content
    assert b"AK9*A*1*1*1" in content


@pytest.fixture
def dovecot() -> Iterator[DovecotServer]:
    yield from provide(DovecotServer)


async def test_an_order_by_mail_is_acknowledged_by_mail(tmp_path: Path, postgres_url: str, dovecot: DovecotServer) -> None:
    user = f"edi{uuid4().hex[:8]}"
    post = Post(dovecot, user)
    async with mail_server(make_certificate(tmp_path)) as smtp:
        channel = MAIL.format(imap=dovecot, smtp=smtp, user=user, sender=FARM)

        async def answered() -> bool:
            return bool(smtp.mails.taken)

        secrets = {"MAIL_PASSWORD": PASSWORD, "SMTP_PASSWORD": "let me in"}
        async with service(tmp_path, channel, DATABASE_URL=postgres_url, **secrets):
            post.deliver(written(files=(("order.edi", order()),)))
            await repeat(answered, within=30)
        (mail,) = smtp.mails.mails
    (attached,) = mail.iter_attachments()
    assert_accepted(attached.get_content())
    assert (mail["Subject"], mail["To"]) == ("997", FARM)
    assert len(post.mails("Processed")) == 1
    post.close()


@pytest.fixture(params=["explicit", "implicit"])
def ftps(request: pytest.FixtureRequest) -> Iterator[FtpsServer]:
    yield from provide(lambda: FtpsServer(implicit=request.param == "implicit"))


async def test_an_order_by_ftps_is_acknowledged_by_ftps(tmp_path: Path, postgres_url: str, ftps: FtpsServer) -> None:
    security = "implicit" if ftps.settings["implicit"] else "explicit"
    theirs, ours = ftps.files / "out", ftps.files / "in"
    (theirs / "order.edi").write_bytes(order())

    async def answered() -> bool:
        return any(file.suffix == ".edi" for file in ours.iterdir())

    channel = FTPS.format(server=ftps, security=security, user=FTPS_USER)
    async with service(tmp_path, channel, DATABASE_URL=postgres_url, FTPS_PASSWORD=FTPS_PASSWORD):
        await repeat(answered, within=30)
    (file,) = ours.iterdir()
    assert_accepted(file.read_bytes())
    assert file.name.startswith("997_")
    assert list(theirs.iterdir()) == []
