"""Route tests run: those of the project itself, what fails and how that is told, requests to applications, recorded tests."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap.route_test_recording import Original, original_from, record_route_test, write_recorded
from gateway.bootstrap.route_tests import RouteTestsInvalid, run_route_tests
from gateway.config.route_tests import FOLDER
from gateway.errors import ActionRefused, ConfigurationInvalid
from gateway.stages.outgoing import OUTBOUND
from tests.gateway.bootstrap.places import ROUTES
from tests.integration.deciding import configured, our_order
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850

ORDER = order_850(control_number=1, order_number="PO-1", lines=2, sender="01:123456789", receiver="ZZ:NORDICDC")
EDIFACT = order_edifact(control_number="7", order_number="N-1", lines=2, sender="5798000000025", receiver="5790000000012")


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """A configuration with a folder for tests."""
    path = configured(tmp_path, "before")
    (path.parent / FOLDER).mkdir()
    return path


def run(main: Path, *paths: str) -> Any:
    return asyncio.run(run_route_tests(main, paths))


def written(main: Path, text: str, body: bytes = ORDER) -> None:
    (main.parent / FOLDER / "order.x12").write_bytes(body)
    (main.parent / FOLDER / "orders.toml").write_text(text, encoding="utf-8")


TEST = '[[test]]\nname = "an order"\nfile = "order.x12"\n'


def test_those_of_the_project_pass() -> None:
    found = run(ROUTES)
    assert [(one["name"], one["differences"]) for one in found["tests"] if not one["ok"]] == []
    assert found["passed"] >= 3


def test_they_fail_when_the_configuration_changes(tmp_path: Path) -> None:
    for name in ("routes.toml", "partners", "tables", "environments", FOLDER):
        source = ROUTES.parent / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    text = (tmp_path / "routes.toml").read_text().replace('value = "east" }', 'value = "west" }')
    (tmp_path / "routes.toml").write_text(text)
    found = run(tmp_path / "routes.toml")
    (failed,) = [one for one in found["tests"] if not one["ok"]]
    assert failed["differences"] == [
        {"what": "document 1: routed warehouse.identifiers.seller", "expected": "east", "actual": "west"}
    ]


def test_the_channel_is_found_by_who_sent_it(main: Path) -> None:
    written(main, TEST + '[test.expect]\npartner = "bigbox"\nacknowledgement = [{ channel = "bigbox-folder" }]\n')
    assert run(main)["passed"] == 1


def test_those_of_other_regions_are_run_there(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = main.read_text().replace('id = "bigbox"\n', 'id = "bigbox"\nregion = "us"\n', 1)
    main.write_text(f'{text}\n[[region]]\nid = "us"\ndatabase_url = "${{US_URL:-}}"\n')
    expected = '[test.expect]\npartner = "bigbox"\n'
    written(main, f'{TEST}{expected}{TEST}channel = "bigbox-folder"\n{expected}')
    found = run(main)
    assert (found["passed"], found["failed"], found["elsewhere"]) == (0, 0, 2)
    monkeypatch.setenv("GATEWAY_REGION", "us")
    monkeypatch.setenv("US_URL", "postgresql://edi@us/edi")
    found = run(main)
    assert (found["passed"], found["failed"], found["elsewhere"]) == (2, 0, 0)


def test_a_channel_that_is_none_is_a_failure_of_the_test(main: Path) -> None:
    written(main, TEST + 'channel = "bigbox-as2"\n[test.expect]\n')
    (one,) = run(main)["tests"]
    assert one["differences"] == [
        {"what": "channel", "expected": "bigbox-as2", "actual": "there are bigbox-folder, nordmart-folder"}
    ]


def test_files_with_faults_are_refused_with_all_of_them(main: Path) -> None:
    written(main, TEST + '[test.expect]\nstat = "x"\npartne = "y"\n')
    with pytest.raises(RouteTestsInvalid, match=re.escape('there is no key "stat" here; did you mean "state"? (and 1 more)')):
        run(main)


def test_a_configuration_with_errors_is_refused(main: Path) -> None:
    main.write_text(main.read_text().replace('owner = "edi"', 'owner = "nobody"', 1))
    with pytest.raises(ConfigurationInvalid):
        run(main)


HTTP = """
[[application]]
id = "wms"
type = "http"
url = "http://wms.example"

[[application.action]]
as = "order"
method = "POST"
path = "/orders/{{ document.number }}"
body = { order = "{{ document.number }}", key = "{{ key }}", lines = 2 }
idempotent = true
"""


def test_requests_to_applications_are_those_that_would_be_made(main: Path) -> None:
    text = main.read_text().replace("[[partner]]", HTTP + "\n[[partner]]", 1)
    main.write_text(text.replace('{ to = "odoo", as = "sale_order" }', '{ to = "wms", as = "order" }'))
    request = '{ method = "POST", path = "/orders/PO-1", "body.order" = "PO-1", "body.lines" = 2 }'
    written(main, TEST + f"[[test.expect.document]]\n[test.expect.document.request]\nwms = {request}\n")
    assert [one["differences"] for one in run(main)["tests"]] == [[]]


class TestRecorded:
    def recorded(self, main: Path, original: Original, **terms: Any) -> Any:
        made = asyncio.run(record_route_test(str(main), original, name="recorded", slug="recorded", **terms))
        write_recorded(made, main.parent / FOLDER, "recorded")
        return made

    @pytest.mark.parametrize(("body", "name"), [(ORDER, "order.x12"), (EDIFACT, "order.edi")])
    def test_what_is_recorded_passes_and_names_nobody(self, main: Path, body: bytes, name: str) -> None:
        made = self.recorded(main, original_from(str(main), body, name=name))
        assert (made.clear, run(main)["passed"]) == ((), 1)
        for word in (b"SMITH", b"BIGBOX DC", b"LOGISTICS", b"MARKET STREET", b"3125550100", b"orders@", b"ORDERS AT"):
            assert word not in made.content
        assert [len(made.content), made.content.count(b"~")] == [len(body), body.count(b"~")]

    def test_numbers_and_codes_stay(self, main: Path) -> None:
        made = self.recorded(main, original_from(str(main), ORDER))
        for word in (b"PO-1", b"WIDGET-0001", b"*1*123456789~", b"*IL*", b"*US~", b"*20*EA*2.25*"):
            assert word in made.content

    def test_what_goes_out_is_recorded_with_its_bytes(self, main: Path) -> None:
        made = self.recorded(main, original_from(str(main), our_order(1), partner="bigbox"))
        assert (b"SMITH" in made.content, "BEG*00*SA*OUR-1**20260302~" in made.text) == (False, True)
        assert run(main)["passed"] == 1

    def test_a_member_that_a_route_looks_at_stays_in_the_clear_and_that_is_said(self, main: Path) -> None:
        text = main.read_text().replace(
            'partner = "bigbox"\nrules', 'partner = "bigbox"\nwhen = \'order.ship_to.address.city == "JOLIET"\'\nrules'
        )
        main.write_text(text)
        made = self.recorded(main, original_from(str(main), ORDER))
        assert made.clear == ("*.address.city",)
        assert (b"JOLIET" in made.content, b"SMITH" in made.content) == (True, False)
        assert made.text.startswith("# In the clear, because routes look at them: *.address.city\n")
        assert run(main)["passed"] == 1

    def test_members_can_be_kept_and_all_of_them(self, main: Path) -> None:
        kept = asyncio.run(record_route_test(str(main), original_from(str(main), ORDER), name="n", slug="n", keep=("*.name",)))
        assert (b"BIGBOX STORES" in kept.content, b"3125550100" in kept.content) == (True, False)
        bare = asyncio.run(record_route_test(str(main), original_from(str(main), ORDER), name="n", slug="n", mask=False))
        assert bare.content == ORDER

    def test_bytes_that_nobody_can_read_are_a_test_too(self, main: Path) -> None:
        original = Original(b"this is no document", "bigbox-folder", None, "letter.txt")
        assert 'state = "unreadable"' in self.recorded(main, original).text
        assert run(main)["passed"] == 1

    def test_nothing_is_overwritten(self, main: Path) -> None:
        original = original_from(str(main), ORDER)
        self.recorded(main, original)
        with pytest.raises(ActionRefused, match=re.escape("recorded.toml, recorded.x12 is there already")):
            self.recorded(main, original)

    def test_the_way_of_what_is_ours_is_that_of_our_services(self, main: Path) -> None:
        assert original_from(str(main), b"{}", partner="bigbox").channel == OUTBOUND
        assert original_from(str(main), EDIFACT).channel == "nordmart-folder"
