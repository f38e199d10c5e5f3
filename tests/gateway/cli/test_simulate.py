"""`gateway simulate`: a partner that speaks what routes.toml says, in words and records; what it cannot be, and its keys."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from gateway.cli.simulate.staying import _counted
from gateway.simulators.partner import TradingPartner
from gateway.simulators.partner.sftp_server import fingerprint
from tests.gateway.cli.invented import Result
from translators import registry
from translators.canonical.order_response import OrderResponse
from translators.contract import Family, Identity

Invoke = Callable[..., Result]
US, THEM = Identity("ZZ", "US"), Identity("01", "123456789")
ROUTES = """
[gateway]
id = "us"
owner = "edi"
identities = { x12 = "ZZ:US", edifact = "5790000000012:14" }

[[owner]]
id = "edi"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
outbox = "out"

[[channel]]
id = "bigbox-sftp"
partner = "bigbox"
type = "sftp"
host = "sftp.bigbox.example"
user = "us"
password = "${PASSWORD:-secret}"
host_keys = []
inbox = { folder = "/out" }

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[agreement]]
id = "bigbox-855"
partner = "bigbox"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "bigbox-folder"
expect = { ack = "997", within = "24h" }

[[partner]]
id = "mute"
owner = "edi"
identities = { edifact = "5798000000025:14" }

[[route]]
id = "all"
deliver = [{ to = "odoo", as = "sale_order" }]

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:9"
api_key = "${KEY:-key}"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "routes.toml"
    path.write_text(ROUTES)
    return path


def answered(folder: Path) -> None:
    """An order response that waits in the partner's outbox."""
    side = TradingPartner(Family.X12, identity=US, other=THEM)
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": 1, "unit": "EA"}}
    told = {"number": "1", "issued": "2026-03-02", "status": "accepted", "order": {"number": "4711"}, "lines": [line]}
    folder.mkdir()
    body = side.written(OrderResponse.model_validate(told), "855", "004010", prepared=datetime(2026, 3, 2, tzinfo=UTC))
    (folder / "855.edi").write_bytes(body)


def run(invoke: Invoke, config: Path, *words: str) -> Result:
    return invoke("simulate", "partner", "bigbox", *words, "--config", str(config))


def test_it_sends_orders_takes_what_comes_and_answers_as_agreed(config: Path, invoke: Invoke) -> None:
    answered(config.parent / "out")
    words = ["--orders", "2", "--item", "ANVIL:3", "--first-order", "PO-09", "--until-received", "1", "-o", "jsonl"]
    result = run(invoke, config, *words)
    assert result.status == 0, result.err
    told = [json.loads(line) for line in result.out.splitlines()]
    assert sorted((one["did"], one["what"]) for one in told) == [
        ("answered", "997"), ("received", "855"), ("sent", "interchange"), ("sent", "interchange"),
    ]  # fmt: skip
    documents = [
        document
        for path in sorted((config.parent / "in").iterdir())
        for interchange in registry.translate(path.read_bytes()).interchanges
        for document in interchange.documents
    ]
    orders = {document.canonical.number: document.canonical for document in documents if document.type == "850"}  # type: ignore[union-attr]
    assert sorted(orders) == ["PO-09", "PO-10"]
    assert [line.quantity.value for line in orders["PO-09"].lines] == [3]  # type: ignore[union-attr]
    assert [document.type for document in documents if document.type != "850"] == ["997"]


def test_it_says_so_in_words_and_misbehaves_as_told(config: Path, invoke: Invoke) -> None:
    answered(config.parent / "out")
    result = run(invoke, config, "--orders", "1", "--sending", "duplicate", "--answering", "missing", "--until-received", "1")
    assert result.status == 0, result.err
    assert result.out.count(" sent      interchange ") == 2
    assert "withheld  the answer 855.edi" in result.out
    assert "bigbox on bigbox-folder (folder)" in result.err


def test_files_go_as_they_are(config: Path, tmp_path: Path, invoke: Invoke) -> None:
    answered(config.parent / "out")
    (tmp_path / "mine.x12").write_bytes(b"ISA*")
    assert run(invoke, config, "--file", str(tmp_path / "mine.x12"), "--until-received", "1").status == 0
    assert (config.parent / "in" / "mine.x12").read_bytes() == b"ISA*"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--channel", "nowhere"], 2, "no such channel of bigbox can be simulated"),
        (["--channel", "bigbox-sftp"], 2, "listens on this machine only"),
        (["--item", "ANVIL", "--orders", "1"], 2, '"ANVIL" is no line'),
        (["--delay", "soon"], 2, "--delay"),
        (["--answering", "nicely"], 2, "nicely"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(config: Path, invoke: Invoke, words: list[str], code: int, said: str) -> None:
    result = run(invoke, config, *words)
    assert result.status == code
    assert said in result.err


@pytest.mark.parametrize(("partner", "said"), [("nobody", 'no partner "nobody"'), ("mute", "nothing was agreed with mute")])
def test_somebody_with_whom_nothing_was_agreed_is_nobody(config: Path, invoke: Invoke, partner: str, said: str) -> None:
    result = invoke("simulate", "partner", partner, "--config", str(config))
    assert result.status != 0
    assert said in result.err


def test_keys_are_made_once_and_their_lines_written(config: Path, invoke: Invoke) -> None:
    result = invoke("simulate", "keys", "bigbox", "--config", str(config))
    assert result.status == 0, result.err
    folder = config.parent / "simulated"
    assert (folder / "bigbox.key").stat().st_mode & 0o077 == 0
    certificate = x509.load_pem_x509_certificate((folder / "bigbox.pem").read_bytes())
    assert certificate.subject.rfc4514_string() == "CN=BIGBOX"
    assert 'certificates = ["simulated/bigbox.pem"]' in result.out
    assert fingerprint((folder / "bigbox.host.key").read_text()) in result.out
    again = invoke("simulate", "keys", "bigbox", "--config", str(config))
    assert again.status == 1
    assert "bigbox.pem is there already" in again.err


@pytest.mark.parametrize(
    ("first", "place", "number"), [("4711", 0, "4711"), ("PO-09", 1, "PO-10"), ("A", 0, "A"), ("A", 2, "A2"), ("999", 1, "1000")]
)
def test_numbers_count_on_at_their_end(first: str, place: int, number: str) -> None:
    assert _counted(first, place) == number
