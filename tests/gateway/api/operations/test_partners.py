"""Partners, the targets behind and before them, and their control numbers."""

import base64
import tomllib
from datetime import date
from typing import Any
from uuid import uuid4

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from gateway.api.table import BY_NAME
from gateway.errors import Absent, ActionRefused, PlanRefused
from tests.gateway.channels.as2.certificates import pair
from tests.world.day import ANN, AS2_SECRETS, BIGBOX, NORDMART, World


class TestPartners:
    async def test_listed_with_how_it_stands_with_each(self, standing: World) -> None:
        bigbox, nordmart = (await standing.ask("partners.list")).items
        assert (bigbox.id, bigbox.health, bigbox.reasons) == ("bigbox", "attention", ("failures", "overdue"))
        assert (bigbox.received_day, bigbox.received_week, bigbox.overdue) == (3, 3, 1)
        assert bigbox.sent_day == bigbox.sent_week == 4, "two answers and two despatch advices"
        assert bigbox.last_received <= bigbox.last_sent
        assert (nordmart.id, nordmart.health, nordmart.received_day, nordmart.sent_day) == ("nordmart", "ok", 1, 2)
        assert not hasattr(bigbox, "channels")

    async def test_one_with_all_that_was_agreed_and_nothing_that_lets_somebody_in(self, standing: World) -> None:
        page = await standing.ask("partners.show", partner="bigbox")
        assert page.identities == {"x12": ("01:123456789",)}
        assert {(one.id, one.direction, one.format, one.acknowledge) for one in page.agreements} == {
            ("bigbox-850", "in", "x12/004010/850", ("997",)), ("bigbox-856", "out", "x12/004010/856", ()),
        }  # fmt: skip
        (expected,) = next(one.expects for one in page.agreements if one.id == "bigbox-856")
        assert (expected.kind, expected.within_seconds) == ("997", 86400)
        places = {one.id: one.places for one in page.channels}
        assert places["bigbox-as2"] == ("http://127.0.0.1:9", "NORDIC → BIGBOX")
        written = orjson.dumps(page.model_dump(mode="json")).decode()
        assert not [secret for secret in (*AS2_SECRETS, "PRIVATE KEY") if secret in written]

    async def test_certificates_with_their_dates_and_whose_they_are(self, standing: World) -> None:
        page = await standing.ask("partners.show", partner="bigbox")
        assert {(one.name, one.ours, one.channel) for one in page.certificates} == {
            ("bigbox.pem", False, "bigbox-as2"), ("ours.pem", True, "bigbox-as2"),
        }  # fmt: skip
        assert all(one.not_before < one.not_after and len(one.fingerprint) == 64 for one in page.certificates)

    async def test_each_certificate_says_what_it_is_for_now_and_which_end_comes_first(self, standing: World) -> None:
        page = await standing.ask("partners.show", partner="bigbox")
        assert {(one.standing, one.in_use, one.mark, one.key) for one in page.certificates} == {
            ("current", True, None, "RSA 2048")
        }
        assert page.certificate_ends == min(one.not_after for one in page.certificates)
        bigbox, nordmart = (await standing.ask("partners.list")).items
        assert (bigbox.certificate_ends, nordmart.certificate_ends) == (page.certificate_ends, None)

    async def test_a_certificate_is_given_as_a_file_also_to_the_partner_and_to_no_other(self, standing: World) -> None:
        (ours,) = [one for one in (await standing.ask("partners.show", partner="bigbox")).certificates if one.ours]
        row = BY_NAME["partners.certificate"]
        asked = row.asked.model_validate({"partner": "bigbox", "fingerprint": ours.fingerprint})
        for who in (ANN, BIGBOX):
            file = await row.run(standing.office, who, asked)
            assert (file.name, file.content) == ("ours.pem", pair("NORDIC").certificate)
        with pytest.raises(Absent):
            await row.run(standing.office, NORDMART, asked)
        with pytest.raises(Absent, match="has no certificate"):
            await row.run(standing.office, ANN, asked.model_copy(update={"fingerprint": "0" * 64}))

    async def test_how_many_deliveries_wait_is_counted(self, world: World) -> None:
        before = (await world.ask("partners.show", partner="bigbox")).waiting
        await world.moved(await world.delivery("4712"), "waiting")
        assert (await world.ask("partners.show", partner="bigbox")).waiting == before + 1

    @pytest.mark.parametrize(("who", "others"), [(BIGBOX, "nordmart"), (NORDMART, "bigbox")])
    async def test_a_partner_sees_its_own_page_without_what_is_ours(self, world: World, who: Any, others: str) -> None:
        await world.ask("partners.hold", partner=who.partner, reason="sends doubled orders")
        page = await world.ask("partners.show", who, partner=who.partner)
        assert page.agreements
        assert (page.owner, page.health, page.reasons, page.failures) == ("", "ok", (), 0)
        assert (page.held_by, page.held_because, page.held_since) == (None, None, None)
        assert {(one.places, one.breaker, one.held_by) for one in page.channels} == {((), None, None)}
        with pytest.raises(Absent):
            await world.ask("partners.show", who, partner=others)

    async def test_held_and_released(self, world: World) -> None:
        page = await world.ask("partners.hold", partner="bigbox", reason="sends doubled orders")
        assert (page.health, page.held_by, page.held_because) == ("held", "ann", "sends doubled orders")
        with pytest.raises(ActionRefused, match="held already"):
            await world.ask("partners.hold", partner="bigbox", reason="again")
        assert (await world.ask("partners.release", partner="bigbox", reason="corrected")).held_by is None
        with pytest.raises(ActionRefused, match="not held"):
            await world.ask("partners.release", partner="bigbox")
        assert (await world.audited("deliveries_held"), await world.audited("deliveries_released")) == (["ann"], ["ann"])

    async def test_its_ways_are_tried_step_by_step(self, standing: World) -> None:
        found = await standing.ask("partners.test", partner="bigbox")
        assert not found.passed, "nothing listens there"
        failed = [step for step in found.steps if step.state == "fail"]
        assert failed[-1].name.startswith("bigbox-as2: ")
        assert failed[-1].remedy
        assert {step.name.partition(":")[0] for step in found.steps} == {"bigbox-folder", "bigbox-as2"}

    @pytest.mark.parametrize("name", ["partners.show", "partners.test", "partners.release"])
    async def test_one_that_is_not_there(self, standing: World, name: str) -> None:
        with pytest.raises(Absent):
            await standing.ask(name, partner="bigbux")


class TestNewCertificates:
    async def examined(self, world: World, content: bytes, **asked: Any) -> Any:
        given = base64.b64encode(content).decode()
        return await world.ask("partners.examine", partner="bigbox", certificate=given, **asked)

    async def test_the_lines_for_a_partners_let_old_and_new_overlap(self, standing: World) -> None:
        new = pair("BIGBOX new")
        found = await self.examined(standing, new.certificate, use_from="2026-12-01T00:00:00Z", overlap_days=10)
        assert (found.concerns, found.in_file, found.key, found.self_signed) == ((), 1, "RSA 2048", True)
        assert (found.subject, found.current.name) == ("CN=BIGBOX new", "bigbox.pem")
        listed = tomllib.loads(found.lines)["certificates"]
        assert listed == [
            {"file": "bigbox.pem", "until": date(2026, 12, 11)}, {"file": found.file, "from": date(2026, 12, 1)},
        ]  # fmt: skip
        assert found.pem.encode() == new.certificate

    async def test_der_is_read_as_well_and_by_default_it_takes_over_when_it_is_valid(self, standing: World) -> None:
        new = pair("BIGBOX new", begun=-20)
        der = x509.load_pem_x509_certificate(new.certificate).public_bytes(serialization.Encoding.DER)
        found = await self.examined(standing, der)
        assert found.use_from >= found.not_before
        assert (found.use_from.hour, found.use_from.minute) == (0, 0)
        assert found.pem.encode() == new.certificate
        assert not [one for one in found.concerns if one.severity == "error"]

    async def test_for_a_key_of_ours_one_entry_is_added_and_the_partners_to_tell_are_named(self, standing: World) -> None:
        found = await self.examined(standing, pair("NORDIC new").certificate, ours=True, use_from="2026-12-01T00:00:00Z")
        entry = tomllib.loads("keys = [" + found.lines + "]")["keys"][0]
        assert (entry["certificate"], entry["from"]) == (found.file, date(2026, 12, 1))
        assert entry["key"].startswith("${file:")
        assert "[gateway.as2]" in found.lines
        assert (found.tell, found.current.name, found.overlap_until) == (("bigbox",), "ours.pem", None)

    async def test_what_would_go_wrong_is_told_before(self, standing: World) -> None:
        async def codes(content: bytes, **asked: Any) -> list[str]:
            return [one.code for one in (await self.examined(standing, content, **asked)).concerns]

        assert await codes(pair("BIGBOX").certificate) == ["same"]
        assert await codes(pair("old", days=-1, begun=400).certificate) == ["ended"]
        assert await codes(pair("short", bits=1024).certificate) == ["short-key"]
        assert "gap" in await codes(pair("late", days=900).certificate, use_from="2028-06-01T00:00:00Z")

    async def test_what_is_no_certificate_is_refused_and_a_private_key_above_all(self, standing: World) -> None:
        with pytest.raises(PlanRefused, match="private key"):
            await self.examined(standing, pair("BIGBOX").key)
        with pytest.raises(PlanRefused, match="Not a usable certificate"):
            await self.examined(standing, b"hello")
        with pytest.raises(Absent, match="no such channel"):
            await self.examined(standing, pair("x").certificate, channel="bigbox-folder")


class TestTargets:
    async def test_listed_with_what_they_are_and_nothing_that_lets_somebody_in(self, standing: World) -> None:
        listed = {one.target: one for one in (await standing.ask("targets.list")).items}
        told = {name: (one.kind, one.type, one.partner, one.places) for name, one in listed.items()}
        assert told["odoo"] == ("application", "odoo", None, ("http://127.0.0.1:9",))
        assert told["news"] == ("subscriber", "webhook", None, ("http://127.0.0.1:9",))
        assert told["bigbox-as2"] == ("channel", "as2", "bigbox", ("http://127.0.0.1:9", "NORDIC → BIGBOX"))

    async def test_listed_with_what_keeps_them(self, standing: World) -> None:
        listed = {one.target: one for one in (await standing.ask("targets.list")).items}
        assert {"odoo", "bigbox-folder", "bigbox-as2", "nordmart-folder", "news"} == set(listed)
        assert (listed["odoo"].configured, listed["odoo"].waiting, listed["odoo"].held_by) == (True, 0, None)
        assert (await standing.ask("targets.show", target="odoo")) == listed["odoo"]
        with pytest.raises(Absent):
            await standing.ask("targets.show", target="odo")

    async def test_held_released_and_tried_at_once(self, world: World) -> None:
        held = await world.ask("targets.hold", target="odoo", reason="stocktaking")
        assert (held.held_by, held.held_because) == ("ann", "stocktaking")
        with pytest.raises(ActionRefused, match="held already"):
            await world.ask("targets.hold", target="odoo", reason="again")
        assert (await world.ask("targets.release", target="odoo", reason="it is over")).held_by is None
        with pytest.raises(ActionRefused, match="not held"):
            await world.ask("targets.release", target="odoo")
        one = await world.delivery("4712")
        await world.moved(one, "waiting")
        await world.rows("update gateway.delivery set next_attempt_at = gateway.now() + interval '1 hour' where id = $1", one)
        for chosen in ({"target": "odoo"}, {"partner": "bigbox"}, {"deliveries": [one]}):
            assert (await world.ask("targets.retry", **chosen)).targets["odoo"] == 1
        assert await world.audited("deliveries_retried_now") == ["ann"] * 3
        assert {
            row["node"] for row in await world.rows("select node from gateway.event where subject = $1 and node = 'api'", one)
        }

    async def test_everything_at_once_is_not_tried(self, standing: World) -> None:
        with pytest.raises(ValidationError, match="everything at once"):
            await standing.ask("targets.retry")
        for chosen in ({"target": "odo"}, {"partner": "bigbux"}):
            with pytest.raises(Absent):
                await standing.ask("targets.retry", **chosen)
        with pytest.raises(Absent):
            await standing.ask("targets.hold", target="odo", reason="x")


class TestNumbers:
    async def test_listed_of_all_or_of_a_partner(self, standing: World) -> None:
        everyone = (await standing.ask("numbers.list")).items
        bigbox = (await standing.ask("numbers.list", partner="bigbox")).items
        assert {one.family for one in everyone} == {"x12", "edifact"}
        assert {one.family for one in bigbox} == {"x12"}
        assert all(one.last >= 1 for one in everyone)
        with pytest.raises(Absent):
            await standing.ask("numbers.list", partner="bigbux")

    async def test_seeded_and_put_back_only_where_that_is_said(self, world: World) -> None:
        wanted = {"partner": "bigbox", "family": "x12", "reason": "the system before counted so far"}
        seeded = await world.ask("numbers.seed", **wanted, last=4711)
        assert (seeded.before, seeded.last) == (2, 4711)
        with pytest.raises(ActionRefused, match="numbers would come again"):
            await world.ask("numbers.seed", **wanted, last=1)
        assert (await world.ask("numbers.seed", **wanted, last=1, back=True)).last == 1
        with pytest.raises(Absent):
            await world.ask("numbers.seed", **{**wanted, "partner": "nordmart"}, last=1)
        with pytest.raises(ValidationError):
            await world.ask("numbers.seed", **{**wanted, "family": "x13"}, last=1)

    async def test_all_moved_on_only_by_who_says_all(self, world: World) -> None:
        before = {(one.counts, one.sender, one.of): one.last for one in (await world.ask("numbers.list")).items}
        with pytest.raises(ValidationError):
            await world.ask("numbers.skip", count=100)
        assert (await world.ask("numbers.skip", count=100, confirm="all counters")).counters == len(before)
        after = {(one.counts, one.sender, one.of): one.last for one in (await world.ask("numbers.list")).items}
        assert after == {key: last + 100 for key, last in before.items()}

    async def test_what_was_never_sent_is_given_up_and_what_has_left_is_not(self, world: World) -> None:
        sent = await world.value("select id from gateway.outbound where control_number = '42'")
        with pytest.raises(ActionRefused, match="has left"):
            await world.ask("numbers.void", outbound=sent, reason="by mail instead")
        await world.moved(await world.value("select id from gateway.delivery where outbound = $1", sent), "waiting")
        told = await world.ask("numbers.void", outbound=sent, reason="by mail instead")
        assert (told.control_number, told.before) == ("42", False)
        assert (await world.ask("numbers.void", outbound=sent, reason="again")).before
        with pytest.raises(Absent):
            await world.ask("numbers.void", outbound=uuid4(), reason="which")
