"""AS2 in routes.toml: what is ours is said once, and what cannot work is known before anything is sent."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.config import lint
from gateway.config.load import ConfigurationRefused, load
from gateway.config.report import LintReport
from gateway.domain.as2_terms import As2Options
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

CHANNEL = """
[gateway.as2]
keys = [
  { certificate = "ours.pem", key = "${file:ours.key}" },
  { certificate = "next.pem", key = "${file:next.key}", from = 2027-01-15, until = 2028-01-15T12:00:00+01:00 },
]
url = "https://edi.nordic.example/as2"

[[channel]]
id = "bigbox-as2"
partner = "bigbox"
type = "as2"
url = "https://as2.bigbox.example/in"
certificates = ["bigbox.pem", { file = "bigbox-next.pem", from = 2027-02-01 }]
mdn = "async"
"""
NAMED = ROUTES.replace('edifact = "5790000000012:14" }', 'edifact = "5790000000012:14", as2 = "NORDIC-DC" }').replace(
    'identities = { x12 = "01:123456789" }', 'identities = { x12 = "01:123456789", as2 = "BIGBOX" }'
)


def files() -> dict[str, str]:
    names = {"ours": "NORDIC", "next": "NORDIC of next year", "bigbox": "BIGBOX", "bigbox-next": "BIGBOX of next year"}
    made: dict[str, str] = {}
    for file, name in names.items():
        made[f"{file}_dot_pem"] = pair(name).certificate.decode()
        made[f"{file}_dot_key"] = pair(name).key.decode()
    return made


def written(project: Project, channel: str = CHANNEL, routes: str = NAMED, **changed: str) -> Path:
    return project(routes + channel, **{**files(), **changed})


def terms(path: Path) -> As2Options:
    options = load(path, ENVIRON).channels["bigbox-as2"].options
    assert isinstance(options, As2Options)
    return options


def told(path: Path) -> LintReport:
    return lint(path, ENVIRON)


def complaint(path: Path, code: str) -> str:
    found = [item for item in told(path).items if item.code == code]
    assert found, [str(item) for item in told(path).items]
    return f"{found[0].line}: {found[0].message}"


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_what_is_ours_and_what_is_the_partners_comes_together(project: Project) -> None:
    options = terms(written(project))
    assert (options.ours, options.theirs, options.receipt_url) == ("NORDIC-DC", "BIGBOX", "https://edi.nordic.example/as2")
    assert [key.certificate.name for key in options.keys] == ["ours.pem", "next.pem"]
    assert options.keys[0].key == pair("NORDIC").key.rstrip(b"\n")
    assert options.keys[1].certificate.use_from == datetime(2027, 1, 15, tzinfo=UTC)
    assert options.keys[1].certificate.use_until == datetime(2028, 1, 15, 11, tzinfo=UTC)
    assert [(each.name, each.use_from) for each in options.certificates] == [
        ("bigbox.pem", None),
        ("bigbox-next.pem", datetime(2027, 2, 1, tzinfo=UTC)),
    ]
    assert (options.sign, options.encrypt, options.mdn) == ("sha256", "aes256-cbc", "async")
    assert told(written(project)).ok


def test_a_channel_may_say_otherwise(project: Project) -> None:
    more = (
        'ours = "NORDIC TEST"\ntheirs = "bigbox test"\nsign = "none"\nencrypt = "none"\nallow_until = { sha1 = 2027-03-31 }\n'
        'receipt_hosts = ["AS2.Internal"]\nkeys = [{ certificate = "next.pem", key = "${file:next.key}" }]\n'
        'tls = { authorities = "ca.pem" }\n'
    )
    options = terms(written(project, CHANNEL + more))
    assert (options.ours, options.theirs, options.sign, options.encrypt) == ("NORDIC TEST", "bigbox test", None, None)
    assert options.allow_until == (("sha1", date(2027, 3, 31)),)
    assert options.receipt_hosts == ("as2.internal",)
    assert [key.certificate.name for key in options.keys] == ["next.pem"]
    assert str(options.tls.authorities).endswith("/ca.pem")


def test_no_key_is_told_to_anybody(project: Project) -> None:
    snapshot = load(written(project), ENVIRON)
    assert "PRIVATE KEY" not in repr(snapshot.channels["bigbox-as2"])


@pytest.mark.parametrize(
    ("old", "new", "code", "part"),
    [
        ('mdn = "async"', 'mdn = "asink"', "R005", "asink"),
        ('mdn = "async"', 'mdnn = "async"', "R003", 'did you mean "mdn"'),
        ('url = "https://edi.nordic.example/as2"', "", "R073", "our own address"),
        ('key = "${file:ours.key}"', 'key = "PEM"', "R013", "in the open"),
        ('key = "${file:ours.key}"', 'key = "${file:next.key}"', "R075", "does not belong"),
        ('key = "${file:ours.key}"', 'key = "${file:gone.key}"', "R011", "gone.key"),
        ('certificate = "ours.pem"', 'certificate = "gone.pem"', "R064", "gone.pem cannot be read"),
        ('["bigbox.pem"', '["gone.pem"', "R064", "gone.pem cannot be read"),
        ('["bigbox.pem"', '["sku.csv"', "R075", "not a usable certificate"),
        ('mdn = "async"', 'mdn = "sync"\nsign = "sha1"', "R074", "weak"),
        ('mdn = "async"', 'mdn = "sync"\nsigned_receipt = false', "R074", "proves nothing"),
        ('certificates = ["bigbox.pem", { file = "bigbox-next.pem", from = 2027-02-01 }]', "", "R005", "without a certificate"),
    ],
)
def test_what_cannot_work_is_complained_of(project: Project, old: str, new: str, code: str, part: str) -> None:
    assert CHANNEL.count(old) == 1
    path = written(project, CHANNEL.replace(old, new))
    assert part in complaint(path, code)


def test_complaints_stand_where_the_fault_is(project: Project) -> None:
    path = written(project, CHANNEL.replace('["bigbox.pem"', '["gone.pem"'))
    text = path.read_text()
    assert complaint(path, "R064").startswith(f"{line_of(text, 'gone.pem')}: ")


def test_names_are_needed_and_belong_to_one_channel(project: Project) -> None:
    nameless = " ".join(item.message for item in told(written(project, routes=ROUTES)).items if item.code == "R070")
    assert "we have no AS2 name" in nameless
    assert '"bigbox" has no AS2 name' in nameless
    second = CHANNEL.partition("[[channel]]")[2].replace("bigbox-as2", "bigbox-second")
    assert 'channel "bigbox-as2"' in complaint(written(project, f"{CHANNEL}\n[[channel]]{second}"), "R071")


def test_a_channel_without_any_key_is_complained_of(project: Project) -> None:
    channel = "[[channel]]" + CHANNEL.partition("[[channel]]")[2].replace("async", "sync")
    assert "no key" in complaint(written(project, channel), "R072")


@pytest.mark.parametrize(("days", "text"), [(25, "in 24 days"), (25 + 90, ""), (-2, "ended on")])
def test_certificates_that_end_are_told_in_time(project: Project, days: int, text: str) -> None:
    ending = pair(f"BIGBOX ends {days}", days=days, begun=100)
    path = written(project, bigbox_dot_pem=ending.certificate.decode())
    found = [item.message for item in told(path).items if item.code == "R076"]
    assert (text in found[0]) if text else not found
    assert load(path, ENVIRON).digest  # a warning: the gateway goes on working with what is left


def test_short_keys_are_refused(project: Project) -> None:
    short = pair("BIGBOX short", bits=1024)
    path = written(project, bigbox_dot_pem=short.certificate.decode())
    assert "1024 bits" in complaint(path, "R075")
    with pytest.raises(ConfigurationRefused):
        load(path, ENVIRON)
