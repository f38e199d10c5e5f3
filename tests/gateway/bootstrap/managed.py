"""A gateway whose configuration is what was activated, with a partner that is reached by AS2."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.bootstrap.in_force import begun, in_force, note_start
from gateway.bootstrap.office import Office
from gateway.bootstrap.settings import read_settings
from gateway.store.database import Database
from tests.gateway.bootstrap.places import SMALL
from tests.gateway.channels.as2.certificates import pair

OURS = """\
identities = { x12 = "ZZ:US", as2 = "US" }
listen = "${GATEWAY_LISTEN:-127.0.0.1:8080}"
activation = { managed = MANAGED, approval = "APPROVAL" }"""
MAIN = 'include = ["partners/*.toml"]\n' + SMALL.partition("[[partner]]")[0].replace('identities = { x12 = "ZZ:US" }', OURS)
PARTNER = """\
[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789", as2 = "BIGBOX" }

[[channel]]
id = "bigbox-as2"
type = "as2"
partner = "bigbox"
url = "http://127.0.0.1:9/as2"
certificates = ["certs/bigbox.pem"]   # from their portal
keys = [{ certificate = "certs/us.pem", key = "${file:us.key}" }]
"""


@asynccontextmanager
async def managed(folder: Path, url: str, *, approval: str = "nobody", by_files: bool = False) -> AsyncIterator[Office]:
    """The office of a gateway that has begun with these files. `approval`: who must say yes to what is proposed."""
    file = written(folder, approval=approval, by_files=by_files)
    database = Database(url)
    await database.open()
    try:
        environ = {"DATABASE_URL": url, "GATEWAY_DATA": str(folder / "var")}
        settings = await begun(read_settings(str(file), environ), database)
        await note_start(settings, database)
        yield Office(await in_force(settings, database), database, url, "test")
    finally:
        await database.close()


def written(folder: Path, *, approval: str = "nobody", by_files: bool = False) -> Path:
    """The files; answers the first of them."""
    (folder / "partners").mkdir()
    (folder / "certs").mkdir()
    said = MAIN.replace("APPROVAL", approval).replace("MANAGED", "false" if by_files else "true")
    (folder / "routes.toml").write_text(said)
    (folder / "partners" / "bigbox.toml").write_text(PARTNER.replace("us.key", str(folder / "us.key")))
    (folder / "certs" / "bigbox.pem").write_bytes(pair("BIGBOX").certificate)
    (folder / "certs" / "us.pem").write_bytes(pair("US").certificate)
    (folder / "us.key").write_bytes(pair("US").key)
    (folder / "us.key").chmod(0o600)
    return folder / "routes.toml"


async def as_it_is_now(office: Office) -> Office:
    """The same with what is in force by now."""
    read = read_settings(str(office.settings.config), office.settings.environ)
    return Office(await in_force(read, office.database), office.database, "", "test")
