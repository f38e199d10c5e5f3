"""FTPS: the sessions by which files are fetched from a partner's FTP server and left there, over TLS always."""

from gateway.channels.ftps.session import FtpsConnector

__all__ = ["FtpsConnector"]
