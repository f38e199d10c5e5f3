"""What a person says of a new partner is taken as meant or refused with a remedy; and what the configuration says already."""

from typing import Any

import pytest

from gateway.config.lint import examine
from gateway.config.partner_wish import read_wish, surroundings
from gateway.domain.agreement import Direction
from gateway.domain.onboarding.wish import Surroundings, Transport
from gateway.errors import PlanRefused
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from translators.contract import Family, Identity


class TestWishes:
    @pytest.mark.parametrize("partner", ["acme", "3m", "a", "a-b_c", "x" * 41])
    def test_ids_of_partners(self, partner: str) -> None:
        assert read_wish(partner, Transport.FOLDER).partner == partner

    @pytest.mark.parametrize(
        "partner", ["", "Acme", "acme inc", "-acme", "_acme", "x" * 42, "../acme", "acme\n", "åcme", "acme.x"]
    )
    def test_what_is_no_id_is_refused(self, partner: str) -> None:
        with pytest.raises(PlanRefused, match="is no id of a partner"):
            read_wish(partner, Transport.FOLDER)

    @pytest.mark.parametrize(
        ("text", "document"),
        [
            ("x12/004010/850", "purchase_order"),
            ("x12/004010/123", "generic_document"),
            ("edifact/D.96A/ORDERS", "purchase_order"),
            ("edifact/4/UNO", "generic_document"),
            ("xml/UBL-2.1/Invoice", "invoice"),
            ("xml/cXML/OrderRequest", "purchase_order"),
            ("json/purchase_order", "purchase_order"),
            ("flat/farm/purchase_order", "purchase_order"),
        ],
    )
    def test_a_format_stands_for_a_document_and_is_written_as_it_was_read(self, text: str, document: str) -> None:
        (named,) = read_wish("acme", Transport.FOLDER, formats=[text]).formats
        assert (str(named), named.document, named.direction) == (text, document, Direction.IN)

    @pytest.mark.parametrize(
        "text",
        ["", "850", "x12/850", "x12/4010/850", "edifact/96A/ORDERS", "idoc/1/ORDERS05", "x12/004010/850 ", "json/1/invoice"],
    )
    def test_what_is_no_format_is_refused(self, text: str) -> None:
        with pytest.raises(PlanRefused, match="is no format"):
            read_wish("acme", Transport.FOLDER, formats=[text])

    def test_what_we_send_is_named_by_documents_or_by_formats(self) -> None:
        wish = read_wish("acme", Transport.FOLDER, formats=["x12/004010/850"], sends=["invoice", "x12/005010/856"])
        assert wish.sends == ["invoice"]
        assert [(str(one), one.direction) for one in wish.formats] == [
            ("x12/004010/850", Direction.IN),
            ("x12/005010/856", Direction.OUT),
        ]

    def test_nothing_is_something_else_than_what_is_usual(self) -> None:
        assert read_wish("acme", Transport.FOLDER, sends=[]).sends == []
        assert read_wish("acme", Transport.FOLDER).sends is None

    @pytest.mark.parametrize("document", ["", "letters", "Invoice", "850"])
    def test_what_is_no_document_of_ours_cannot_be_sent(self, document: str) -> None:
        with pytest.raises(PlanRefused, match="is no canonical document"):
            read_wish("acme", Transport.FOLDER, sends=[document])

    def test_identities_are_those_of_their_families_and_there_may_be_several(self) -> None:
        named = ["x12=01:123456789", "x12=ZZ:ACME", "edifact=5790000000012:14", "xml=0088:5790000000012", "json=gln:1"]
        assert read_wish("acme", Transport.FOLDER, identities_named=named).identities == {
            Family.X12: [Identity("01", "123456789"), Identity("ZZ", "ACME")],
            Family.EDIFACT: [Identity("14", "5790000000012")],
            Family.XML: [Identity("0088", "5790000000012")],
            Family.JSON: [Identity("gln", "1")],
        }

    @pytest.mark.parametrize(
        "text", ["", "x12", "01:123", "flat=acme", "as2=ACME", "x12=", "x12=ACME", "x12=ZZ:MUCH-TOO-LONG-AN-ID"]
    )
    def test_what_names_nobody_is_refused(self, text: str) -> None:
        with pytest.raises(PlanRefused) as caught:
            read_wish("acme", Transport.FOLDER, identities_named=[text])
        assert caught.value.remedy

    @pytest.mark.parametrize("transport", [Transport.AS2, Transport.SFTP, Transport.FTPS, Transport.HTTP])
    def test_an_address_that_is_none_is_refused_before_anything_is_proposed(self, transport: Transport) -> None:
        with pytest.raises(PlanRefused, match="is no address of a server"):
            read_wish("acme", transport, address="https://[::1")
        assert read_wish("acme", transport, address="").address == ""

    @pytest.mark.parametrize("transport", [Transport.FOLDER, Transport.SFTP_INBOX, Transport.MAIL])
    def test_folders_and_mailboxes_are_no_servers(self, transport: Transport) -> None:
        assert read_wish("acme", transport, address="/srv/[acme").address == "/srv/[acme"


class TestSurroundings:
    def around(self, project: Project, routes: str = ROUTES, **files: str) -> Surroundings:
        examined = examine(project(routes, **files), ENVIRON)
        assert examined.configuration is not None
        assert examined.report.ok, examined.report.items
        return surroundings(examined.configuration)

    def test_who_we_are_and_who_is_there_already(self, project: Project) -> None:
        around = self.around(project)
        assert around.ours == {Family.X12: [Identity("ZZ", "US")], Family.EDIFACT: [Identity("14", "5790000000012")]}
        assert (around.owner, around.owners) == ("edi", ["edi", "sales"])
        assert around.claimed == {(Family.X12, Identity("01", "123456789")): "bigbox"}
        assert (around.as2_name, around.as2_keys) == ("", False)

    @pytest.mark.parametrize(
        ("gateway", "application", "productive"),
        [
            ("", "", False),
            ('environment = "production"\n', "", True),
            ('environment = "production"\n', 'usage = "test"\n', False),
            ("", 'usage = "production"\n', True),
        ],
    )
    def test_an_application_is_as_productive_as_it_says_or_else_as_the_gateway(
        self, project: Project, gateway: str, application: str, productive: bool
    ) -> None:
        routes = ROUTES.replace('owner = "edi"\n', f'owner = "edi"\n{gateway}', 1)
        routes = routes.replace('type = "odoo"\n', f'type = "odoo"\n{application}')
        routes = routes.replace('id = "bigbox"\n', f'id = "bigbox"\n{application}')  # a partner goes to its like
        (known,) = self.around(project, routes).applications
        assert (known.id, known.type, known.production) == ("odoo", "odoo", productive)

    @pytest.mark.parametrize(
        ("key", "taken"),
        [('document = "invoice"', {"invoice": "bills"}), ("", {"": "bills"}), ('document = "invoice"\npartner = "bigbox"', {})],
    )
    def test_routes_that_leave_nothing_for_others_are_those_without_a_condition(
        self, project: Project, key: str, taken: dict[str, Any]
    ) -> None:
        routes = f'{ROUTES}\n[[route]]\nid = "bills"\n{key}\ndeliver = [{{ to = "odoo", as = "vendor_bill" }}]\n'
        assert self.around(project, routes).taken == taken

    def test_of_several_routes_the_first_one_takes_it(self, project: Project) -> None:
        bills = '\n[[route]]\nid = "{}"\ndocument = "invoice"\ndeliver = [{{ to = "odoo", as = "vendor_bill" }}]\n'
        routes = ROUTES + bills.format("first") + bills.format("second")
        examined = examine(project(routes), ENVIRON)
        assert examined.configuration is not None
        assert surroundings(examined.configuration).taken == {"invoice": "first"}
