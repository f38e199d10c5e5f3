"""The kinds of channels, each with its table in routes.toml in a file of its own."""

from typing import Annotated

from pydantic import Field

from gateway.config.channels.as2 import As2CertificateTable, As2KeyTable, As2Table
from gateway.config.channels.folder import FolderTable
from gateway.config.channels.ftps import FtpsTable
from gateway.config.channels.http import (
    HttpCertificateTable,
    HttpListingTable,
    HttpPollTable,
    HttpSendTable,
    HttpSignatureTable,
    HttpTable,
)
from gateway.config.channels.http_client import ApiKeyTable, BasicTable, BearerTable, HttpTlsTable, OAuth2Table
from gateway.config.channels.mail import ImapTable, MailTable, SmtpTable
from gateway.config.channels.sftp import SftpInboxTable, SftpJumpTable, SftpOutboxTable, SftpTable
from gateway.config.table import Table

CHANNEL_TABLES: dict[str, type[Table]] = {
    "as2": As2Table,
    "folder": FolderTable,
    "ftps": FtpsTable,
    "http": HttpTable,
    "mail": MailTable,
    "sftp": SftpTable,
}
"""The table of each type. New kinds are new members here and below."""

CHANNEL_PARTS: dict[str, type[Table]] = {
    "imap": ImapTable,
    "smtp": SmtpTable,
    "jump": SftpJumpTable,
    "inbox": SftpInboxTable,
    "outbox": SftpOutboxTable,
    "signature": HttpSignatureTable,
    "client_certificate": HttpCertificateTable,
    "send": HttpSendTable,
    "poll": HttpPollTable,
    "listing": HttpListingTable,
    "bearer": BearerTable,
    "basic": BasicTable,
    "api_key": ApiKeyTable,
    "oauth2": OAuth2Table,
    "tls": HttpTlsTable,
    "keys": As2KeyTable,
    "certificates": As2CertificateTable,
}
"""Tables inside of channels, by their name there, which is that of no other table."""

LOGIN_TABLES = (BearerTable, BasicTable, ApiKeyTable, OAuth2Table)
NESTED_PARTS: dict[tuple[str, ...], tuple[type[Table], ...]] = {
    ("send", "login"): LOGIN_TABLES,
    ("send", "tls"): (HttpTlsTable,),
    ("poll", "login"): LOGIN_TABLES,
    ("poll", "tls"): (HttpTlsTable,),
}
"""Tables with secrets inside of those."""

AnyChannelTable = As2Table | FolderTable | FtpsTable | HttpTable | MailTable | SftpTable
ChannelTable = Annotated[AnyChannelTable, Field(discriminator="type")]
"""A way to and from a partner."""
