"""How deliveries are made, as it is written in routes.toml: retries, limits, maintenance, fallbacks, classes of service."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.config import load
from gateway.config.snapshot import Snapshot
from gateway.domain.maintenance import Dated
from gateway.domain.service import LOWEST, Service
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

TARGET = '{ to = "odoo", as = "sale_order", sequence = "number" }'
SECOND = """[[application]]
id = "spare"
type = "odoo"
url = "http://spare"
api_key = "${ODOO_KEY}"

[[partner]]"""


def loaded(project: Project, *changes: tuple[str, str]) -> Snapshot:
    text = ROUTES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load(project(text), ENVIRON)


def faults(project: Project, *changes: tuple[str, str]) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever `load` says
        loaded(project, *changes)
    return str(caught.value)


def application(*lines: str) -> tuple[str, str]:
    return 'url = "http://odoo"\n', 'url = "http://odoo"\n' + "\n".join(lines) + "\n"


class TestRetries:
    def test_an_application_and_an_agreement_have_their_own(self, project: Project) -> None:
        snapshot = loaded(
            project,
            application('retry = { attempts = 5, snooze = "10m", repeat = ["product-unknown"], give_up = ["login"] }'),
            ('acknowledge = ["997"]\n', 'acknowledge = ["997"]\nretry = { first = "1m", total = "4h" }\n'),
        )
        retry = snapshot.applications["odoo"].retry
        assert (retry.attempts, retry.snooze, retry.repeat, retry.give_up) == (
            5, timedelta(minutes=10), ("product-unknown",), ("login",),
        )  # fmt: skip
        agreed = snapshot.agreements[0].retry
        assert agreed is not None
        assert (agreed.first, agreed.total, agreed.attempts) == (timedelta(minutes=1), timedelta(hours=4), 12)

    def test_a_channel_has_its_own_and_an_agreement_none_unless_it_says_so(self, project: Project) -> None:
        snapshot = loaded(
            project, ('outbox = "out"\n', 'outbox = "out"\nrate = "2/s"\nconcurrency = 1\nretry = { attempts = 3 }\n')
        )
        terms = snapshot.channels["bigbox-folder"].delivery
        assert (terms.rate, terms.concurrency, terms.retry.attempts) == (2.0, 1, 3)
        assert snapshot.agreements[0].retry is None


class TestLimits:
    def test_unlimited_unless_it_says_so(self, project: Project) -> None:
        odoo = loaded(project).applications["odoo"]
        assert (odoo.rate, odoo.concurrency, odoo.workers) == (None, None, 4)
        limited = loaded(project, application('rate = "600/m"', "concurrency = 2")).applications["odoo"]
        assert (limited.rate, limited.concurrency, limited.workers) == (10.0, 2, 2)


class TestMaintenance:
    def test_every_week_and_once(self, project: Project) -> None:
        windows = (
            'maintenance = [{ days = "sat-sun", from = "22:00", to = "02:00", timezone = "Europe/Copenhagen" }, '
            "{ from = 2026-12-24T18:00:00+01:00, to = 2026-12-25T06:00:00+01:00 }, "
            '{ from = "2026-12-31T20:00", to = "2027-01-01T08:00", timezone = "Europe/Copenhagen" }]'
        )
        maintenance = loaded(project, application(windows)).applications["odoo"].maintenance
        saturday = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
        assert maintenance.until(saturday) == datetime(2026, 11, 22, 1, tzinfo=UTC)
        assert [w for w in maintenance.windows if isinstance(w, Dated)] == [
            Dated(datetime(2026, 12, 24, 17, tzinfo=UTC), datetime(2026, 12, 25, 5, tzinfo=UTC)),
            Dated(datetime(2026, 12, 31, 19, tzinfo=UTC), datetime(2027, 1, 1, 7, tzinfo=UTC)),
        ]

    def test_a_channel_has_windows_as_well(self, project: Project) -> None:
        change = 'outbox = "out"\n', 'outbox = "out"\nmaintenance = [{ days = "sun", from = "00:00", to = "06:00" }]\n'
        assert loaded(project, change).channels["bigbox-folder"].delivery.maintenance.windows

    @pytest.mark.parametrize(
        ("window", "text"),
        [
            ('{ days = "sunday", from = "00:00", to = "06:00" }', '"sunday" is no day'),
            ('{ days = "sun", from = "0:00", to = "06:00" }', "is no time of day"),
            ('{ days = "sun", from = 2026-12-24T18:00:00Z, to = "06:00" }', "is no time of day"),
            ('{ from = "00:00", to = "06:00" }', "is no date with a time"),
            ("{ from = 2026-12-24T18:00:00Z, to = 2026-12-24T17:00:00Z }", "ends before it starts"),
            ("{ from = 2026-12-24T18:00:00Z, to = 2026-12-24T19:00:00 }", "with an offset, or none"),
            ('{ days = "sun", from = "00:00", to = "06:00", timezone = "Mars" }', "is no time zone"),
        ],
    )
    def test_what_cannot_be_meant_is_said(self, project: Project, window: str, text: str) -> None:
        assert text in faults(project, application(f"maintenance = [{window}]"))


class TestFallback:
    def test_a_target_names_another_and_how_long_it_waits(self, project: Project) -> None:
        change = TARGET, '{ to = "odoo", as = "sale_order", fallback = "spare", fallback_after = "2h" }'
        (target,) = loaded(project, ("[[partner]]", SECOND), change).routes[0].targets
        assert (target.fallback, target.fallback_after) == ("spare", timedelta(hours=2))

    def test_it_is_reached_like_any_other(self, project: Project) -> None:
        change = TARGET, '{ to = "odoo", as = "sale_order", fallback = "spare" }'
        spare = SECOND.replace('type = "odoo"', 'type = "odoo"\nusage = "production"')
        assert "R060" in faults(project, ("[[partner]]", spare), change)

    def test_one_that_is_not_there_and_one_that_gets_it_anyway_are_told(self, project: Project) -> None:
        assert "R021" in faults(project, (TARGET, '{ to = "odoo", as = "sale_order", fallback = "odo" }'))
        assert "R079" in faults(project, (TARGET, '{ to = "odoo", as = "sale_order", fallback = "odoo" }'))
        both = '{ to = "odoo", as = "sale_order", fallback = "spare" }, { to = "spare", as = "sale_order" }'
        assert "R079" in faults(project, ("[[partner]]", SECOND), (TARGET, both))


class TestServices:
    NIGHT = """[[calendar]]
id = "night"
timezone = "UTC"
hours = { mon-sun = ["00:00-05:00", "22:00-24:00"] }

[[service]]
id = "batch"
every = "1h"
calendar = "night"
share = 0.25

[[partner]]"""

    def test_a_class_has_its_interval_hours_and_share(self, project: Project) -> None:
        snapshot = loaded(project, ("[[partner]]", self.NIGHT))
        noon = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)
        assert snapshot.services.wait(Service.BATCH, noon) == timedelta(hours=9, minutes=50)
        assert snapshot.services.lowest(noon, slots=8, busy={}) == Service.FREQUENT.priority
        late = noon + timedelta(hours=11)
        assert snapshot.services.lowest(late, slots=8, busy={LOWEST: 1}) == LOWEST
        assert snapshot.services.lowest(late, slots=8, busy={LOWEST: 2}) == Service.FREQUENT.priority

    def test_what_nobody_says_is_as_usual(self, project: Project) -> None:
        services = loaded(project, ("[[partner]]", self.NIGHT)).services
        assert services.terms[Service.FREQUENT].share == 0.75

    @pytest.mark.parametrize(
        ("old", "new", "text"),
        [
            ('calendar = "night"', 'calendar = "day"', "R021"),
            ('id = "batch"', 'id = "realtime"', "R005"),
            ('id = "batch"', 'id = "frequent"', "only batch is kept to hours"),
            ('every = "1h"', 'every = "0s"', "longer than nothing"),
            ("share = 0.25", "share = 0", "R005"),
            ("share = 0.25", 'share = 0.25\n[[service]]\nid = "batch"', "R020"),
        ],
    )
    def test_what_cannot_be_meant_is_said(self, project: Project, old: str, new: str, text: str) -> None:
        assert text in faults(project, ("[[partner]]", self.NIGHT.replace(old, new)))
