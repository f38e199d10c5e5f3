"""The lines that people put into routes.toml when a certificate changes are those that the configuration takes."""

import tomllib
from datetime import UTC, date, datetime

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.channels.as2 import As2CertificateTable
from gateway.config.roll_over_lines import Listed, file_beside, key_lines, partner_lines, with_certificates


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


WRITTEN = """\
# the partner
[[channel]]
id = "bigbox-folder"

[[channel]]
id = "bigbox-as2"   # ours
type = "as2"
certificates = [
  "certs/a].pem",  # the old one ]
  { file = "b.pem" },
]
url = "https://bigbox.example/as2"

[[agreement]]
id = "bigbox-850"
"""


def test_certificates_are_changed_in_their_place_and_all_else_stays_as_it_is_written() -> None:
    listed = [Listed("b.pem", None, datetime(2026, 12, 11, tzinfo=UTC)), Listed("new.pem", datetime(2026, 12, 1, tzinfo=UTC))]
    text = with_certificates(WRITTEN, "bigbox-as2", listed)
    assert text is not None
    before, after = tomllib.loads(WRITTEN), tomllib.loads(text)
    assert after["channel"][1].pop("certificates") == [
        {"file": "b.pem", "until": date(2026, 12, 11)},
        {"file": "new.pem", "from": date(2026, 12, 1)},
    ]
    before["channel"][1].pop("certificates")
    assert after == before
    kept = WRITTEN.splitlines()
    assert text.splitlines()[: kept.index("certificates = [")] == kept[: kept.index("certificates = [")]
    assert text.endswith(WRITTEN[WRITTEN.index('\nurl = "https') :])


def test_a_channel_without_certificates_gets_some_and_another_file_is_left_alone() -> None:
    text = with_certificates(WRITTEN, "bigbox-folder", [Listed("new.pem")])
    assert text is not None
    assert tomllib.loads(text)["channel"][0] == {"id": "bigbox-folder", "certificates": [{"file": "new.pem"}]}
    assert with_certificates(WRITTEN, "nordmart-as2", [Listed("new.pem")]) is None
    assert with_certificates("", "bigbox-as2", [Listed("new.pem")]) is None


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.lists(NAMES, max_size=3), st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_whatever_stands_there_what_is_written_is_read_again(old: list[str], new: list[str], beside: str) -> None:
    document = tomlkit.dumps({"channel": [{"id": "other", "x": beside}, {"id": "it", "certificates": old, "y": beside}]})
    text = with_certificates(document, "it", [Listed(name) for name in new])
    assert text is not None
    expected = tomllib.loads(document)
    expected["channel"][1]["certificates"] = [{"file": name} for name in new]
    assert tomllib.loads(text) == expected
