"""A TCP line with a distance, where the kernel has no netem: `python -m benchmarks.delay_line TARGET_PORT ONE_WAY_MS`.

Prints the port it listens on. What comes in on one side goes out on the other so much later, in order and as much as there is.
"""

import asyncio
import socket
import sys

_AT_ONCE = 256 * 1024


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(_AT_ONCE):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay + 0.01, writer.close)


async def run(target: int, delay: float) -> None:
    """Take connections until the process ends."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        for side in (writer, far_writer):
            side.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(_carry(reader, far_writer, delay), _carry(far_reader, writer, delay), return_exceptions=True)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]) / 1000))
