"""What the connector promises, against every kind of server."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.applications.odoo import Tables
from gateway.ports import OutcomeKind


async def test_an_order_is_booked_with_its_lines_references_dates_and_texts(bench: Any) -> None:
    application = bench.application()
    document = bench.document(
        requested_delivery=date(2026, 12, 24),
        texts=[{"lines": ["Ring at gate <3>", "& wait"]}],
        references=[{"kind": "contract", "number": "C-9"}],
    )
    (outcome,) = await application.deliver([bench.call("a", document)])
    (order,) = await bench.orders()
    assert (outcome.kind, outcome.reference, outcome.code) == (OutcomeKind.DELIVERED, order["name"], "booked")
    assert order["partner_id"][0] == bench.customer
    assert order["client_order_ref"] == f"4711-{bench.suffix}"
    assert order["origin"] == "EDI bigbox, contract C-9"
    assert order["commitment_date"] == "2026-12-24 12:00:00"
    assert order["note"] == "<p>Ring at gate &lt;3&gt;<br>&amp; wait</p>"
    assert [(line["product_id"][0], line["product_uom_qty"], line["price_unit"]) for line in order["lines"]] == [
        (bench.products["anvil"], 3.0, 99.0),
        (bench.products["rocket"], 10.0, 25.0),
    ]


async def test_an_instant_reaches_odoo_in_utc_whatever_the_users_zone(bench: Any) -> None:
    moment = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    await bench.application().deliver([bench.call("a", bench.document(requested_delivery=moment))])
    (order,) = await bench.orders()
    assert order["commitment_date"] == "2026-07-01 08:30:00"


async def test_a_repeat_finds_the_same_order_and_changes_nothing(bench: Any) -> None:
    application = bench.application()
    call = bench.call("a", bench.document())
    first = (await application.deliver([call]))[0]
    second = (await bench.application().deliver([call]))[0]
    (order,) = await bench.orders()
    assert first.reference == second.reference == order["name"]
    assert len(order["lines"]) == 2


async def test_what_people_changed_in_an_order_survives_a_repeat(bench: Any) -> None:
    application = bench.application()
    call = bench.call("a", bench.document(requested_delivery=date(2026, 12, 24)))
    await application.deliver([call])
    (order,) = await bench.orders()
    await bench.ask("sale.order", "write", [order["id"]], {"commitment_date": "2027-01-05 08:00:00"})
    assert (await application.deliver([call]))[0].kind is OutcomeKind.DELIVERED
    (after,) = await bench.orders()
    assert after["commitment_date"] == "2027-01-05 08:00:00"


async def test_a_repeat_on_a_confirmed_and_locked_order_is_delivered_still(bench: Any) -> None:
    application = bench.application()
    call = bench.call("a", bench.document(), options={"confirm": True})
    first = (await application.deliver([call]))[0]
    (order,) = await bench.orders()
    assert order["state"] == "sale"
    await bench.ask("sale.order", "action_lock", [order["id"]])
    assert (await application.deliver([call]))[0].reference == first.reference
    assert len(await bench.orders()) == 1


async def test_confirming_a_batch_leaves_out_what_is_confirmed_already(bench: Any) -> None:
    application = bench.application()
    calls = [bench.call(f"k{n}", bench.document(f"N{n}"), options={"confirm": True}) for n in range(3)]
    await application.deliver(calls[:1])
    outcomes = await application.deliver(calls)
    assert [one.response["state"] for one in outcomes] == ["sale"] * 3


async def test_twenty_orders_take_few_calls_and_fewer_when_all_is_known(bench: Any) -> None:
    application = bench.application()
    await application.check()
    client = application._client
    await application.deliver([bench.call("warm", bench.document("WARM"))])
    before = client.calls
    outcomes = await application.deliver([bench.call(f"b{n}", bench.document(f"B{n}")) for n in range(20)])
    assert {one.kind for one in outcomes} == {OutcomeKind.DELIVERED}
    assert len({one.reference for one in outcomes}) == 20
    assert client.calls - before == 2  # load, read
    fresh = bench.application()
    fresh._dialect = application._dialect
    await fresh._client.authenticate()
    await fresh._resolver.units.fetch({"EA"}, (await fresh._scope("")))
    before = fresh._client.calls
    await fresh.deliver([bench.call(f"c{n}", bench.document(f"C{n}")) for n in range(20)])
    assert fresh._client.calls - before == 4  # products, partners, load, read


async def test_an_unknown_product_fails_its_order_alone_and_names_line_code_and_text(bench: Any) -> None:
    bad = bench.document("BAD", lines=[bench.line("1", "anvil", 1, 1), bench.line("20", "nowhere", 1, 1)])
    bad["lines"][1]["item"]["name"] = "Left-handed  spanner"
    calls = [bench.call(f"k{n}", bench.document(f"N{n}")) for n in range(4)]
    calls.insert(2, bench.call("bad", bad))
    outcomes = await bench.application().deliver(calls)
    assert [one.kind.value for one in outcomes] == ["delivered", "delivered", "failed", "delivered", "delivered"]
    assert outcomes[2].code == "product-unknown"
    assert outcomes[2].message == f"Line 20: NOWHERE-{bench.suffix} 'Left-handed spanner' is not in Odoo."
    assert await bench.orders("BAD") == []


async def test_a_product_added_after_the_failure_is_found_at_once(bench: Any) -> None:
    application = bench.application()
    call = bench.call("a", bench.document(lines=[bench.line("1", "late", 1, 1)]))
    assert (await application.deliver([call]))[0].code == "product-unknown"
    await bench.ask("product.product", "write", [bench.products["twin1"]], {"default_code": bench.code("LATE")})
    assert (await application.deliver([call]))[0].kind is OutcomeKind.DELIVERED


async def test_a_code_of_two_products_is_a_failure_never_a_guess(bench: Any) -> None:
    call = bench.call("a", bench.document(lines=[bench.line("1", "twin", 1, 1)]))
    (outcome,) = await bench.application().deliver([call])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "product-ambiguous")
    assert "Twin one" in outcome.message
    assert "Twin two" in outcome.message


async def test_a_gtin_tells_two_products_of_one_code_apart(bench: Any) -> None:
    line = bench.line("1", "twin", 1, 1)
    line["item"]["identifiers"]["gtin"] = bench.gtin("twin2")
    await bench.application().deliver([bench.call("a", bench.document(lines=[line]))])
    (order,) = await bench.orders()
    assert order["lines"][0]["product_id"][0] == bench.products["twin2"]


@pytest.mark.parametrize("size", [13, 14])
async def test_a_gtin_is_found_with_any_number_of_leading_zeros(bench: Any, size: int) -> None:
    line = bench.line("1", "anvil", 1, 1, item={"identifiers": {"gtin": bench.gtin("anvil").zfill(size)}})
    await bench.application().deliver([bench.call("a", bench.document(lines=[line]))])
    (order,) = await bench.orders()
    assert order["lines"][0]["product_id"][0] == bench.products["anvil"]


async def test_a_customers_code_is_translated_by_the_table(bench: Any) -> None:
    line = bench.line("1", "anvil", 1, 1, item={"identifiers": {"buyer": "THEIR-1"}})
    application = bench.application(tables=Tables(products={"bigbox/THEIR-1": bench.code("ROCKET")}))
    await application.deliver([bench.call("a", bench.document(lines=[line]))])
    (order,) = await bench.orders()
    assert order["lines"][0]["product_id"][0] == bench.products["rocket"]


async def test_units_are_converted_by_code_and_an_unknown_one_fails(bench: Any) -> None:
    dozen = bench.line("1", "anvil", 2, 1, quantity={"value": "2", "unit": "DZN"})
    crate = bench.line("1", "anvil", 2, 1, quantity={"value": "2", "unit": "CR"})
    units = {"DZN": "uom.product_uom_pack_6"} if bench.version >= 19 else {}
    outcomes = await bench.application(tables=Tables(units=units)).deliver(
        [bench.call("a", bench.document("DZN", lines=[dozen])), bench.call("b", bench.document("CR", lines=[crate]))]
    )
    (order,) = await bench.orders("DZN")
    assert order["lines"][0]["unit"][1] == ("Pack of 6" if bench.version >= 19 else "Dozens")
    assert (outcomes[1].kind, outcomes[1].code) == (OutcomeKind.FAILED, "unit-unknown")


async def test_a_unit_archived_in_odoo_is_unknown_and_the_failure_says_so(bench: Any) -> None:
    """Odoo 19 comes with its dozen archived."""
    dozen = bench.line("1", "anvil", 2, 1, quantity={"value": "2", "unit": "DZN"})
    (outcome,) = await bench.application().deliver([bench.call("a", bench.document(lines=[dozen]))])
    assert outcome.code == ("unit-unknown" if bench.version >= 19 else "booked")
    assert ("archived" in outcome.message) == (bench.version >= 19)


async def test_a_unit_of_another_family_than_the_products_fails(bench: Any) -> None:
    line = bench.line("1", "anvil", 2, 1, quantity={"value": "2", "unit": "KGM"})
    (outcome,) = await bench.application().deliver([bench.call("a", bench.document(lines=[line]))])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "unit-mismatch")


async def test_a_price_per_hundred_and_a_discount_reach_the_line(bench: Any) -> None:
    price = {"amount": "150", "basis": {"value": "100", "unit": "EA"}, "kind": "gross"}
    allowance = {"charge": False, "percent": "10"}
    line = bench.line("1", "anvil", 200, None) | {"price": price, "allowances_charges": [allowance]}
    await bench.application().deliver([bench.call("a", bench.document(lines=[line]))])
    (order,) = await bench.orders()
    assert (order["lines"][0]["price_unit"], order["lines"][0]["discount"]) == (1.5, 10.0)


async def test_an_order_without_prices_is_priced_by_odoo(bench: Any) -> None:
    document = bench.document(lines=[bench.line("1", "anvil", 1, None), bench.line("2", "rocket", 1, None)])
    await bench.application().deliver([bench.call("a", document)])
    (order,) = await bench.orders()
    assert [line["price_unit"] for line in order["lines"]] == [100.0, 25.5]


async def test_orders_with_and_without_prices_share_a_batch(bench: Any) -> None:
    plain = bench.document("P", lines=[bench.line("1", "anvil", 1, None)])
    outcomes = await bench.application().deliver([bench.call("a", bench.document()), bench.call("b", plain)])
    assert [one.kind for one in outcomes] == [OutcomeKind.DELIVERED] * 2


async def test_another_currency_than_the_pricelists_is_a_failure(bench: Any) -> None:
    (outcome,) = await bench.application().deliver([bench.call("a", bench.document(currency="SEK"))])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "currency-mismatch")
    assert await bench.orders() == []


async def test_the_companys_currency_is_booked(bench: Any) -> None:
    (outcome,) = await bench.application().deliver([bench.call("a", bench.document(currency="USD"))])
    assert outcome.kind is OutcomeKind.DELIVERED


# --------------------------------------------------------------------------------------------------------------- partners


async def test_a_customer_is_found_by_external_id_of_the_agreement(bench: Any) -> None:
    other = await bench.partner("other", name="Other", is_company="1")
    call = bench.call("a", bench.document(), options={"customer": f"edi_test.other_{bench.suffix}"})
    await bench.application().deliver([call])
    (order,) = await bench.orders()
    assert order["partner_id"][0] == other


async def test_a_customer_is_found_by_gln(bench: Any) -> None:
    column = "global_location_number" if bench.version >= 19 else "ref"
    other = await bench.partner("gln", **{"name": "By GLN", column: f"579{bench.suffix}"})
    document = bench.document(buyer={"identifiers": {"gln": f"579{bench.suffix}"}})
    await bench.application().deliver([bench.call("a", document)])
    (order,) = await bench.orders()
    assert order["partner_id"][0] == other


async def test_a_customer_is_found_by_vat_number(bench: Any) -> None:
    other = await bench.partner("vat", name="By VAT", vat=f"DK{bench.suffix}")
    document = bench.document(buyer={"identifiers": {"vat": f"DK{bench.suffix}"}})
    await bench.application().deliver([bench.call("a", document)])
    (order,) = await bench.orders()
    assert order["partner_id"][0] == other


async def test_a_document_that_names_no_buyer_goes_to_the_record_that_refers_to_the_partner(bench: Any) -> None:
    other = await bench.partner("own", name="Partner", ref=f"partner{bench.suffix}")
    document = bench.document()
    del document["buyer"]
    await bench.application().deliver([bench.call("a", document, partner=f"partner{bench.suffix}")])
    (order,) = await bench.orders()
    assert order["partner_id"][0] == other


async def test_a_buyers_own_code_is_matched_among_its_addresses_only(bench: Any) -> None:
    stranger = await bench.partner("stranger", name="Stranger", ref="0042")
    store = await bench.partner("store", name="Store 42", ref="0042", type="delivery")
    await bench.ask("res.partner", "write", [store], {"parent_id": bench.customer})
    document = bench.document(ship_to={"identifiers": {"buyer": "0042"}, "name": "Store 42"})
    await bench.application().deliver([bench.call("a", document)])
    (order,) = await bench.orders()
    assert order["partner_shipping_id"][0] == store != stranger


async def test_an_address_without_identifier_is_recognised_by_its_text(bench: Any) -> None:
    values = {"name": "Depot", "street": "Havnevej 1", "zip": "9000", "city": "Aalborg", "type": "delivery"}
    depot = await bench.partner("depot", **values)
    await bench.ask("res.partner", "write", [depot], {"parent_id": bench.customer})
    address = {"lines": ["HAVNEVEJ  1"], "postal_code": "9000", "city": "Aalborg"}
    document = bench.document(ship_to={"name": "DEPOT", "address": address})
    await bench.application().deliver([bench.call("a", document)])
    (order,) = await bench.orders()
    assert order["partner_shipping_id"][0] == depot


async def test_an_unknown_delivery_address_is_a_failure_with_the_words_of_the_order(bench: Any) -> None:
    document = bench.document(ship_to={"identifiers": {"gln": f"999{bench.suffix}"}, "name": "Nowhere"})
    (outcome,) = await bench.application().deliver([bench.call("a", document)])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "partner-unknown")
    assert f"The delivery address Nowhere (GLN 999{bench.suffix}) is not in Odoo." in outcome.message
    assert await bench.orders() == []


async def test_creating_a_partner_without_the_right_is_a_failure_that_says_so(bench: Any) -> None:
    document = bench.document(ship_to={"identifiers": {"gln": f"999{bench.suffix}"}, "name": "New store"})
    (outcome,) = await bench.application().deliver([bench.call("a", document, options={"create_partner": True})])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "partner-unknown")
    assert "may not create contacts" in outcome.message


async def test_an_allowed_address_is_created_once_below_the_customer(bench: Any) -> None:
    gln = f"999{bench.suffix}"
    address = {"lines": ["Main Street 1", "Hall 2"], "city": "Austin", "postal_code": "73301", "region": "TX", "country": "US"}
    document = bench.document(ship_to={"identifiers": {"gln": gln}, "name": "New store", "address": address})
    for attempt in ("a", "b"):
        application = bench.application(user=bench.contact)
        changed = document | {"number": f"4711-{bench.suffix}-{attempt}"}
        (outcome,) = await application.deliver([bench.call(attempt, changed, options={"create_partner": True})])
        assert outcome.kind is OutcomeKind.DELIVERED, outcome.message
    orders = await bench.orders()
    assert len({order["partner_shipping_id"][0] for order in orders}) == 1
    fields = ["name", "parent_id", "type", "street", "street2", "state_id", "country_id"]
    (made,) = await bench.ask("res.partner", "read", [orders[0]["partner_shipping_id"][0]], fields)
    assert made["parent_id"][0] == bench.customer
    assert (made["name"], made["type"], made["street"], made["street2"]) == ("New store", "delivery", "Main Street 1", "Hall 2")
    assert made["country_id"][1] == "United States"
    assert made["state_id"][1].startswith("Texas")


async def test_a_new_customer_who_is_also_the_destination_is_created_once(bench: Any) -> None:
    party = {"identifiers": {"gln": f"888{bench.suffix}"}, "name": "Start-up"}
    document = bench.document(buyer=party, ship_to=party)
    application = bench.application(user=bench.contact)
    (outcome,) = await application.deliver([bench.call("a", document, options={"create_partner": True})])
    assert outcome.kind is OutcomeKind.DELIVERED, outcome.message
    (order,) = await bench.orders()
    assert order["partner_id"][0] == order["partner_shipping_id"][0]


# ----------------------------------------------------------------------------------------------------------------- faults


async def test_an_answer_lost_after_the_commit_is_repeated_without_a_second_order(bench: Any, cutter: Any) -> None:
    line, url = cutter
    application = bench.application(url=url)
    call = bench.call("a", bench.document())
    await application.deliver([bench.call("warm", bench.document("WARM"))])
    line.cut.set()
    (lost,) = await application.deliver([call])
    assert (lost.kind, lost.code) == (OutcomeKind.RETRY, "connection")
    await asyncio.wait_for(line.answered.wait(), 30)
    line.cut.clear()
    (found,) = await application.deliver([call])
    (order,) = await bench.orders()
    assert (found.kind, found.reference) == (OutcomeKind.DELIVERED, order["name"])


async def test_four_nodes_with_the_same_order_make_one(bench: Any) -> None:
    if bench.simulator is not None:
        bench.simulator.odoo.misbehaviour.latency = 0.02
    applications = [bench.application(jitter=lambda n=n: n / 4) for n in range(4)]
    call = bench.call("a", bench.document())
    answers = await asyncio.gather(*(application.deliver([call]) for application in applications))
    outcomes = [answer[0] for answer in answers]
    (order,) = await bench.orders()
    assert len(order["lines"]) == 2
    assert {one.code for one in outcomes} <= {"booked", "serialization"}
    assert {one.reference for one in outcomes if one.kind is OutcomeKind.DELIVERED} == {order["name"]}
    again = await applications[3].deliver([call])
    assert again[0].reference == order["name"]


async def test_a_wrong_key_is_worth_a_repeat_and_says_where_to_look(bench: Any) -> None:
    (outcome,) = await bench.application(api_key="wrong").deliver([bench.call("a", bench.document())])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "login")
    assert "api_key and database of this application" in outcome.message
    assert "wrong" not in outcome.message


async def test_an_unknown_database_is_worth_a_repeat(bench: Any) -> None:
    (outcome,) = await bench.application(database="elsewhere").deliver([bench.call("a", bench.document())])
    assert outcome.kind is OutcomeKind.RETRY
    assert "Traceback" not in outcome.message


async def test_a_server_that_is_down_is_worth_a_repeat(bench: Any, unused_tcp_port: int) -> None:
    application = bench.application(url=f"http://127.0.0.1:{unused_tcp_port}")
    (outcome,) = await application.deliver([bench.call("a", bench.document())])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "connection")


async def test_check_passes_for_a_well_configured_user(bench: Any) -> None:
    results = await bench.application().check()
    assert [ok for _, ok, _, _ in results] == [True] * len(results)
    assert len(results) == 6


async def test_check_says_what_to_do_about_a_wrong_key(bench: Any) -> None:
    results = await bench.application(api_key="wrong").check()
    assert [(name, ok) for name, ok, _, _ in results][-1] == ("odoo: login", False)
    assert "api_key" in results[-1][3]
