"""The lines that people put into routes.toml when a certificate changes are those that the configuration takes."""

import tomllib
from datetime import UTC, date, datetime

from gateway.config.channels.as2 import As2CertificateTable
from gateway.config.roll_over_lines import Listed, file_beside, key_lines, partner_lines


def test_days_stay_days_and_times_are_in_utc() -> None:
    lines = partner_lines("bigbox-as2", [
        Listed("certs/old.pem", None, datetime(2026, 12, 11, tzinfo=UTC)),
        Listed("certs/new.pem", datetime(2026, 12, 1, 9, 30, tzinfo=UTC)),
    ])  # fmt: skip
    first, second = (As2CertificateTable.model_validate(one) for one in tomllib.loads(lines)["certificates"])
    assert (first.file, first.from_, first.until) == ("certs/old.pem", None, date(2026, 12, 11))
    assert (second.file, second.from_, second.until) == ("certs/new.pem", datetime(2026, 12, 1, 9, 30, tzinfo=UTC), None)


def test_strange_names_stay_text() -> None:
    lines = partner_lines("a", [Listed('a"b\\c\n.pem')])
    assert tomllib.loads(lines)["certificates"] == [{"file": 'a"b\\c\n.pem'}]


def test_an_entry_of_our_keys_names_a_secret_and_holds_none() -> None:
    entry = tomllib.loads(
        "keys = [" + key_lines("[gateway.as2]", Listed("keys/nordic.pem", datetime(2027, 1, 1, tzinfo=UTC))) + "]"
    )
    assert entry["keys"] == [
        {"certificate": "keys/nordic.pem", "key": "${file:/run/secrets/nordic.key}", "from": date(2027, 1, 1)}
    ]


def test_a_new_file_stands_beside_the_current_one_and_overwrites_none() -> None:
    begins = datetime(2027, 1, 15, tzinfo=UTC)
    assert file_beside("certs/old.pem", "bigbox", begins, [], "ab" * 32) == "certs/bigbox-2027-01.pem"
    assert file_beside(None, "bigbox", begins, [], "ab" * 32) == "certs/bigbox-2027-01.pem"
    assert file_beside("old.pem", "bigbox", begins, ["bigbox-2027-01.pem"], "ab" * 32) == "bigbox-2027-01-abababab.pem"
