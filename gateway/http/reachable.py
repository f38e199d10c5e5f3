"""Which addresses a call may go to: those of the public internet, unless the channel says that its server is an internal one.

A partner's host name, or a link in a list of its, may lead to this machine, to the network behind it, or to the metadata of a
cloud. So the address is judged where the connection is made, after all names are resolved.
"""

import errno
import ipaddress
import socket
from typing import Any

_ALWAYS_REFUSED = tuple(ipaddress.ip_network(text) for text in ("169.254.0.0/16", "fe80::/10", "0.0.0.0/8", "::/128"))
"""Link-local (where clouds keep their metadata) and unspecified: no partner is there."""


class Unreachable(OSError):
    """An address that calls do not go to."""


def any_socket(found: Any) -> socket.socket:
    """A socket for an address (as `getaddrinfo` gives it) that may be internal."""
    address = _address(found)
    if any(address in network for network in _ALWAYS_REFUSED if network.version == address.version):
        raise Unreachable(errno.EACCES, f"{address} is no address that a server of others has")
    return _socket(found)


def public_socket(found: Any) -> socket.socket:
    """A socket for an address of the public internet. Raises Unreachable."""
    address = _address(found)
    if not address.is_global or address.is_multicast:
        remedy = "if it is right, set internal = true for it"
        raise Unreachable(errno.EACCES, f"{address} is an internal address: {remedy}")
    return _socket(found)


def _address(found: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(str(found[4][0]).partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _socket(found: Any) -> socket.socket:
    return socket.socket(family=found[0], type=found[1], proto=found[2])
