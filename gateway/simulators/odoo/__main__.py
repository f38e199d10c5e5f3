"""`python -m gateway.simulators.odoo --port 8069 --seed-file products.json`: a simulated Odoo in a process of its own."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from gateway.simulators.odoo.environment import ADDITIONS
from gateway.simulators.odoo.schema import VERSIONS
from gateway.simulators.odoo.seed import EXAMPLE, read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m gateway.simulators.odoo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on loopback; a free one by default, printed as the first line")
    parser.add_argument("--seed-file", type=Path, help="JSON with products, partners and pricelists")
    parser.add_argument("--version", type=int, choices=VERSIONS, default=19, help="version of Odoo to behave like")
    parser.add_argument("--journal", type=Path, help="append-only file that keeps what was committed over restarts")
    parser.add_argument("--database", default="odoo", help="name of the database")
    parser.add_argument("--login", default="edi", help="the user who may log in")
    parser.add_argument("--password", default="key", help="that user's password or API key")
    parser.add_argument("--may-create-partners", action="store_true", help="let that user create contacts")
    parser.add_argument("--group", action="append", default=[], choices=sorted(ADDITIONS), help="give that user a further group")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds every call takes")
    return parser.parse_args(words)


async def serve(options: argparse.Namespace) -> None:
    """Run until the process is told to end."""
    groups = (*options.group, *(("contacts",) if options.may_create_partners else ()))
    simulator = OdooSimulator(
        version=options.version,
        seed=read_seed(options.seed_file) if options.seed_file else EXAMPLE,
        accounts=[Account(login=options.login, password=options.password, groups=groups)],
        database=options.database,
        journal=options.journal,
        port=options.port,
    )
    simulator.odoo.misbehaviour.latency = options.latency
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, ended.set)
    async with simulator:
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(arguments(sys.argv[1:])))
