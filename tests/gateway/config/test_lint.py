"""Every complaint of `gateway check`: its code, and the very line and column it points to.

A case changes a configuration without a fault. The mark « in the new text stands where the complaint must point.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.config import lint
from gateway.config.codes import RULES
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

MARK = "«"


def place_of(text: str) -> tuple[int, int]:
    line = text[: text.index(MARK)].count("\n") + 1
    return line, text.index(MARK) - text.rfind("\n", 0, text.index(MARK))


def changed(old: str, new: str) -> str:
    assert ROUTES.count(old) == 1, f"{old!r} stands {ROUTES.count(old)} times in the configuration"
    return ROUTES.replace(old, new)


PARTNER = '[[channel]]\nid = "bigbox-folder"'
SECOND_PARTNER = '[[partner]]\nid = "other"\nowner = "edi"\nidentities = { x12 = %s }\n'
SECOND_AGREEMENT = """
[[agreement]]
id = "second"
partner = "bigbox"
direction = "in"
document = "purchase_order"
"""
OUT = '[[agreement]]\nid = "out"\npartner = "bigbox"\ndirection = "out"\ndocument = "purchase_order"\nformat = "x12/004010/850"\n'
SECOND_ROUTE = '\n[[route]]\nid = %s\ndocument = "purchase_order"\npartner = "bigbox"\n'
IN = 'direction = "in"\n'
DELIVER = 'deliver = [{ to = "odoo", as = "sale_order", sequence = "number" }]'

# code, what is replaced, by what (with the mark), a part of the message
CASES = [
    ("R002", 'id = "gw"', 'id = «gw"', "Invalid value"),
    ("R002", 'owner = "edi"\nidentities = { x12 = "ZZ', 'id = "x"«\nowner = "edi"\nidentities = { x12 = "ZZ', "Cannot overwrite"),
    ("R003", 'url = "http://odoo"', '«urll = "x"\nurl = "http://odoo"', 'did you mean "url"?'),
    (
        "R003",
        'inbox = "in"',
        'inbox = "in"\n«outbocks = "x"',
        'channel "bigbox-folder": there is no key "outbocks" here; did you mean "outbox"?',
    ),
    (
        "R003",
        'x12 = "ZZ:US",',
        'x12 = "ZZ:US", «edifakt = "1:14",',
        '[gateway]: there is no key "edifakt" here; did you mean "edifact"?',
    ),
    (
        "R003",
        '{ default = "warehouse.name", value = "east" }',
        '{ default = "warehouse.name", «valeu = 1, value = "east" }',
        '"value"?',
    ),
    ("R003", "[[table]]", "«[[tables]]\nid = 'x'\n[[table]]", 'there is no key "tables" here; did you mean "table"?'),
    ("R004", '[[partner]]\nid = "bigbox"\nowner = "edi"', '«[[partner]]\nid = "bigbox"', 'partner "bigbox": "owner" is missing'),
    ("R004", 'type = "odoo"\n', "", "«"),
    ("R004", 'type = "folder"\n', "", "«"),
    ("R004", '{ default = "warehouse.name", value = "east" }', '«{ value = "east" }', "a rule needs one of the keys"),
    ("R004", '[[table]]\nid = "sku"\nfile = "sku.csv"', '«[[table]]\nid = "sku"', 'table "sku": "file" is missing'),
    ("R005", 'type = "folder"', 'type = «"fodler"', 'there is no type "fodler": use as2 or folder or'),
    ("R005", 'direction = "in"', 'direction = «"inn"', 'direction is "inn": use in, out; did you mean "in"?'),
    ("R005", 'url = "http://odoo"', 'url = «"odoo"', "url: has not the form that is expected"),
    ("R005", 'url = "http://odoo"', 'url = "http://odoo"\ntimeout = «"15"', "write a duration with its unit"),
    ("R005", 'url = "http://odoo"', 'url = "http://odoo"\nretry = { factor = «0.5 }', "greater than or equal to 1"),
    ("R005", 'url = "http://odoo"', 'url = "http://odoo"\nbreaker = { share = «1.0 }', "less than or equal to 0.95"),
    ("R005", 'url = "http://odoo"', 'url = "http://odoo"\nbreaker = { first = «"0s" }', "greater than 0"),
    ("R003", 'url = "http://odoo"', 'url = "http://odoo"\nbreaker = { «failure = 3 }', 'did you mean "failures"?'),
    ("R021", 'url = "http://odoo"', 'url = "http://odoo"\nowner = «"edy"', 'there is no owner "edy"; did you mean "edi"?'),
    ("R005", 'x12 = "ZZ:US"', 'x12 = «"US"', "is no X12 identity"),
    ("R005", 'x12 = "ZZ:US"', 'x12 = ["ZZ:US", «"ZZ:LONGERTHANFIFTEEN"]', "is no X12 identity"),
    ("R005", 'edifact = "5790000000012:14"', 'edifact = «"a:b:c"', "is no EDIFACT identity"),
    (
        "R005",
        'owner = "edi"\nidentities = { x12 = "01',
        'owner = "edi"\ntimezone = «"Mars"\nidentities = { x12 = "01',
        '"Mars" is no time zone',
    ),
    ("R005", 'inbox = "in"\noutbox = "out"\n', "", "«"),
    ("R005", 'format = "x12/004010/850"', 'format = «"x12/850"', "has not the form"),
    ("R005", 'format = "x12/004010/850"', 'format = «"x12/004010/999"', "999 is not read here"),
    ("R005", 'table = "sku" }', 'table = "sku", default = "x", otherwise = «"keep" }', "never reached"),
    ("R005", 'id = "gw"', 'id = «"GW"', "[gateway]: id: has not the form"),
    ("R010", 'api_key = "${ODOO_KEY}"', 'api_key = «"${ODOO_KEI}"', "the environment variable ODOO_KEI is not set"),
    ("R011", 'api_key = "${ODOO_KEY}"', 'api_key = «"${file:nope}"', "the file nope cannot be read"),
    ("R012", 'url = "http://odoo"', 'url = «"http://${ODOO"', "without its"),
    ("R013", 'api_key = "${ODOO_KEY}"', 'api_key = «"hunter2"', "api_key is a secret and stands here in the open"),
    ("R013", 'api_key = "${ODOO_KEY}"', 'api_key = «"a${ODOO_KEY}"', "is a secret"),
    (
        "R014",
        'id = "gw"\n',
        'id = "gw"\nenvironment = "production"\ndatabase_url = «"${DB:-postgresql://u:p@h/d}"\n',
        "database_url would be",
    ),
    ("R020", '[[owner]]\nid = "sales"', '[[owner]]\nid = «"edi"\n[[owner]]\nid = "sales"', 'there is another owner "edi"'),
    ("R020", 'sequence = "number" }]', 'sequence = "number" }, { to = «"odoo", as = "x" }]', 'delivers to "odoo" already'),
    ("R021", 'next = "edi"', 'next = «"edy"', 'there is no owner "edy"; did you mean "edi"?'),
    ("R021", '[[partner]]\nid = "bigbox"\nowner = "edi"', '[[partner]]\nid = "bigbox"\nowner = «"ed"', 'did you mean "edi"?'),
    ("R021", 'id = "bigbox-folder"\npartner = "bigbox"', 'id = "bigbox-folder"\npartner = «"bigbux"', 'did you mean "bigbox"?'),
    ("R021", '"failure:sales"', '«"failure:sale"', 'there is no owner "sale"; did you mean "sales"?'),
    ("R021", '{ to = "odoo"', '{ to = «"odo"', 'there is no application "odo"; did you mean "odoo"?'),
    ("R021", 'table = "sku"', 'table = «"skus"', 'there is no table "skus"; did you mean "sku"?'),
    ("R021", 'id = "orders"\n', 'id = "orders"\nagreement = «"bigbox-851"\n', 'did you mean "bigbox-850"?'),
    ("R021", 'id = "orders"\ndocument = "purchase_order"', 'id = "orders"\ndocument = «"purchase_ordr"', '"purchase_order"?'),
    (
        "R021",
        'owner = "edi"\nidentities = { x12 = "01',
        'owner = "edi"\naddressed_as = { x12 = «"ZZ:EU" }\nidentities = { x12 = "01',
        "ZZ:EU is not one",
    ),
    (
        "R021",
        'identities = { x12 = "01:123456789" }',
        'identities = { x12 = "01:123456789" }\nacknowledge_by = «"nope"',
        "no channel",
    ),
    ("R022", "[[table]]", "[[table]]\nid = «'extra'\nfile = 'sku.csv'\n[[table]]", 'no route uses table "extra"'),
    ("R022", PARTNER, SECOND_PARTNER.replace('"other"', '«"other"') % '"01:5"' + PARTNER, "nothing is agreed with partner"),
    ("R023", 'id = "edi"\n\n[[owner]]', 'id = "edi"\nnext = «"sales"\n\n[[owner]]', 'escalation from "edi" comes back to it'),
    ("R030", PARTNER, SECOND_PARTNER % '«"01:123456789"' + PARTNER, '01:123456789 is the identity of partner "bigbox", too'),
    (
        "R031",
        "[[table]]",
        SECOND_AGREEMENT + 'format = «"x12/004010/850"\nacknowledge = ["997"]\n[[table]]',
        '"bigbox-850" covers',
    ),
    (
        "R032",
        'direction = "in"\ndocument = "purchase_order"',
        'direction = "in"\ndocument = «"invoice"',
        'read to "purchase_order"',
    ),
    (
        "R033",
        'acknowledge = ["997"]',
        'acknowledge = ["997", «"CONTRL"]',
        "CONTRL does not acknowledge x12: use 997 or 999 or TA1",
    ),
    ("R033", 'acknowledge = ["997"]', 'acknowledge = «["997", "999"]', "not by both"),
    ("R033", 'acknowledge = ["997"]', 'acknowledge = ["TA1"]\ntechnical = «"never"', "TA1 in acknowledge means always"),
    ("R034", "[[table]]", SECOND_AGREEMENT + 'format = "x12/005010/850"\nacknowledge = «["999"]\n[[table]]', "owes other"),
    (
        "R035",
        "[[table]]",
        OUT + 'channel = «"post"\n[[channel]]\nid = "post"\ntype = "folder"\ninbox = "x"\n[[table]]',
        "cannot send",
    ),
    ("R038", IN, IN + 'guide = { name = "G", mandatory = [«"REF+DP.09"] }\n', "segment REF has no element 09"),
    ("R038", IN, IN + 'guide = { name = "G", map = { number = «"REZ.02" } }\n', "there is no segment REZ"),
    ("R038", IN, IN + 'guide = { name = "G", codes = { "REF" = «["A"] } }\n', "is no place"),
    ("R054", IN, IN + 'guide = { name = "G", map = { nummber = «"REF.02" } }\n', '"number"?'),
    ("R036", '{ code_lists = "warn" }', '{ «code_list = "warn" }', 'did you mean "code_lists"?'),
    ("R036", '{ code_lists = "warn" }', '{ «interchange_trailer_missing = "warn" }', "cannot be agreed away"),
    (
        "R037",
        'format = "x12/004010/850"\nacknowledge = ["997"]',
        'format = «"edifact/D.96A/ORDERS"\nacknowledge = ["CONTRL"]',
        "no edifact identity",
    ),
    ("R040", 'file = "sku.csv"', 'file = «"none.csv"', "none.csv cannot be read: No such file"),
    ("R050", "'order.number != \"\"'", "'order.number == «'", "the condition does not compile"),
    (
        "R051",
        "'order.number != \"\"'",
        "'true && «order.nubmer != \"\"'",
        '"nubmer" is no field of the document; did you mean "order.number"?',
    ),
    ("R051", "'order.number != \"\"'", "'message.test || «ordr.number != \"\"'", '"ordr" is no variable; did you mean "order"?'),
    ("R051", "'order.number != \"\"'", "'true && «partner.nam != \"\"'", 'did you mean "name"?'),
    ("R052", "'order.number != \"\"'", "«'order.number > 5'", "No such overload"),
    ("R052", "'order.number != \"\"'", "«'order.number'", "neither true nor false"),
    ("R053", 'default = "warehouse.name"', 'default = «"warehouse..name"', "is no path"),
    ("R054", 'default = "warehouse.name"', 'default = «"warehouse.nmae"', 'did you mean "warehouse.name"?'),
    ("R054", 'require = "requested_delivery"', 'require = «"requested_delivry"', 'did you mean "requested_delivery"?'),
    ("R054", 'map = "lines[].item', 'map = «"lines.item', '"lines" is a list; did you mean "lines[]"?'),
    ("R054", 'default = "warehouse.name"', 'default = «"warehouse[].name"', '"warehouse" is no list'),
    ("R055", 'from = "lines[].item.identifiers.buyer"', 'from = «"other_parties[].name"', "walks other lists"),
    ("R055", 'sequence = "number"', 'sequence = «"lines[].number"', "has many values"),
    ("R056", 'value = "east"', "value = «7", '7 is no value for "warehouse.name"'),
    (
        "R057",
        DELIVER,
        DELIVER + (SECOND_ROUTE % '«"later"') + "when = 'order.number != \"\"'\n" + DELIVER,
        'route "orders" takes everything',
    ),
    ("R058", 'sequence = "number" }]', 'after = «"wms" }]', '"wms" is no target of this route'),
    ("R079", 'sequence = "number" }]', 'fallback = «"odoo" }]', 'the route delivers to "odoo" already'),
    ("R059", 'sequence = "number" }]', 'after = «"odoo" }]', '"odoo" waits for itself'),
    ("R060", 'identities = { x12 = "01:123456789" }', 'usage = "production"\nidentities = { x12 = "01:123456789" }', "«"),
    ("R061", 'partner = "bigbox"\nwhen', 'partner = "bigbox"\ndirection = "out"\nwhen', "«"),
]
# Cases whose complaint points to another place than what was changed: where it must point, as text of ROUTES.
ELSEWHERE = {
    'type = "odoo"\n': "[[application]]",
    'type = "folder"\n': "[[channel]]",
    'inbox = "in"\noutbox = "out"\n': "[[channel]]",
    'identities = { x12 = "01:123456789" }': '"odoo", as = "sale_order"',
    'partner = "bigbox"\nwhen': '"bigbox-850"',
}


@pytest.mark.parametrize(("code", "old", "new", "message"), CASES)
def test_each_fault_is_found_in_its_place(project: Project, code: str, old: str, new: str, message: str) -> None:
    text = changed(old, new)
    if message == MARK:
        start = text.index(ELSEWHERE[old])
        text, message = text[:start] + MARK + text[start:], ""
    items = [item for item in lint(project(text.replace(MARK, "")), ENVIRON).items if item.code == code]
    assert [(item.file, item.line, item.column) for item in items] == [("routes.toml", *place_of(text))]
    assert message in items[0].message
    assert items[0].remedy


def other_file(project: Project, routes: str, environ: Mapping[str, str] = ENVIRON, **files: str) -> tuple[list[str], str]:
    """The complaints about a project, and the place of the mark in whichever file has it."""
    texts = {"routes.toml": routes} | {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    marked = next(name for name, text in texts.items() if MARK in text)
    line, column = place_of(texts[marked])
    clean = {name: text.replace(MARK, "") for name, text in files.items()}
    items = lint(project(routes.replace(MARK, ""), **clean), environ).items
    return [f"{item.file}:{item.line}:{item.column} {item.code}" for item in items], f"{marked}:{line}:{column}"


def test_a_fault_in_an_included_file_is_found_there(project: Project) -> None:
    found, place = other_file(
        project,
        'include = ["partners/*.toml"]\n' + ROUTES,
        partners__a_dot_toml='[[owner]]\nid = "a"\n\n[[owner]]\nid = "b"\nnext = «"c"\n',
    )
    assert found == [f"{place} R021"]


def test_a_missing_include_is_found_where_it_is_asked_for(project: Project) -> None:
    found, place = other_file(project, 'include = [«"none.toml"]\n' + ROUTES)
    assert found == [f"{place} R001"]


def test_a_pattern_that_matches_nothing_is_a_warning(project: Project) -> None:
    found, place = other_file(project, 'include = [«"none/*.toml"]\n' + ROUTES)
    assert found == [f"{place} R006"]
    assert lint(project('include = ["none/*.toml"]\n' + ROUTES), ENVIRON).ok


def test_the_gateway_table_stays_in_the_main_file(project: Project) -> None:
    found, place = other_file(project, 'include = ["a.toml"]\n' + ROUTES, a_dot_toml='\n«[gateway]\nid = "x"\n')
    assert found == [f"{place} R007"]


def test_an_overlay_changes_only_what_is_there(project: Project) -> None:
    overlay = '[[application]]\nid = «"oddo"\nurl = "http://x"\n'
    found, place = other_file(project, ROUTES, environments__development_dot_toml=overlay)
    assert found == [f"{place} R008"]
    report = lint(project(ROUTES, environments__development_dot_toml=overlay.replace(MARK, "")), ENVIRON)
    assert report.items[0].message == 'there is no application "oddo" to change; did you mean "odoo"?'


def test_a_fault_in_an_overlay_is_found_there(project: Project) -> None:
    overlay = '[[application]]\nid = "odoo"\nrate = «"fast"\n'
    found, place = other_file(project, ROUTES, environments__development_dot_toml=overlay)
    assert found == [f"{place} R005"]


@pytest.mark.parametrize(
    ("code", "table"),
    [
        ("R041", "theirs,ours\nA,B\n«A,B,C\n"),
        ("R041", "theirs,ours\n\n«,B\n"),
        ("R041", 'theirs,ours\n"a\nb",B\n«only\n'),
        ("R042", "theirs,ours\nA,B\nC,D\n«A,C\n"),
    ],
)
def test_a_fault_in_a_table_is_found_in_its_file(project: Project, code: str, table: str) -> None:
    found, place = other_file(project, ROUTES, sku_dot_csv=table)
    assert found == [f"{place} {code}"]


def test_a_channel_of_another_partner_cannot_carry(project: Project) -> None:
    text = ROUTES.replace('x12 = "01:123456789" }', 'x12 = "01:123456789" }\nacknowledge_by = «"theirs"')
    text += SECOND_PARTNER % '"01:9"' + '[[channel]]\nid = "theirs"\npartner = "other"\ntype = "folder"\noutbox = "o"\n'
    items = [item for item in lint(project(text.replace(MARK, "")), ENVIRON).items if item.code == "R035"]
    assert [(item.line, item.column) for item in items] == [place_of(text)]


def test_partners_on_the_same_identity_are_told_apart_by_ours(project: Project) -> None:
    text = ROUTES.replace('x12 = "ZZ:US"', 'x12 = ["ZZ:US", "ZZ:EU"]')
    text = text.replace(
        'identities = { x12 = "01:123456789" }', 'addressed_as = { x12 = "ZZ:US" }\nidentities = { x12 = "01:123456789" }'
    )
    text += SECOND_PARTNER % '"01:123456789"' + 'addressed_as = { x12 = "ZZ:EU" }\n'
    assert "R030" not in {item.code for item in lint(project(text), ENVIRON).items}


@pytest.mark.parametrize(
    ("partner", "application", "environment", "refused"),
    [
        ("test", "production", "development", True),
        ("production", "test", "development", True),
        ("test", "test", "production", False),
        ("test", None, "production", True),
        ("production", None, "development", True),
        (None, None, "production", False),
        (None, None, "test", False),
        ("test", None, "test", False),
    ],
)
def test_partners_on_trial_and_production_do_not_mix(
    project: Project, partner: str | None, application: str | None, environment: str, refused: bool
) -> None:
    text = ROUTES.replace('id = "gw"\n', f'id = "gw"\nenvironment = "{environment}"\n')
    if partner:
        text = text.replace('[[partner]]\nid = "bigbox"\n', f'[[partner]]\nid = "bigbox"\nusage = "{partner}"\n')
    if application:
        text = text.replace('type = "odoo"\n', f'type = "odoo"\nusage = "{application}"\n')
    assert ("R060" in {item.code for item in lint(project(text), ENVIRON).items}) is refused


@pytest.mark.parametrize(
    ("earlier", "later", "shadowed"),
    [
        ("", "", True),
        ("", "when = 'order.number == \"1\"'", True),
        ("when = 'order.number == \"1\"'", "", False),
        ("when = 'order.number == \"1\"'", "when = 'order.number == \"1\"'", True),
        ("", 'agreement = "bigbox-850"', True),
        ('agreement = "bigbox-850"', "", False),
        ("test = true", "", False),
        ("", "test = true", True),
        ("test = true", "test = false", False),
    ],
)
def test_a_route_is_shadowed_when_an_earlier_one_takes_all_of_it(
    project: Project, earlier: str, later: str, shadowed: bool
) -> None:
    head = ROUTES[: ROUTES.index("[[route]]")].replace('[[table]]\nid = "sku"\nfile = "sku.csv"\n', "")
    routes = [SECOND_ROUTE % '"a"' + earlier + "\n" + DELIVER, SECOND_ROUTE % '"b"' + later + "\n" + DELIVER]
    assert ("R057" in {item.code for item in lint(project(head + "\n".join(routes)), ENVIRON).items}) is shadowed


def test_a_production_target_leaves_test_documents_to_later_routes(project: Project) -> None:
    head = ROUTES[: ROUTES.index("[[route]]")].replace('type = "odoo"\n', 'type = "odoo"\nusage = "production"\n')
    routes = SECOND_ROUTE % '"a"' + DELIVER + SECOND_ROUTE % '"b"' + "test = true\n" + DELIVER
    assert "R057" not in {item.code for item in lint(project(head + routes), ENVIRON).items}


def test_the_configuration_without_a_fault_has_none(project: Project) -> None:
    assert lint(project(), ENVIRON).items == ()


def test_a_missing_file_is_one_complaint(tmp_path: Path) -> None:
    items = lint(tmp_path / "routes.toml", {}).items
    assert [str(item) for item in items] == ["routes.toml:1:1 R001 routes.toml cannot be read: No such file or directory"]


def test_a_file_in_another_encoding_is_one_complaint(tmp_path: Path) -> None:
    (tmp_path / "routes.toml").write_bytes("# Ø".encode("latin-1"))
    assert [item.code for item in lint(tmp_path / "routes.toml", {}).items] == ["R002"]


def test_a_text_that_ends_too_early_is_complained_of_at_its_end(project: Project) -> None:
    items = lint(project("[gateway]\nid = "), ENVIRON).items
    assert [(item.code, item.line) for item in items] == [("R002", 2)]


@pytest.mark.parametrize("text", ["", "gateway = 1", "route = 3", "[gateway]\n[[partner]]\n", "partner = [1, 2]", "include = 5"])
def test_nothing_ends_in_an_exception(project: Project, text: str) -> None:
    assert not lint(project(text), ENVIRON).ok


def test_a_complaint_is_printed_with_its_place_and_code(project: Project) -> None:
    report = lint(project(changed('next = "edi"', 'next = "edy"')), ENVIRON)
    assert str(report.items[0]) == 'routes.toml:11:8 R021 there is no owner "edy"; did you mean "edi"?'
    assert report.items[0].name == "unknown-reference"
    assert report.errors == report.items
    assert not report.ok


def test_warnings_do_not_keep_a_configuration_from_being_used(project: Project) -> None:
    report = lint(
        project(ROUTES + "[[application]]\nid = 'x'\ntype = 'odoo'\nurl = 'http://x'\napi_key = '${ODOO_KEY}'\n"), ENVIRON
    )
    assert [item.code for item in report.warnings] == ["R022"]
    assert report.ok


def test_every_code_has_a_case() -> None:
    elsewhere = {"R001", "R006", "R007", "R008", "R041", "R042"}
    elsewhere |= {"R039", "R043", "R044", "R045", "R046"}  # test_writing_terms.py, test_layouts.py
    elsewhere |= {"R047", "R048", "R049"}  # test_xml_agreements.py
    elsewhere |= {"R024", "R025"}  # test_owners.py
    elsewhere |= {"R062", "R063", "R065"}  # test_expectations.py, test_sftp_channels.py
    elsewhere |= {"R064", "R066", "R067", "R068"}  # test_http_channels.py
    elsewhere |= {"R070", "R071", "R072", "R073", "R074", "R075", "R076"}  # test_as2.py
    elsewhere |= {"R085", "R086"}  # test_keeping.py
    elsewhere |= {f"R09{digit}" for digit in range(10)}  # test_http_applications.py
    elsewhere |= {"R100", "R101"}  # test_process.py
    elsewhere |= {"R130", "R131", "R132", "R133"}  # test_triggers.py
    elsewhere |= {"R110", "R111"}  # test_odoo_changes.py
    elsewhere |= {"R112", "R113", "R114"}  # test_odoo_tables.py
    elsewhere |= {"R120", "R121", "R122", "R123"}  # test_release.py
    elsewhere |= {"R140", "R141"}  # test_subscribers.py
    elsewhere |= {"R150", "R151"}  # test_books.py
    elsewhere |= {"R160", "R161"}  # test_oidc.py
    elsewhere |= {"R026"}  # test_profiles.py
    elsewhere |= {"R180", "R181", "R182"}  # test_lines.py, test_vault.py, test_centre.py
    elsewhere |= {"R190", "R191"}  # test_service_levels.py
    elsewhere |= {"R200", "R201", "R202", "R203"}  # test_regions.py
    assert {case[0] for case in CASES} | elsewhere == set(RULES)
