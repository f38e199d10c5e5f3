"""How a server answers, right and wrong: what the simulator must do as the real one does."""

from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooFault, OdooLoginRefused
from gateway.applications.odoo.jsonrpc import JsonRpc


@pytest.fixture
async def service(bench: Any) -> Any:
    client = bench.client()
    yield client
    await client.close()


async def fault_of(service: OdooClient, *call: Any, **keywords: Any) -> OdooFault:
    model, method, *args = call
    with pytest.raises(OdooFault) as caught:
        await service.call(model, method, args, context={"lang": "en_US"}, **keywords)
    return caught.value


async def test_the_version_is_told_without_a_login(bench: Any, service: OdooClient) -> None:
    assert (await service.version())[0] == bench.version


async def test_a_wrong_password_is_false_and_no_fault(bench: Any) -> None:
    client = bench.client(api_key="no")
    with pytest.raises(OdooLoginRefused):
        await client.authenticate()
    await client.close()


async def test_a_key_withdrawn_in_between_is_access_denied(bench: Any, service: OdooClient) -> None:
    await service.authenticate()
    spoken = service._spoken
    if isinstance(spoken, JsonRpc):
        spoken._api_key = "withdrawn"
    else:
        spoken._headers["Authorization"] = "bearer withdrawn"
    with pytest.raises(OdooLoginRefused):
        await service.call("res.partner", "search", [[]])
    assert spoken._uid is None


async def test_an_unknown_field_in_a_domain_is_a_value_error(service: OdooClient) -> None:
    fault = await fault_of(service, "res.partner", "search_read", [["prize", "=", 1]], fields=["name"])
    assert fault.name == "builtins.ValueError"
    assert fault.text.startswith("Invalid field res.partner.prize in ")


async def test_an_unknown_field_to_read_is_a_value_error(bench: Any, service: OdooClient) -> None:
    fault = await fault_of(service, "res.partner", "read", [bench.customer], ["prize"])
    assert fault.name == "builtins.ValueError"
    assert fault.text.startswith("Invalid field 'prize' on ")


async def test_names_of_other_versions_are_unknown(bench: Any, service: OdooClient) -> None:
    other = "product_uom" if bench.version >= 19 else "product_uom_id"
    fault = await fault_of(service, "sale.order.line", "search_read", [], fields=[other])
    assert fault.text.startswith(f"Invalid field '{other}' on ")


async def test_an_unknown_model_is_a_user_error(bench: Any, service: OdooClient) -> None:
    fault = await fault_of(service, "sale.ordre", "read", [1])
    if bench.protocol == "json-2":
        assert (fault.name, fault.text) == ("werkzeug.exceptions.NotFound", "the model 'sale.ordre' does not exist")
        return
    assert (fault.name, fault.text) == ("odoo.exceptions.UserError", "Object sale.ordre doesn't exist")


async def test_an_unknown_method_is_an_attribute_error(bench: Any, service: OdooClient) -> None:
    fault = await fault_of(service, "sale.order", "confirm_now", [1])
    name = "werkzeug.exceptions.NotFound" if bench.protocol == "json-2" else "builtins.AttributeError"
    assert (fault.name, fault.text) == (name, "The method 'sale.order.confirm_now' does not exist")


async def test_a_private_method_is_refused(service: OdooClient) -> None:
    fault = await fault_of(service, "sale.order", "_action_confirm", [1])
    assert (fault.name, fault.code) == ("odoo.exceptions.AccessError", "access-denied")


async def test_an_unknown_argument_is_a_type_error(bench: Any, service: OdooClient) -> None:
    fault = await fault_of(service, "res.partner", "search", [], limits=1)
    assert fault.name == ("werkzeug.exceptions.UnprocessableEntity" if bench.protocol == "json-2" else "builtins.TypeError")
    assert "unexpected keyword argument 'limits'" in fault.text


async def test_reading_what_does_not_exist_is_empty_and_writing_it_is_a_fault(service: OdooClient) -> None:
    assert await service.call("sale.order", "read", [[99999999], ["name"]]) == []
    fault = await fault_of(service, "sale.order", "write", [99999999], {"origin": "x"})
    assert fault.name == "odoo.exceptions.MissingError"


async def test_external_ids_are_closed_to_the_service_user_but_for_one_door(service: OdooClient) -> None:
    fault = await fault_of(service, "ir.model.data", "search_read", [], limit=1)
    assert fault.name == "odoo.exceptions.AccessError"
    assert fault.text.startswith("You are not allowed to access 'Model Data' (ir.model.data) records.")
    model, record = await service.call("ir.model.data", "check_object_reference", ["uom", "product_uom_unit"])
    assert model == "uom.uom"
    assert record > 0
    unknown = await fault_of(service, "ir.model.data", "check_object_reference", "uom", "no_such_unit")
    assert (unknown.name, unknown.text) == ("builtins.ValueError", "External ID not found in the system: uom.no_such_unit")


async def test_the_service_user_may_not_create_partners(service: OdooClient) -> None:
    fault = await fault_of(service, "res.partner", "create", {"name": "x"})
    assert fault.code == "access-denied"
    answer = await service.call("res.partner", "load", [["id", "name"], [["edi_gateway.x", "x"]]], context={"lang": "en_US"})
    assert answer["ids"] is False
    assert answer["messages"][0]["message"].startswith("You are not allowed to create 'Contact' (res.partner) records.")


async def test_a_barcode_is_unique(bench: Any) -> None:
    with pytest.raises(OdooFault) as caught:
        await bench.ask("product.product", "write", [bench.products["rocket"]], {"barcode": bench.gtin("anvil")})
    assert caught.value.name == "odoo.exceptions.ValidationError"


async def test_empty_is_false(bench: Any, service: OdooClient) -> None:
    (row,) = await service.call("res.partner", "read", [[bench.customer], ["street", "parent_id"]])
    assert (row["street"], row["parent_id"]) == (False, False)


async def test_confirming_twice_is_a_fault(bench: Any) -> None:
    await bench.application().deliver([bench.call("a", bench.document(), options={"confirm": True})])
    (order,) = await bench.orders()
    with pytest.raises(OdooFault) as caught:
        await bench.ask("sale.order", "action_confirm", [order["id"]])
    assert caught.value.text == "Some orders are not in a state requiring confirmation."


async def test_a_customer_reference_is_not_unique(bench: Any) -> None:
    application = bench.application()
    await application.deliver([bench.call("a", bench.document()), bench.call("b", bench.document())])
    assert len(await bench.orders()) == 2


async def test_load_reads_dates_in_the_users_zone_unless_the_context_names_one(bench: Any) -> None:
    """The service user lives in Copenhagen: one hour off in winter."""
    user = bench.client()
    columns = ["id", "partner_id/.id", "client_order_ref", "commitment_date"]
    row = [f"edi_gateway.tz_{bench.suffix}", str(bench.customer), f"TZ-{bench.suffix}", "2026-12-24 12:00:00"]
    await user.call("sale.order", "load", [columns, [row]], context={"lang": "en_US"})
    await user.close()
    (order,) = await bench.orders("TZ")
    assert order["commitment_date"] == "2026-12-24 11:00:00"


async def test_a_load_without_line_ids_adds_the_lines_again(bench: Any) -> None:
    columns = ["id", "partner_id/.id", "client_order_ref", "order_line/product_id/.id", "order_line/product_uom_qty"]
    row = [f"edi_gateway.bare_{bench.suffix}", str(bench.customer), f"BARE-{bench.suffix}", str(bench.products["anvil"]), "1"]
    for _ in range(2):
        answer = await bench.ask("sale.order", "load", columns, [row])
        assert answer["ids"], answer
    (order,) = await bench.orders("BARE")
    assert len(order["lines"]) == 2


async def test_an_empty_cell_overrules_what_odoo_would_compute(bench: Any) -> None:
    columns = ["id", "partner_id/.id", "client_order_ref", "partner_shipping_id/.id"]
    row = [f"edi_gateway.empty_{bench.suffix}", str(bench.customer), f"EMPTY-{bench.suffix}", ""]
    answer = await bench.ask("sale.order", "load", columns, [row])
    assert answer["ids"] is False
    assert "Missing required value for the field 'Delivery Address' (partner_shipping_id)." in answer["messages"][0]["message"]


async def test_a_locked_order_refuses_a_plain_load_of_what_it_holds(bench: Any) -> None:
    columns = [
        "id",
        "partner_id/.id",
        "client_order_ref",
        "order_line/id",
        "order_line/product_id/.id",
        "order_line/product_uom_qty",
    ]
    name = f"edi_gateway.locked_{bench.suffix}"
    row = [name, str(bench.customer), f"LOCKED-{bench.suffix}", f"{name}_l1", str(bench.products["anvil"]), "1"]
    answer = await bench.ask("sale.order", "load", columns, [row])
    await bench.ask("sale.order", "action_confirm", answer["ids"])
    await bench.ask("sale.order", "action_lock", answer["ids"])
    again = await bench.ask("sale.order", "load", columns, [row])
    assert again["ids"] is False
    assert "locked order" in again["messages"][0]["message"]


async def test_fields_get_tells_whether_partners_have_a_gln(bench: Any, service: OdooClient) -> None:
    known = await service.call("res.partner", "fields_get", [["global_location_number"]], attributes=["type"])
    assert ("global_location_number" in known) == (bench.version >= 19)


async def test_rights_are_asked_by_the_method_of_the_version(bench: Any, service: OdooClient) -> None:
    if bench.version >= 18:
        assert await service.call("sale.order", "has_access", [[], "create"]) is True
        assert await service.call("res.partner", "has_access", [[], "create"]) is False
    else:
        await fault_of(service, "sale.order", "has_access", [], "create")
    if bench.protocol == "json-rpc":  # 19 has it for old callers alone, and hides it from JSON-2
        assert await service.call("sale.order", "check_access_rights", ["create"], raise_exception=False) is True
