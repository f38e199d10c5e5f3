"""Lines to servers: how their silence is noticed, whoever is at the other end."""

import socket

_SILENCE = 10
"""Seconds after which bytes that nobody has taken, or a line that is silent, end the connection."""


def notice_silence(line: socket.socket | None) -> None:
    """Let the kernel end a connection whose packets get lost: within about ten seconds, whether it is used or not."""
    if line is None or line.family not in (socket.AF_INET, socket.AF_INET6):
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _SILENCE // 2)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENCE * 1000)
