"""`gateway partners add`: partners of different kinds onboarded from samples alone, and nothing written where it must not be."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.cli.invented import Result

FIXTURES = Path(__file__).parents[2] / "fixtures"
X12 = (
    "ISA*00*          *00*          *01*555555555      *ZZ*MYCOMPANY      *261101*0800*U*00401*000000007*0*P*>~"
    "GS*PO*ACMEAPP*MYAPP*20261101*0800*7*X*004010VICS~ST*850*0001~BEG*00*NE*4711**20261101~N1*ST*SHOP*92*0042~"
    "PO1*1*10*QZ*2.5**BP*A-1~PO1*2*1*EA*3**BP*A-2*VN*OURS-2~CTT*2~SE*7*0001~GE*1*7~IEA*1*000000007~"
)
EDIFACT = (
    "UNB+UNOC:3+4399901000009:14+5790000000012:14+261101:0800+77'UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+9001+9'DTM+137:20261101:102'"
    "NAD+BY+4399901000009::9'NAD+SU+5790000000012::9'UNS+S'UNT+7+1'UNZ+1+77'"
)


@pytest.fixture
def started(invoke: Callable, tmp_path: Path) -> Path:
    """A gateway as `gateway init` leaves it, with samples of new partners."""
    assert invoke("init", str(tmp_path / "dc"), "--no-input").status == 0
    (tmp_path / "acme.x12").write_text(X12)
    (tmp_path / "laden.edi").write_text(EDIFACT)
    return tmp_path


def add(invoke: Callable, started: Path, *words: str) -> Result:
    result: Result = invoke("partners", "add", *words, "--no-input", "--config", str(started / "dc" / "routes.toml"))
    return result


def file_of(started: Path, partner: str) -> dict:
    return tomllib.loads((started / "dc" / "partners" / f"{partner}.toml").read_text())


class TestThreeKinds:
    def test_x12_over_as2(self, started: Path, invoke: Callable) -> None:
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "as2", "--as2-name", "ACME")
        assert result.status == 0, result.err
        assert result.out.split() == ["partners/acme.toml"]
        written = file_of(started, "acme")
        assert written["partner"][0]["identities"] == {"x12": "01:555555555", "as2": "ACME"}
        coming, *going = written["agreement"]
        assert (coming["format"], coming["acknowledge"]) == ("x12/004010/850", ["997"])
        assert [one["format"] for one in going] == ["x12/004010/855", "x12/004010/856", "x12/004010/810"]
        assert going[0]["expect"] == [{"ack": "997", "within": "24h"}, {"receipt": "mdn", "within": "4h"}]
        assert going[0]["writing"]["envelope"] == {
            "sender_application": "MYAPP",
            "receiver_application": "ACMEAPP",
            "group_version": "004010VICS",
        }
        assert "certs/acme.pem" in result.err

    def test_edifact_over_sftp(self, started: Path, invoke: Callable) -> None:
        words = ("laden", str(started / "laden.edi"), "-t", "sftp", "--address", "sftp.laden.example", "--user", "dc")
        result = add(invoke, started, *words, "--sends", "order_response", "--timezone", "Europe/Berlin")
        assert result.status == 0, result.err
        written = file_of(started, "laden")
        (channel,) = written["channel"]
        assert (channel["host"], channel["user"], channel["password"]) == (
            "sftp.laden.example",
            "dc",
            "${LADEN_SFTP_PASSWORD}",
        )
        assert [one["format"] for one in written["agreement"]] == ["edifact/D.96A/ORDERS", "edifact/D.96A/ORDRSP"]
        checked = invoke("check", str(started / "dc" / "routes.toml"), environ={"LADEN_SFTP_PASSWORD": "secret"})
        assert checked.status == 0, checked.out
        assert "R063" in checked.out  # the host key that nobody has confirmed: it was asked for

    def test_ubl_over_http(self, started: Path, invoke: Callable) -> None:
        sample = FIXTURES / "xml" / "Order__phax-ph-ubl__CENBII-Order-minimal.xml"
        routes = started / "dc" / "routes.toml"
        ours = '"5790000000012:14", xml = "GLN:7300010000001"'
        routes.write_text(routes.read_text().replace('"5790000000012:14"', ours, 1))
        result = add(invoke, started, "kontor", str(sample), "-t", "http", "--identity", "xml=0088:7302347231111")
        written = file_of(started, "kontor")
        assert written["agreement"][0]["format"].startswith("xml/UBL-2.")
        assert written["agreement"][0]["acknowledge"] == ["ApplicationResponse"]
        assert written["channel"][0]["token_hashes"] == ["${KONTOR_TOKEN_SHA256:-}"]
        assert written["channel"][0]["send"]["url"] == "https://edi.kontor.example/edi"
        assert invoke("check", str(routes)).status == 0, result.err

    def test_a_flat_file_has_its_layout_asked_for_and_agreed_when_named(self, started: Path, invoke: Callable) -> None:
        sample = started / "orders.csv"
        sample.write_text("order;item;quantity\n1;A;2\n")
        result = add(invoke, started, "farm", str(sample), "-t", "mail", "--address", "edi@farm.example")
        assert result.status == 0, result.err
        assert "is a flat file: write its layout into layouts/NAME.toml" in result.err
        assert "agreement" not in file_of(started, "farm")


class TestTheFile:
    def test_it_says_what_is_to_be_decided_in_it_and_on_stderr(self, started: Path, invoke: Callable) -> None:
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        text = (started / "dc" / "partners" / "acme.toml").read_text()
        asked = [line for line in text.splitlines() if line.lstrip("# ").startswith("DECIDE")]
        assert len(asked) > 3
        assert f"To decide ({len(asked)}):" in result.err
        assert "PO103 QZ" in text  # a unit that is in no list of ours
        assert "would be taken" in result.err

    def test_check_finds_nothing_that_was_not_said(self, started: Path, invoke: Callable) -> None:
        add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        result = invoke("check", str(started / "dc" / "routes.toml"), "--deny-warnings")
        assert result.status == 0, result.out

    def test_items_that_we_do_not_know_get_a_table_and_a_rule(self, started: Path, invoke: Callable) -> None:
        routes = started / "dc" / "routes.toml"
        text = routes.read_text()
        routes.write_text(text[: text.index("# Where documents go.")])
        assert add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder").status == 0
        written = file_of(started, "acme")
        (rule, _) = written["route"][0]["rules"]
        assert (rule["from"], rule["table"]) == ("lines[].item.identifiers.buyer", "acme-items")
        assert (started / "dc" / "tables" / "acme_items.csv").read_text() == "their code,our code\nA-2,OURS-2\n"
        assert "A-1" in (started / "dc" / "partners" / "acme.toml").read_text()
        assert invoke("check", str(routes)).status == 0

    def test_a_route_that_takes_everything_anyway_is_named(self, started: Path, invoke: Callable) -> None:
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        assert 'Route "orders" takes it from every partner' in result.err
        assert "route" not in file_of(started, "acme")

    def test_samples_against_the_standard_are_let_through_by_a_question(self, started: Path, invoke: Callable) -> None:
        (started / "acme.x12").write_text(X12.replace("SE*7*", "SE*9*"))
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        assert result.status == 0
        assert file_of(started, "acme")["agreement"][0]["strictness"] == {"envelope_counts": "warn"}
        assert "segment-count-mismatch" in result.err

    def test_a_sample_for_somebody_else_would_be_refused_and_the_status_says_so(self, started: Path, invoke: Callable) -> None:
        (started / "acme.x12").write_text(X12.replace("MYCOMPANY ", "SOMEBODY  "))
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        assert result.status == 5
        assert "would be refused" in result.err
        assert "ZZ:SOMEBODY, which is not our x12 identity" in result.err


class TestCare:
    def test_nothing_is_overwritten(self, started: Path, invoke: Callable) -> None:
        there = started / "dc" / "partners" / "acme.toml"
        there.write_text("# mine\n")
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        assert (result.status, there.read_text()) == (4, "# mine\n")
        assert "is there already" in result.err

    def test_a_partner_who_is_there_is_not_added_again(self, started: Path, invoke: Callable) -> None:
        result = add(invoke, started, "bigbox", str(started / "acme.x12"), "-t", "folder")
        assert (result.status, 'There is a partner "bigbox" already.' in result.err) == (4, True)

    def test_a_dry_run_prints_the_file_and_writes_nothing(self, started: Path, invoke: Callable) -> None:
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder", "--dry-run")
        assert 'id = "acme"' in result.out
        assert not (started / "dc" / "partners" / "acme.toml").exists()

    def test_programs_get_all_of_it(self, started: Path, invoke: Callable) -> None:
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder", "--dry-run", "--json")
        told = json.loads(result.out)
        assert (told["path"], told["written"], told["samples"][0]["valid"]) == ("partners/acme.toml", False, True)
        assert {"timezone", "duplicates"} <= {one["code"] for one in told["decisions"]}
        assert told["samples"][0]["interchanges"][0]["answers"][0]["type"] == "997"

    @pytest.mark.parametrize(
        ("words", "status", "told"),
        [
            (("-t", "folder"), 2, "Say PARTNER"),
            (("acme", "-t", "pigeon"), 2, "--transport, one of"),
            (("acme", "-t", "folder"), 2, "Nothing says what is exchanged"),
            (("Acme!", "-t", "folder"), 2, "is no id of a partner"),
            (("acme", "-t", "folder", "--format", "850"), 2, "is no format"),
            (("acme", "-t", "folder", "--identity", "x12"), 2, "names no identity"),
            (("acme", "-t", "folder", "--sends", "letters"), 2, "is no canonical document"),
        ],
    )
    def test_what_is_not_said_rightly_is_told(
        self, words: tuple[str, ...], status: int, told: str, started: Path, invoke: Callable
    ) -> None:
        result = add(invoke, started, *words)
        assert (result.status, told in result.err) == (status, True), result.err

    def test_a_folder_that_is_not_included_is_told(self, started: Path, invoke: Callable) -> None:
        routes = started / "dc" / "routes.toml"
        routes.write_text("\n".join(line for line in routes.read_text().splitlines() if not line.startswith("include")))
        result = add(invoke, started, "acme", str(started / "acme.x12"), "-t", "folder")
        assert (result.status, 'include = ["partners/*.toml"]' in result.err) == (4, True)

    def test_formats_and_identities_do_where_there_is_no_sample(self, started: Path, invoke: Callable) -> None:
        words = ("acme", "-t", "folder", "--format", "x12/004010/850", "--identity", "x12=01:555555555", "--sends", "none")
        assert add(invoke, started, *words).status == 0
        assert [one["id"] for one in file_of(started, "acme")["agreement"]] == ["acme-850"]
