"""What a fault means for a delivery, and how it reads."""

import pytest

from gateway.applications.odoo.fault import OdooFault, OdooLoginRefused, OdooUnreachable, fault_of, judged, readable
from gateway.ports import OutcomeKind

RETRY, FAILED = OutcomeKind.RETRY, OutcomeKind.FAILED


@pytest.mark.parametrize(
    ("name", "text", "kind", "code"),
    [
        ("odoo.exceptions.UserError", "No stock", FAILED, "odoo-refused"),
        ("odoo.exceptions.ValidationError", "The operation cannot be completed", FAILED, "odoo-refused"),
        ("odoo.exceptions.AccessError", "anything", FAILED, "access-denied"),
        ("", "You are not allowed to create 'Sales Order' (sale.order) records.", FAILED, "access-denied"),
        ("", "Uh-oh! Looks like you have stumbled upon some top-secret records.", FAILED, "access-denied"),
        ("", 'You do not have enough rights to access the field "credit_limit"', FAILED, "access-denied"),
        ("", "Wrong value", FAILED, "odoo-refused"),
        ("", "could not serialize access due to concurrent update\n", RETRY, "serialization"),
        ("", "Unknown database error: 'current transaction is aborted'", RETRY, "serialization"),
        ("psycopg2.errors.SerializationFailure", "could not serialize", RETRY, "serialization"),
        ("psycopg2.errors.DeadlockDetected", "x", RETRY, "serialization"),
        ("odoo.exceptions.ValidationError", "Error, a partner cannot follow twice the same object.", RETRY, "serialization"),
        ("psycopg2.OperationalError", "server closed the connection", RETRY, "odoo-database"),
        ("odoo.sql_db.PoolError", "The Connection Pool Is Full", RETRY, "odoo-database"),
        ("", "No matching record found for database id '9' in field 'Order Lines/Product'", RETRY, "stale-reference"),
        ("odoo.exceptions.MissingError", "Record does not exist or has been deleted.", RETRY, "stale-reference"),
        ("builtins.ValueError", "Invalid field 'x' on 'y'", FAILED, "odoo-fault"),
        ("builtins.KeyError", "x", FAILED, "odoo-fault"),
    ],
)
def test_a_fault_is_judged_by_its_name_or_where_that_is_lost_by_its_text(
    name: str, text: str, kind: OutcomeKind, code: str
) -> None:
    assert judged(name, text)[:2] == (kind, code)
    fault = OdooFault(name, text)
    assert (fault.kind, fault.code, str(fault)) == (kind, code, text)


def test_a_missing_right_names_a_remedy() -> None:
    assert "right" in OdooFault("odoo.exceptions.AccessError", "no").remedy


@pytest.mark.parametrize("number", [200, 0])
def test_the_number_of_a_json_rpc_error_means_nothing(number: int) -> None:
    error = {"code": number, "message": "Odoo Server Error", "data": {"name": "odoo.exceptions.UserError", "message": "No"}}
    fault = fault_of(error)
    assert (type(fault), str(fault)) == (OdooFault, "No")


def test_access_denied_is_a_matter_of_configuration() -> None:
    error = {"code": 200, "data": {"name": "odoo.exceptions.AccessDenied", "message": "Access Denied"}}
    assert isinstance(fault_of(error), OdooLoginRefused)
    assert fault_of(error).kind is RETRY


def test_a_server_without_json_rpc_is_a_matter_of_configuration() -> None:
    fault = fault_of({"code": 404, "message": "404: Not Found", "data": {}})
    assert (type(fault), fault.code) == (OdooUnreachable, "endpoint")


def test_an_error_without_data_still_reads_as_something() -> None:
    assert str(fault_of({"message": "boom"})) == "boom"
    assert str(fault_of({})) == "Odoo gave no reason"


TRACEBACK = """Traceback (most recent call last):
  File "/odoo/http.py", line 1, in dispatch
    raise ValidationError(
odoo.exceptions.ValidationError: The unit does not fit: choose another
"""


def test_a_traceback_is_cut_down_to_its_last_line() -> None:
    assert readable(TRACEBACK) == "The unit does not fit: choose another"
    assert readable("Traceback (most recent call last):\nKeyError") == "KeyError"


def test_a_message_keeps_its_lines_and_ends_somewhere() -> None:
    assert readable("  One\n\n two \n") == "One\n two"
    assert readable("") == "Odoo gave no reason"
    long = readable("x" * 5000)
    assert len(long) == 600
    assert long.endswith("…")
