"""Views as the records give them, for the tests of what is made of them."""

from typing import Any

FINDING = {
    "code": "element-missing",
    "severity": "error",
    "message": "BEG03 is missing.",
    "tag": "BEG",
    "segment": 2,
    "element": 3,
    "offset": 120,
    "remedy": "Fill the mandatory element.",
}

GOOD_ORDER = {
    "id": "doc-1",
    "type": "850",
    "version": "004010",
    "control_number": "0001",
    "name": "purchase_order",
    "verdict": "accepted",
    "state": "routed",
    "keys": {"order": "4711", "contract": "C-9"},
    "findings": [],
    "route": "bigbox-us-orders",
    "reasons": ["partner is bigbox", "condition order.total < 50000 holds"],
}

BAD_ORDER = {
    **GOOD_ORDER,
    "id": "doc-2",
    "control_number": "0002",
    "verdict": "rejected",
    "state": "rejected",
    "keys": {},
    "route": None,
    "reasons": [],
    "findings": [FINDING],
}

ACKNOWLEDGEMENT = {
    "id": "ack-1",
    "type": "997",
    "verdict": "partly_accepted",
    "control_number": "000000099",
    "explanation": ["850 0001 is accepted.", "850 0002 is rejected: BEG03 is missing."],
    "state": "delivered",
}

DELIVERY = {
    "id": "del-1",
    "document": "doc-1",
    "target": "odoo",
    "action": "sale_order",
    "state": "delivered",
    "attempt": 2,
    "reference": "S00042",
    "code": "",
    "message": "",
    "next_attempt_at": None,
    "attempts": [
        {
            "attempt": 1,
            "started_at": "2026-11-21T14:05:00.500+00:00",
            "ended_at": "2026-11-21T14:05:30.500+00:00",
            "outcome": "retry",
            "code": "connection-lost",
            "message": "Odoo did not answer.",
            "reference": None,
        },
        {
            "attempt": 2,
            "started_at": "2026-11-21T14:05:35+00:00",
            "ended_at": "2026-11-21T14:05:35.250+00:00",
            "outcome": "delivered",
            "code": "",
            "message": "",
            "reference": "S00042",
        },
    ],
}

FAILURE = {
    "id": "fail-1",
    "stage": "translate",
    "code": "document-rejected",
    "message": "An order was rejected.",
    "owner": "edi",
    "state": "open",
    "count": 3,
    "remedy": "Ask the partner for a corrected order.",
}

TRANSMISSION: dict[str, Any] = {
    "id": "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10",
    "partner": "bigbox",
    "channel": "bigbox-folder",
    "name": "orders.x12",
    "state": "translated",
    "received_at": "2026-11-21T14:05:00+00:00",
    "size": 1204,
    "sha256": "ab12",
    "interchanges": [
        {
            "id": "int-1",
            "family": "x12",
            "sender": "01:123456789",
            "receiver": "ZZ:NORDICDC",
            "control_number": "000000042",
            "test": False,
            "verdict": "partly_accepted",
            "documents": [GOOD_ORDER, BAD_ORDER],
            "findings": [],
            "acknowledgements": [ACKNOWLEDGEMENT],
        }
    ],
    "findings": [],
    "failures": [FAILURE],
}

TRACE: dict[str, Any] = {
    "number": "4711",
    "correlation": "0193a5c2",
    "transmissions": [TRANSMISSION],
    "events": [
        {
            "at": "2026-11-21T14:05:00.120+00:00",
            "stage": "translate",
            "subject": "int-1",
            "steps": [
                {"what": "recognised", "detail": "X12 004010"},
                {
                    "at": "2026-11-21T14:05:00.125+00:00",
                    "what": "matched",
                    "detail": {"agreement": "bigbox-850", "by": ["sender", "type"]},
                },
            ],
            "configuration": "0123456789abcdef",
            "node": "edi-1",
        },
        {
            "at": "2026-11-21T14:06:00+00:00",
            "stage": "sweep",
            "subject": "elsewhere",
            "steps": [],
            "configuration": None,
            "node": None,
        },
    ],
    "deliveries": [DELIVERY],
    "failures": [],
}

ROW = {
    **GOOD_ORDER,
    "at": "2026-11-21T14:05:00+00:00",
    "direction": "in",
    "partner": "bigbox",
    "channel": "bigbox-folder",
    "control_number": "000000042",
    "transmission": TRANSMISSION["id"],
    "deliveries": [{"target": "odoo", "state": "delivered", "reference": "S00042"}],
    "acknowledgements": [ACKNOWLEDGEMENT],
    "failures": [],
}
