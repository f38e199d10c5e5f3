"""The FTPS channel: files on a partner's FTP server, over TLS always."""

from gateway.channels.ftps.inbound import FtpsInbound
from gateway.channels.ftps.outbound import FtpsOutbound
from gateway.channels.ftps.session import FtpsSession

__all__ = ["FtpsInbound", "FtpsOutbound", "FtpsSession"]
