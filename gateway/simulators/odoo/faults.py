"""Exceptions as Odoo names them, and how JSON-RPC answers with them."""

from typing import Any


class Fault(Exception):
    """An exception inside Odoo: `name` is its Python name."""

    name = "odoo.exceptions.UserError"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class UserError(Fault):
    """What a person did wrong."""


class ValidationError(Fault):
    """A constraint was hurt."""

    name = "odoo.exceptions.ValidationError"


class MissingError(Fault):
    """A record does not exist."""

    name = "odoo.exceptions.MissingError"

    def __init__(self, model: str, record: int, user: int) -> None:
        super().__init__(f"Record does not exist or has been deleted.\n(Record: {model}({record},), User: {user})")


class AccessError(Fault):
    """The user may not do this."""

    name = "odoo.exceptions.AccessError"


class AccessDenied(Fault):
    """The login is wrong."""

    name = "odoo.exceptions.AccessDenied"

    def __init__(self) -> None:
        super().__init__("Access Denied")


class PythonFault(Fault):
    """A bug of the caller: unknown field, method, argument."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


def invalid(text: str) -> PythonFault:
    """A ValueError, which is what unknown fields and bad values end in."""
    return PythonFault("builtins.ValueError", text)


def error_body(fault: Fault, *, major: int) -> dict[str, Any]:
    """The `error` member of the answer. Its code is 200 up to Odoo 18 and 0 from 19; the traceback comes with it."""
    short = fault.name.rpartition(".")[2] if fault.name.startswith("builtins.") else fault.name
    return {
        "code": 0 if major >= 19 else 200,
        "message": "Odoo Server Error",
        "data": {
            "name": fault.name,
            "message": fault.text,
            "arguments": [fault.text],
            "context": {},
            "debug": f'Traceback (most recent call last):\n  File "/odoo/http.py", line 1, in dispatch\n{short}: {fault.text}\n',
        },
    }
