"""The SFTP channel: files on a partner's server, fetched from one folder and left in another."""

from gateway.channels.sftp.connection import Connector
from gateway.channels.sftp.examination import examine
from gateway.channels.sftp.inbound import SftpInbound
from gateway.channels.sftp.outbound import SftpOutbound
from gateway.channels.sftp.pace import Pace
from gateway.channels.sftp.pool import Sessions

__all__ = ["Connector", "Pace", "Sessions", "SftpInbound", "SftpOutbound", "examine"]
