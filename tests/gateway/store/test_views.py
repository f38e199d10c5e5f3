"""What rows become for people to read."""

from gateway.store.search import keys_view


def test_business_keys_keep_their_order_so_that_a_documents_own_number_is_the_first() -> None:
    assert list(keys_view(["order:4711", "contract:C-9", "order:4712", "sscc:1:2"]).items()) == [
        ("order", "4711"),
        ("contract", "C-9"),
        ("sscc", "1:2"),
    ]
