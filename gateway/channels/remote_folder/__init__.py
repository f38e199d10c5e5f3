"""Folders on a partner's server: what every protocol for files has in common, over the few things that a server can do."""

from gateway.channels.remote_folder.inbound import RemoteInbound
from gateway.channels.remote_folder.outbound import RemoteOutbound
from gateway.channels.remote_folder.pace import Pace
from gateway.channels.remote_folder.pool import Sessions

__all__ = ["Pace", "RemoteInbound", "RemoteOutbound", "Sessions"]
