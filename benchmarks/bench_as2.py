"""AS2 in: messages of 2 KB, signed and encrypted, received, stored and answered with a signed receipt, by one process.

    python -m benchmarks.bench_as2 --seconds 8

Beside it, in the same process and run, the raw cost of the same CMS operations (decrypt, verify, sign), and of the RSA and AES in
them. Counted is CPU time of the gateway's process; of the rounds of both, which take turns, the best counts: on a machine that
others use too, each switch of processes empties the caches. `share_of_limit`: what is left of the rate of the CMS operations when
HTTP, MIME, evidence and commits are added. PostgreSQL runs with fsync. Ends with one JSON line, and fails far below the figure
that is published (`LEAST_SHARE`).
"""

import argparse
import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from typing import Any
from uuid import uuid4

import aiohttp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gateway.channels.as2.relationship import load_agreed, load_pair
from gateway.protocols.as2 import Attachment, BuiltMessage, Encryption, OwnKey, ReceiptRequest, Signing, build
from gateway.protocols.as2.cms import open_content_info
from gateway.protocols.as2.enveloped_data import decrypt, parse_enveloped_data
from gateway.protocols.as2.signed_data import parse_signed_data, sign, verify
from gateway.store.database import Database
from gateway.store.migrations import migrate
from gateway.system import calm_collector
from tests.gateway.channels.as2.certificates import Pair, pair
from tests.gateway.channels.as2.site import Site, as2_site, options
from tests.servers.postgres import PostgresServer

SIZE = 2_048
CONNECTIONS = 32
ROUND = 200
"""Messages between two measurements of the operations alone."""
LEAST_SHARE = 0.3
"""Below that something is wrong; the goal is 0.7."""
ASKED = ReceiptRequest(notify="edi", protocol="pkcs7-signature", micalgs=("sha-256",))


def messages(count: int, theirs: Pair, ours: Pair) -> list[BuiltMessage]:
    """Messages of BIGBOX to NORDIC, each with an id and a content of its own."""
    signing, encryption = Signing(load_pair(theirs.own)), Encryption((load_agreed(ours.agreed),))
    at = datetime.now(UTC)

    def one() -> BuiltMessage:
        content = f"ISA*{uuid4()}~".encode().ljust(SIZE, b"A")
        terms: dict[str, Any] = {"signing": signing, "encryption": encryption, "receipt": ASKED}
        attachment = Attachment(content, "application/EDI-X12", "orders.edi")
        return build([attachment], sender="BIGBOX", recipient="NORDIC", message_id=f"<{uuid4()}@bigbox>", at=at, **terms)

    return [one() for _ in range(count)]


def cost(work: Callable[[], object], *, calls: int = 100) -> float:
    """CPU seconds of one call, on average."""
    started = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - started) / calls


def cms_cost(ready: Sequence[BuiltMessage], theirs: OwnKey, ours: OwnKey) -> float:
    """The CMS operations of a message: open what is encrypted, verify what is signed, sign a receipt. CPU seconds, on average."""
    receipt, at = b"Content-Type: multipart/report\r\n\r\n".ljust(900, b"x"), datetime.now(UTC)
    signed = [(message, sign(message.hashed, Signing(theirs), at=at)) for message in ready]
    waiting = iter(signed)

    def once() -> None:
        message, signature = next(waiting)
        decrypt(parse_enveloped_data(*open_content_info(message.body)), [ours])
        verify(parse_signed_data(open_content_info(signature)[1]), message.hashed, [theirs.certificate])
        sign(receipt, Signing(ours), at=at)

    return cost(once, calls=len(ready))


def primitives_cost(theirs: OwnKey, ours: OwnKey) -> float:
    """The RSA and AES of one message, and nothing around them."""
    key, other = ours.key, theirs.key
    if not isinstance(key, rsa.RSAPrivateKey) or not isinstance(other, rsa.RSAPrivateKey):
        raise TypeError("the keys of this benchmark are RSA keys")
    scheme, digest, content = padding.PKCS1v15(), hashes.SHA256(), b"x" * 4_096
    wrapped, signature = key.public_key().encrypt(b"k" * 32, scheme), other.sign(content, scheme, digest)
    public = other.public_key()

    def once() -> None:
        opened = Cipher(algorithms.AES(key.decrypt(wrapped, scheme)), modes.CBC(b"v" * 16)).decryptor()
        opened.update(content)
        public.verify(signature, content, scheme, digest)
        key.sign(content, scheme, digest)

    return cost(once)


async def serve(url: str) -> None:
    """The gateway's process: tells its address, and whenever it is asked, what it took and what the operations alone take."""
    pairs = {"theirs": pair("BIGBOX"), "ours": pair("NORDIC")}
    database = Database(url)
    await database.open()
    await migrate(database)
    async with as2_site(database, {"bigbox-as2": options()}, deliver=False) as site:
        told = {name: [each.certificate.decode(), each.key.decode()] for name, each in pairs.items()}
        _tell({"url": site.url, **told})
        calm_collector()
        await _answer(site, pairs["theirs"], pairs["ours"])
    await database.close()


async def _answer(site: Site, theirs: Pair, ours: Pair) -> None:
    keys, sample = (load_pair(theirs.own), load_pair(ours.own)), messages(100, theirs, ours)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        used = time.process_time()
        stored = (await site.rows("select count(*) as n from gateway.transfer where state = 'processed'"))[0]["n"]
        costs = {"cms": cms_cost(sample, *keys), "primitives": primitives_cost(*keys)}
        _tell({"used": used, "stored": stored, **costs, "cpu": time.process_time()})


def _tell(value: dict[str, Any]) -> None:
    print("@" + json.dumps(value), flush=True)


async def _told(gateway: Process) -> dict[str, Any]:
    if gateway.stdout is None:
        raise RuntimeError("the gateway has no output")
    while not (line := await gateway.stdout.readline()).startswith(b"@"):
        if not line:
            raise RuntimeError("the gateway ended")
    return dict(json.loads(line[1:]))


async def _ask(gateway: Process) -> dict[str, Any]:
    if gateway.stdin is None:
        raise RuntimeError("the gateway has no input")
    gateway.stdin.write(b"?\n")
    return await _told(gateway)


async def _post(url: str, ready: Sequence[BuiltMessage]) -> float:
    """Post messages over some connections at once; answers the seconds it took. Each answer must be a receipt."""
    waiting, started = list(ready), time.monotonic()

    async def one(session: aiohttp.ClientSession) -> None:
        while waiting:
            message = waiting.pop()
            async with session.post(url, data=message.body, headers=list(message.headers)) as answer:
                if answer.status != 200 or b"processed" not in await answer.read():
                    raise RuntimeError(f"a message was answered with {answer.status}")

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(one(session) for _ in range(CONNECTIONS)))
    return time.monotonic() - started


async def measure(url: str, seconds: float) -> dict[str, Any]:
    """Start the gateway's process, post for about so long, and ask it what that took."""
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.bench_as2", "--serve", url, stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        told = await _told(gateway)
        theirs, ours = (Pair(*(part.encode() for part in told[name])) for name in ("theirs", "ours"))
        warm = await _post(told["url"], messages(300, theirs, ours))
        ready = messages(max(round(300 * seconds / warm / ROUND), 2) * ROUND, theirs, ours)
        taken, asked = 0.0, [await _ask(gateway)]
        for start in range(0, len(ready), ROUND):  # the operations alone take turns with the messages: both meet the same machine
            taken += await _post(told["url"], ready[start : start + ROUND])
            asked.append(await _ask(gateway))
    finally:
        with suppress(ProcessLookupError):
            gateway.terminate()
        await gateway.wait()
    if asked[-1]["stored"] - asked[0]["stored"] != len(ready):
        raise RuntimeError("not every message was stored")
    costs = [(after["used"] - before["cpu"]) / (after["stored"] - before["stored"]) for before, after in pairwise(asked)]
    each = min(costs)
    cms, primitives = (min(answer[name] for answer in asked) for name in ("cms", "primitives"))
    return {
        "messages": len(ready),
        "cpu_us_per_message_mean": round(1e6 * sum(costs) / len(costs)),
        "messages_per_second": round(len(ready) / taken),
        "cpu_us_per_message": round(1e6 * each),
        "messages_per_core_second": round(1 / each),
        "cms_us": round(1e6 * cms),
        "cms_per_core_second": round(1 / cms),
        "rsa_and_aes_us": round(1e6 * primitives),
        "share_of_limit": round(cms / each, 3),
        "versions": {name: version(name) for name in ("cryptography", "aiohttp", "asyncpg")},
    }


def main() -> None:
    """Run, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve(arguments.serve))
        return
    server = PostgresServer(durable=True)
    server.start()
    try:
        figures = asyncio.run(measure(server.url(server.create_database(template="template0")), arguments.seconds))
        print(json.dumps(figures))
    finally:
        server.remove()
    if figures["share_of_limit"] < LEAST_SHARE:
        raise SystemExit(f"share_of_limit is {figures['share_of_limit']}, it must not fall below {LEAST_SHARE}")


if __name__ == "__main__":
    main()
