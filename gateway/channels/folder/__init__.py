"""The folder channel: partners put files into a folder and take files out of one."""

from gateway.channels.folder.inbound import FolderInbound, Pace
from gateway.channels.folder.outbound import FolderOutbound
from gateway.channels.folder.place import InboundFolder

__all__ = ["FolderInbound", "FolderOutbound", "InboundFolder", "Pace"]
