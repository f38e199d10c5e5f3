"""A new partner's file proposed beside a configuration: what `gateway check` will say, how samples fare, and nothing written."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap.examining import MOST_FINDINGS, examine_file
from gateway.bootstrap.proposing import propose_partner
from gateway.config import Snapshot, load
from gateway.config.partner_wish import read_wish
from gateway.domain.onboarding.recognised import Sample
from gateway.domain.onboarding.wish import Transport
from gateway.errors import ActionRefused, ConfigurationInvalid, PlanRefused
from tests.gateway.cli.test_partners_add import X12
from tests.gateway.config.conftest import ENVIRON, ROUTES

INCLUDING = f'include = ["partners/*.toml"]\n{ROUTES}'
ORDER = X12.replace("MYCOMPANY ", "US        ")
OURS = ORDER.replace("*01*555555555      *ZZ*US             *", "*ZZ*US             *01*555555555      *")
BIGBOX = ORDER.replace("*01*555555555 ", "*01*123456789 ")


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "sku.csv").write_text("theirs,ours\nA1,X1\n")
    (tmp_path / "routes.toml").write_text(INCLUDING)
    return tmp_path / "routes.toml"


def write(main: Path, text: str) -> None:
    """Put another configuration in its place."""
    main.write_text(text)


async def proposed(
    main: Path, *texts: str, partner: str = "acme", transport: Transport = Transport.FOLDER, **said: Any
) -> Mapping[str, Any]:
    samples = [Sample(f"{number}.edi", text.encode()) for number, text in enumerate(texts)]
    told: Mapping[str, Any] = await propose_partner(str(main), read_wish(partner, transport, **said), samples)
    return told


def severe(told: Mapping[str, Any]) -> set[str]:
    return {one["message"] for one in told["complaints"] if one["severity"] == "error"}


class TestProposing:
    @pytest.mark.parametrize("transport", [Transport.AS2, Transport.MAIL])
    async def test_by_every_way_samples_are_judged_as_soon_as_the_file_holds(self, main: Path, transport: Transport) -> None:
        before = sorted(path.name for path in main.parent.iterdir())
        told = await proposed(main, ORDER, transport=transport)
        assert told["path"] == "partners/acme.toml"
        assert [(one["name"], one["valid"]) for one in told["samples"]] == [("0.edi", True)]
        (document,) = told["samples"][0]["interchanges"][0]["documents"]
        assert document["agreement"] == "acme-850"
        assert sorted(path.name for path in main.parent.iterdir()) == before

    @pytest.mark.parametrize("partner", ["3m", "a-b_c"])
    async def test_whatever_a_partner_is_called_nothing_but_its_secret_is_missing(self, main: Path, partner: str) -> None:
        told = await proposed(main, ORDER, partner=partner, transport=Transport.SFTP, address="sftp.acme.example:2222")
        (channel,) = tomllib.loads(told["text"])["channel"]
        assert (channel["host"], channel["port"]) == ("sftp.acme.example", 2222)
        assert severe(told) == {f"the environment variable {channel['password'][2:-1]} is not set"}

    @pytest.mark.parametrize("text", ["json/purchase_order", "xml/UBL-2.1/Order"])
    async def test_a_format_of_any_family_is_written_as_the_configuration_takes_it(self, main: Path, text: str) -> None:
        write(main, INCLUDING.replace('x12 = "ZZ:US",', 'x12 = "ZZ:US", xml = "0088:1", json = "gln:1",', 1))
        told = await proposed(main, formats=[text])
        written = tomllib.loads(told["text"])
        assert written["agreement"][0]["format"] == text
        assert severe(told) == set()

    async def test_only_complaints_that_the_new_file_brings_are_told(self, main: Path) -> None:
        write(main, f'include = ["nothing/*.toml", "partners/*.toml"]\n{ROUTES}')
        told = await proposed(main, ORDER)
        assert not any("nothing/*.toml" in one["message"] for one in told["complaints"])

    async def test_what_we_sent_ourselves_is_learnt_from_and_not_judged(self, main: Path) -> None:
        told = await proposed(main, ORDER, OURS)
        assert [one["name"] for one in told["samples"]] == ["0.edi"]
        assert [one["direction"] for one in tomllib.loads(told["text"])["agreement"]].count("out") >= 1

    async def test_a_sample_of_another_partner_would_be_refused_and_that_is_asked_about(self, main: Path) -> None:
        told = await proposed(main, BIGBOX)
        assert "identity-shared" in {one["code"] for one in told["decisions"]}
        assert not any(one["valid"] for one in told["samples"])

    async def test_files_of_a_layout_that_nobody_named_wait_for_it(self, main: Path) -> None:
        told = await proposed(main, "order;item\n1;A\n")
        assert [one["code"] for one in told["decisions"] if one["table"] == ""] == ["layout"]
        assert told["samples"] == []


class TestRefusing:
    @pytest.mark.parametrize("pattern", ["*.toml", "other/*.toml", "partners/[d-z]*.toml"])
    async def test_a_file_that_would_not_be_read_is_not_proposed(self, main: Path, pattern: str) -> None:
        write(main, f'include = ["{pattern}"]\n{ROUTES}')
        with pytest.raises(ActionRefused, match=r"would not read partners/acme\.toml") as caught:
            await proposed(main, ORDER)
        assert caught.value.remedy is not None
        assert 'include = ["partners/*.toml"]' in caught.value.remedy

    @pytest.mark.parametrize("texts", [(), ("",), ('{"no": "document"}',)])
    async def test_samples_that_say_nothing_do_not_make_a_partner(self, main: Path, texts: tuple[str, ...]) -> None:
        with pytest.raises(PlanRefused, match="Nothing says what is exchanged"):
            await proposed(main, *texts)

    async def test_a_configuration_with_errors_is_mended_first(self, main: Path) -> None:
        write(main, INCLUDING.replace('owner = "edi"', 'owner = "nobody"'))
        with pytest.raises(ConfigurationInvalid):
            await proposed(main, ORDER)

    async def test_a_partner_and_a_file_that_are_there_are_left_alone(self, main: Path) -> None:
        with pytest.raises(ActionRefused, match='There is a partner "bigbox" already'):
            await proposed(main, ORDER, partner="bigbox")
        (main.parent / "partners").mkdir()
        (main.parent / "partners" / "acme.toml").write_text("# mine\n")
        with pytest.raises(ActionRefused, match=r"partners/acme\.toml is there already"):
            await proposed(main, ORDER)


class TestExamining:
    @pytest.fixture
    def snapshot(self, main: Path) -> Snapshot:
        return load(main, ENVIRON)

    def told(self, snapshot: Snapshot, text: str) -> dict[str, Any]:
        return examine_file(Sample("a.edi", text.encode()), snapshot, channel="bigbox-folder", partner="bigbox")

    def test_a_good_file_is_told_with_what_we_would_answer(self, snapshot: Snapshot) -> None:
        told = self.told(snapshot, BIGBOX)
        (interchange,) = told["interchanges"]
        assert (told["valid"], told["name"], told["size"]) == (True, "a.edi", len(BIGBOX))
        assert (interchange["sender"], interchange["receiver"], interchange["test"]) == ("01:123456789", "ZZ:US", False)
        assert interchange["separators"]["element"] == "*"
        (answer,) = interchange["answers"]
        assert (answer["type"], answer["verdict"], answer["problem"]) == ("997", "accepted", "")
        assert answer["text"].startswith("ISA*")

    def test_findings_say_which_document_they_are_about_and_stand_in_the_order_of_the_file(self, snapshot: Snapshot) -> None:
        told = self.told(snapshot, BIGBOX.replace("BEG*00*NE*4711", "BEG*00*NE*"))
        findings = [one for one in told["findings"] if one["severity"] == "error"]
        assert not told["valid"]
        assert (findings[0]["document"], findings[0]["tag"], findings[0]["element"]) == ("850 0001", "BEG", 3)
        offsets = [one["offset"] for one in told["findings"]]
        assert offsets == sorted(offsets)

    @pytest.mark.parametrize("text", ["", "nothing that anybody could read", BIGBOX[:200], ORDER])
    def test_what_would_not_be_taken_is_not_valid_and_says_why(self, snapshot: Snapshot, text: str) -> None:
        told = self.told(snapshot, text)
        assert not told["valid"]
        assert any(one["severity"] == "error" for one in told["findings"])

    def test_of_very_many_findings_some_are_told_and_the_others_counted(self, snapshot: Snapshot) -> None:
        start, end = BIGBOX.index("ST*850"), BIGBOX.index("GE*1")
        order = BIGBOX[start:end].replace("PO1*1*", "PO1*1*1*QZ*1**BP*A~PO1*1*" * 60)
        told = self.told(snapshot, BIGBOX[:start] + order * 3 + BIGBOX[end:])
        assert len(told["findings"]) == MOST_FINDINGS
        assert told["omitted"] > 0
