"""How an agreement wants us to write: what `gateway check` says about it, and what it does to the bytes."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.config import Snapshot, lint, load
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.translators.edifact.orders import order_edifact
from tests.translators.edifact.test_composing import ORDER
from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.canonical import model_of
from translators.contract import Document, Identity
from translators.finding import Code
from translators.packing import packed

MARK = "«"
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-for-a-partner.md"
PREPARED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HEAD = ROUTES.replace(
    'x12 = "01:123456789"', 'x12 = "01:123456789", edifact = "5790000000029:14", xml = "0088:5790000000029"'
).replace('edifact = "5790000000012:14" }', 'edifact = "5790000000012:14", xml = "0088:5790000000012" }')
FORMATS = {"x12": "x12/004010/850", "x12-5010": "x12/005010/850", "edifact": "edifact/D.96A/ORDERS", "xml": "xml/UBL-2.1/Order",
           "cxml": "xml/cXML-1.2/OrderRequest", "json": "json/purchase_order"}  # fmt: skip


def outbound(family: str, writing: str) -> str:
    """The configuration with an agreement about orders that we send."""
    return f"""{HEAD}
[[agreement]]
id = "out"
partner = "bigbox"
direction = "out"
document = "purchase_order"
channel = "bigbox-folder"
format = "{FORMATS[family]}"
[agreement.writing]
{writing}
"""


def inbound(family: str, writing: str) -> str:
    """The configuration with an agreement about orders that come in and are acknowledged; the usual one goes the other way."""
    text = outbound(family, writing).replace('direction = "out"', 'direction = "in"').replace('channel = "bigbox-folder"\n', "")
    turned = 'partner = "bigbox"\ndirection = "out"\nchannel = "bigbox-folder"'
    text = text.replace('partner = "bigbox"\ndirection = "in"', turned, 1)
    owed = "CONTRL" if family == "edifact" else "997"
    return text.replace("[agreement.writing]", f'acknowledge = ["{owed}"]\n[agreement.writing]')


def loaded(project: Project, text: str, **environ: str) -> Snapshot:
    return load(project(text), {**ENVIRON, **environ})


def sent(snapshot: Snapshot, *, count: int = 1, test: bool = False, **members: Any) -> list[str]:
    """The interchanges of so many orders, as they go out under the agreement."""
    (agreement,) = (agreement for agreement in snapshot.agreements if agreement.id == "out")
    terms = snapshot.partnerships.writing(agreement)
    orders = [model_of("purchase_order").model_validate({**ORDER, "number": f"N{n}", **members}) for n in range(1, count + 1)]
    written = [registry.write(agreement.family, order, agreement.type, agreement.version, terms) for order in orders]
    sender, receiver = Identity("ZZ", "US"), Identity("01", "123456789")
    found = packed(agreement.family, written, sender=sender, receiver=receiver, test=test, terms=terms)
    return [
        registry.seal(one, control_number=n, group_numbers=range(1, len(one.groups) + 1), prepared=PREPARED).decode("latin-1")
        for n, one in enumerate(found, 1)
    ]


def answered(snapshot: Snapshot, data: bytes) -> str:
    """The functional acknowledgement of an interchange."""
    (read,) = registry.translate(data, snapshot.terms_for).interchanges
    *_, owed = registry.acknowledge(read)
    return registry.seal(owed.outbound, control_number=7, group_numbers=[8], prepared=PREPARED).decode("latin-1")


def back(data: str) -> Sequence[Document]:
    """The documents that our own reader finds in what was written."""
    (read,) = registry.translate(data.encode("latin-1")).interchanges
    assert {finding.code for finding in read.findings} <= {Code.LINE_BREAKS}
    return read.documents


X12 = interchange([body_850(order_number="4711")], sender="01:123456789", receiver="ZZ:US")
X12_5010 = interchange([body_850(order_number="4711")], sender="01:123456789", receiver="ZZ:US", version="005010")
EDIFACT = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="42", order_number="4711")
BAD_X12 = X12.replace(b"BEG*00*SA", b"BEG*00*")

# ---- what is written ------------------------------------------------------------------------------------------------


def test_without_a_word_everything_is_as_usual(project: Project) -> None:
    (text,) = sent(loaded(project, outbound("x12", "")))
    assert text.startswith(
        "ISA*00*          *00*          *ZZ*US             *01*123456789      *261120*0930*U*00401*000000001*0*P*>~GS*PO*US*"
    )
    (text,) = sent(loaded(project, outbound("x12-5010", "")))
    assert "*^*00501*000000001*0*P*>~GS*PO*US*123456789*20261120*0930*1*X*005010~" in text
    (text,) = sent(loaded(project, outbound("edifact", "")))
    assert text.startswith("UNB+UNOC:3+US:ZZ+123456789:01+261120:0930+1'UNH+1+ORDERS:D:96A:UN'")


def test_separators_and_line_ends_of_x12(project: Project) -> None:
    writing = "separators = { element = '|', component = ':', segment = '^' }\nnewline = 'crlf'"
    (text,) = sent(loaded(project, outbound("x12", writing)))
    lines = text.split("^\r\n")
    assert lines[0].endswith("|U|00401|000000001|0|P|:")
    assert [line[:3] for line in lines[1:3]] == ["GS|", "ST|"]
    assert lines[-2:] == ["IEA|1|000000001", ""]
    assert "~" not in text
    assert "*" not in text
    (document,) = back(text)
    assert document.canonical is not None
    assert document.canonical.identity == "gln:5790000000029|N1|"


def test_separators_and_line_ends_of_edifact(project: Project) -> None:
    writing = "separators = { element = '|', component = '^', segment = '~', release = '!', decimal = ',' }\nnewline = 'lf'"
    (text,) = sent(loaded(project, outbound("edifact", writing)), number="A|B!")
    assert text.startswith("UNA^|,! ~\nUNB|UNOC^3|US^ZZ|")
    assert "\nBGM|220|A!|B!!|9~\n" in text
    assert "PRI|AAA^9,95~\n" in text
    assert text.endswith("UNZ|1|1~\n")
    (document,) = back(text)
    assert document.canonical is not None
    assert document.canonical.identity == "gln:5790000000029|A|B!|"


def test_a_release_character_may_be_none(project: Project) -> None:
    (text,) = sent(loaded(project, outbound("edifact", "separators = { segment = '~', release = '' }")), number="A'B?C")
    assert text.startswith("UNA:+.  ~UNB+")
    assert "BGM+220+A'B?C+9~" in text


@pytest.mark.parametrize(
    ("writing", "syntax", "name"),
    [
        ("", "UNOC:3", "BLÅ".encode("latin-1")),
        ("charset = 'UNOA'", "UNOA:3", b"BLA"),
        ("charset = 'UNOD'", "UNOD:3", b"BLA"),
        ("charset = 'UNOY'\nsyntax = 4", "UNOY:4", "BLÅ".encode()),
        ("syntax = 4", "UNOC:4", "BLÅ".encode("latin-1")),
        ("charset = 'UNOB'\nsyntax = 2", "UNOB:2", b"BLA"),
    ],
)
def test_the_character_set_and_the_syntax_version(project: Project, writing: str, syntax: str, name: bytes) -> None:
    buyer = {"identifiers": {"gln": "5790000000029"}, "name": "BLÅ"}
    (text,) = sent(loaded(project, outbound("edifact", writing)), buyer=buyer)
    date = "20261120:0930" if syntax.endswith("4") else "261120:0930"
    assert f"UNB+{syntax}+US:ZZ+123456789:01+{date}+1'" in text
    assert b"NAD+BY+5790000000029::9++" + name in text.encode("latin-1")


def test_una_is_sent_when_the_partner_wants_to_see_it(project: Project) -> None:
    assert sent(loaded(project, outbound("edifact", "una = true")))[0].startswith("UNA:+.? 'UNB+")
    assert sent(loaded(project, outbound("edifact", "una = true\nsyntax = 4")))[0].startswith("UNA:+.?*'UNB+")


def test_the_envelope_of_x12(project: Project) -> None:
    writing = """[agreement.writing.envelope]
authorisation_qualifier = "03"
authorisation = "DEPT7"
security_qualifier = "01"
security = "${ISA04}"
acknowledgement = "1"
usage = "I"
sender_application = "NDC-SALES"
receiver_application = "BBEDI"
group_version = "004010VICS"
"""
    snapshot = loaded(project, outbound("x12", writing), ISA04="sesame")
    (text,) = sent(snapshot)
    assert text.startswith("ISA*03*DEPT7     *01*sesame    *ZZ*US")
    assert "*000000001*1*I*>~GS*PO*NDC-SALES*BBEDI*20261120*0930*1*X*004010VICS~" in text
    assert "*1*T*>~" in sent(snapshot, test=True)[0], "a test is never written as anything else"


def test_the_envelope_of_edifact(project: Project) -> None:
    writing = """association = "EAN008"
[agreement.writing.envelope]
acknowledgement = "1"
sender_routing = "DEPT1"
receiver_routing = "DEPT2"
password = "${S005}"
application_reference = "ORDERS"
priority = "A"
agreement = "EANCOM"
"""
    snapshot = loaded(project, outbound("edifact", writing), S005="sesame")
    (text,) = sent(snapshot)
    header, message, *_ = text.split("'")
    assert header == "UNB+UNOC:3+US:ZZ:DEPT1+123456789:01:DEPT2+261120:0930+1+sesame:BB+ORDERS+A+1+EANCOM"
    assert message == "UNH+1+ORDERS:D:96A:UN:EAN008"
    assert sent(snapshot, test=True)[0].split("'")[0].endswith("+1+EANCOM+1")


def test_the_reference_of_the_recipient_and_another_test_indicator(project: Project) -> None:
    writing = 'envelope = { reference = "R-77", usage = "2" }'
    assert sent(loaded(project, outbound("edifact", writing)))[0].split("'")[0].endswith("+1+R-77:AA+++++2")


def test_groups_of_messages(project: Project) -> None:
    writing = 'batch = 3\nenvelope = { groups = true, sender_application = "NDC:ZZ", receiver_application = "BB:ZZ" }'
    (text,) = sent(loaded(project, outbound("edifact", writing)), count=2)
    assert "'UNG+ORDERS+NDC:ZZ+BB:ZZ+261120:0930+1+UN+D:96A'UNH+1+" in text
    assert "'UNE+2+1'UNZ+1+1'" in text
    assert len(back(text)) == 2


def test_as_many_documents_share_an_interchange_as_were_agreed(project: Project) -> None:
    for family, trailers in (("x12", ["GE*2*1~IEA*1*000000001~", "GE*2*1~IEA*1*000000002~", "GE*1*1~IEA*1*000000003~"]),
                             ("edifact", ["UNZ+2+1'", "UNZ+2+2'", "UNZ+1+3'"])):  # fmt: skip
        texts = sent(loaded(project, outbound(family, "batch = 2")), count=5)
        assert [text[-len(trailer) :] for text, trailer in zip(texts, trailers, strict=True)] == trailers
        assert len(sent(loaded(project, outbound(family, "")), count=5)) == 5


def test_batches_of_xml_and_json(project: Project) -> None:
    (text,) = sent(loaded(project, outbound("xml", 'batch = 10\nenvelope = { version = "SBDH-1.0" }')), count=2)
    assert text.count("<sbdh:StandardBusinessDocument ") == 1
    assert text.count("<Order ") == 2
    (text,) = sent(loaded(project, outbound("json", 'batch = 10\nenvelope = { version = "list" }')), count=2)
    assert text.startswith('[{"schema":"purchase_order/1"')
    assert text.endswith("}]\n")
    assert (
        len(sent(loaded(project, outbound("json", 'batch = 10\nenvelope = { version = "lines" }')), count=3)[0].splitlines()) == 3
    )


# ---- acknowledgements -----------------------------------------------------------------------------------------------


def test_a_997_is_written_as_agreed(project: Project) -> None:
    writing = """separators = { element = "|", component = ":", segment = "^" }
newline = "lf"
[agreement.writing.envelope]
acknowledgement = "1"
usage = "I"
sender_application = "NDC"
receiver_application = "BB"
authorisation_qualifier = "03"
authorisation = "D7"
"""
    lines = answered(loaded(project, inbound("x12", writing)), BAD_X12).split("^\n")
    assert lines[0] == "ISA|03|D7        |00|          |ZZ|US             |01|123456789      |261120|0930|U|00401|000000007|0|I|:"
    assert lines[1] == "GS|FA|NDC|BB|20261120|0930|8|X|004010"
    assert "AK3|BEG|2||8" in lines
    assert "AK4|2|92|1" in lines
    assert lines[-2:] == ["IEA|1|000000007", ""]


def test_marks_of_ours_that_the_partner_sent_become_blanks_in_the_997(project: Project) -> None:
    snapshot = loaded(project, inbound("x12", 'separators = { element = "|", component = ":", segment = "^" }'))
    text = answered(snapshot, X12.replace(b"ITD*01", b"ITD*0|:^1"))
    assert "AK4|1|336|5|0   1^" in text


def test_a_997_and_a_999_of_a_later_version_have_the_repetition_separator(project: Project) -> None:
    text = answered(loaded(project, inbound("x12-5010", 'separators = { repetition = "!" }')), X12_5010)
    assert "*0930*!*00501*000000007*0*P*>~GS*FA*" in text


def test_the_repetition_separator_is_that_of_the_answers_version(project: Project) -> None:
    earlier = inbound("x12", "separators = { element = '|' }")
    text = earlier.replace(
        'format = "x12/004010/850"\nacknowledge', 'other_versions = ["005010"]\nformat = "x12/004010/850"\nacknowledge'
    )
    assert "|^|00501|" in answered(loaded(project, text), X12_5010)
    later = inbound("x12-5010", "separators = { repetition = '!' }")
    assert "*U*00401*" in answered(loaded(project, later), X12)


def test_secrets_of_the_envelope_are_not_shown(project: Project) -> None:
    snapshot = loaded(project, outbound("x12", 'envelope = { security = "${ISA04}" }'), ISA04="sesame")
    assert "sesame" not in repr(snapshot.agreements)


def test_the_version_of_an_acknowledgement_may_be_agreed(project: Project) -> None:
    text = inbound("x12", "").replace("[agreement.writing]", 'acknowledgement_version = "005010"\n[agreement.writing]')
    assert "*X*005010~ST*997*" in answered(loaded(project, text), X12)
    text = inbound("edifact", "").replace("[agreement.writing]", 'acknowledgement_version = "2:2:UN"\n[agreement.writing]')
    assert "UNH+1+CONTRL:2:2:UN'" in answered(loaded(project, text), EDIFACT)


def test_a_contrl_is_written_as_agreed(project: Project) -> None:
    writing = """separators = { element = "|", segment = "~" }
newline = "crlf"
charset = "UNOA"
syntax = 2
envelope = { acknowledgement = "1", reference = "PW", application_reference = "CONTRL", agreement = "A1" }
"""
    text = answered(loaded(project, inbound("edifact", writing)), EDIFACT)
    assert text == (
        "UNA:|.? ~\r\nUNB|UNOA:2|5790000000012:14|5790000000029:14|261120:0930|7|PW:AA|CONTRL|||A1~\r\n"
        "UNH|1|CONTRL:D:3:UN~\r\nUCI|42|5790000000029:14|5790000000012:14|7~\r\nUNT|3|1~\r\nUNZ|1|7~\r\n"
    )


def test_a_contrl_answers_in_the_syntax_of_its_subject_unless_one_is_agreed(project: Project) -> None:
    subject = EDIFACT.replace(b"UNOC:3", b"UNOB:1")
    assert "UNB+UNOB:1+" in answered(loaded(project, inbound("edifact", "una = true")), subject)
    assert "UNB+UNOC:3+" in answered(loaded(project, inbound("edifact", "charset = 'UNOC'")), subject)


# ---- what is wrong --------------------------------------------------------------------------------------------------

CASES = [
    ("edifact", "separators = { release = «'+', element = '+' }", "R039", "element separator and release character are both '+'"),
    ("edifact", "separators = { release = «'+' }", "R039", "element separator and release character are both '+'"),
    ("edifact", "separators = { segment = «'A' }", "R039", "the segment terminator 'A' occurs in every text"),
    ("x12", "separators = { segment = «'7' }", "R039", "letters, digits and blanks cannot separate"),
    ("x12", "separators = { segment = «'§' }", "R039", "no character of ASCII"),
    ("x12", "separators = { segment = «'.' }", "R046", "occurs in names and addresses, and nothing releases it"),
    ("x12", "separators = { element = «'-' }", "R046", "the element separator '-' occurs in names"),
    ("edifact", "separators = { segment = «\"'\", release = '' }", "R046", "nothing releases it"),
    ("edifact", "charset = 'UNOA'\nseparators = { segment = «'~' }", "R046", "UNOA has no '~'"),
    ("x12", "separators = { repetition = «'!' }", "R039", "in 00401 no element repeats"),
    ("edifact", "separators = { repetition = «'!' }", "R039", "in UNOC:3 no element repeats"),
    ("x12", "separators = { segment = \"\\n\" }\nnewline = «'lf'", "R039", "is a line end itself"),
    ("edifact", "separators = { segment = ',', decimal = «',' }", "R039", "the decimal mark ',' separates, too"),
    ("edifact", "charset = «'UNOG'", "R039", "syntax version 3 has no character set UNOG: write syntax = 4"),
    ("edifact", "charset = «'UNOC'\nsyntax = 2", "R039", "syntax version 2 has no character set UNOC: write syntax = 3"),
    ("edifact", "syntax = «1", "R039", "write charset, too"),
    ("x12", "«charset = 'UNOC'", "R039", "x12 has no place for charset"),
    ("x12", "separators = { «release = '?' }", "R039", "x12 has no place for release"),
    ("x12", "envelope = { «agreement = 'A' }", "R039", "x12 has no place for agreement"),
    ("edifact", "envelope = { «authorisation = 'A' }", "R039", "edifact has no place for authorisation"),
    ("xml", "«newline = 'lf'", "R039", "xml has no place for newline"),
    ("json", "«una = true", "R039", "json has no place for una"),
    ("x12", "envelope = { authorisation = «'12345678901' }", "R039", "authorisation has 11 characters, there is room for 10"),
    ("x12", "envelope = { sender_application = «'1234567890123456' }", "R039", "room for 15"),
    ("edifact", "envelope = { application_reference = «'123456789012345' }", "R039", "room for 14"),
    ("x12", "envelope = { usage = «'1' }", "R039", 'usage is "1": use P or T or I'),
    ("edifact", "envelope = { usage = «'T' }", "R039", "use 1 or 2 or 3 or 4"),
    ("x12", "envelope = { acknowledgement = «'2' }", "R039", "use 0 or 1"),
    ("x12", "envelope = { version = «'4010' }", "R039", "ISA12 has five digits"),
    ("xml", "envelope = { version = «'SBDH' }", "R039", "use SBDH-1.0"),
    ("edifact", "envelope = { reference = 'R', password = «'${ODOO_KEY}' }", "R039", "a reference or for a password"),
    ("edifact", "envelope = { password = «'sesame' }", "R013", "stands here in the open"),
    ("xml", "batch = «2", "R039", "an XML file holds one document"),
    ("cxml", "batch = «2\nenvelope = { version = 'SBDH-1.0' }", "R039", "an XML file holds one document"),
    ("json", "batch = «2", "R039", 'version = "list"'),
    ("x12", "batch = «0", "R005", "greater than or equal to 1"),
    ("edifact", "charset = «'UNOZ'", "R005", "use UNOA, UNOB"),
    ("edifact", "separators = { segment = «'~~' }", "R005", "at most 1"),
    ("edifact", "«charsett = 'UNOC'", "R003", 'did you mean "charset"?'),
    ("edifact", "separators = { «segmnt = '~' }", "R003", 'did you mean "segment"?'),
    ("edifact", "envelope = { «agrement = 'A' }", "R003", 'did you mean "agreement"?'),
]  # fmt: skip


@pytest.mark.parametrize(("family", "writing", "code", "message"), CASES)
def test_a_conflict_is_explained_in_its_place(project: Project, family: str, writing: str, code: str, message: str) -> None:
    text = outbound(family, writing)
    line, column = text[: text.index(MARK)].count("\n") + 1, text.index(MARK) - text.rfind("\n", 0, text.index(MARK))
    found = [item for item in lint(project(text.replace(MARK, "")), ENVIRON).items if item.code == code]
    assert [(item.line, item.column) for item in found] == [(line, column)]
    assert message in found[0].message
    assert found[0].remedy


def test_what_may_come_in_one_interchange_is_answered_in_one_way(project: Project) -> None:
    second = (
        inbound("x12", "newline = 'lf'").split("[[agreement]]")[-1].replace('id = "out"', 'id = "second"').replace("/850", "/860")
    )
    second = second.replace("purchase_order", "purchase_order_change").replace("'lf'", "'crlf'")
    items = lint(project(inbound("x12", "newline = 'lf'") + "[[agreement]]" + second), ENVIRON).items
    assert "R034" in {item.code for item in items}


def test_what_the_page_shows_can_be_used(project: Project) -> None:
    blocks = re.findall(r"```toml\n\[agreement\.writing\]\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    for family, block in zip(("x12", "edifact"), blocks, strict=True):
        assert loaded(project, outbound(family, block), BIGBOX_ISA04="sesame").agreements


@pytest.mark.parametrize("family", FORMATS)
def test_every_family_may_be_silent(project: Project, family: str) -> None:
    assert lint(project(outbound(family, "")), ENVIRON).ok
