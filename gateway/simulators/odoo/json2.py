"""JSON-2 as Odoo 19 speaks it: `POST /json/2/<model>/<method>`, named arguments, the key as user, the status as outcome."""

import inspect
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import AccessError, Fault, PythonFault, error_body
from gateway.simulators.odoo.methods import HIDDEN

SINCE = 19
"""The first version that speaks it."""

STATUS: Mapping[str, int] = {
    "odoo.exceptions.AccessDenied": HTTPStatus.FORBIDDEN,
    "odoo.exceptions.AccessError": HTTPStatus.FORBIDDEN,
    "odoo.exceptions.MissingError": HTTPStatus.NOT_FOUND,
    "odoo.exceptions.UserError": HTTPStatus.UNPROCESSABLE_ENTITY,
    "odoo.exceptions.ValidationError": HTTPStatus.UNPROCESSABLE_ENTITY,
    "werkzeug.exceptions.NotFound": HTTPStatus.NOT_FOUND,
    "werkzeug.exceptions.Unauthorized": HTTPStatus.UNAUTHORIZED,
    "werkzeug.exceptions.UnprocessableEntity": HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""What becomes of an exception by its name; of all others, 500."""

NO_DATABASE = "<!DOCTYPE html>\n<title>404 Not Found</title>\n<p>No database is selected.</p>"

_OURS: Mapping[str, Mapping[str, str]] = {"write": {"vals": "values"}, "create": {"vals_list": "values"}}
"""Arguments that the simulator's methods call otherwise."""


def key_of(headers: Mapping[str, str]) -> str:
    """The API key of a request; empty when there is none."""
    kind, _, key = headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def unauthorised() -> PythonFault:
    """No user has that key."""
    return PythonFault("werkzeug.exceptions.Unauthorized", "Invalid apikey")


def bound(env: Environment, model: str, method: str, named: Mapping[str, Any]) -> dict[str, Any]:
    """The named arguments as the simulator's method takes them. Raises what Odoo raises where they do not fit."""
    if model not in env.database.models:
        raise PythonFault("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist")
    if method.startswith("_"):
        raise AccessError(f"Private methods (such as '{model}.{method}') cannot be called remotely.")
    function = getattr(env[model], method, None)
    if function is None or method in HIDDEN or method == "check_access_rights":
        raise PythonFault("werkzeug.exceptions.NotFound", f"The method '{model}.{method}' does not exist")
    ours = _OURS.get(method, {})
    given = {ours.get(name, name): value for name, value in named.items()}
    signature = inspect.signature(function)
    if "ids" in signature.parameters:
        given.setdefault("ids", [])
    elif given.pop("ids", None):
        raise PythonFault("werkzeug.exceptions.UnprocessableEntity", f"cannot call {model}.{method} with ids")
    try:
        signature.bind(**given)
    except TypeError as error:
        raise PythonFault("werkzeug.exceptions.UnprocessableEntity", str(error)) from error
    return given


def trouble(fault: Fault, *, major: int) -> tuple[int, dict[str, Any]]:
    """Status and body for a fault."""
    return int(STATUS.get(fault.name, HTTPStatus.INTERNAL_SERVER_ERROR)), error_body(fault, major=major)["data"]
