"""SFTP: the connections, sessions and requests by which files are fetched from a partner's server and left there."""

from gateway.channels.sftp.connection import Connector
from gateway.channels.sftp.examination import examine

__all__ = ["Connector", "examine"]
