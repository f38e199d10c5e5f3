"""Calls by JSON-2, which Odoo speaks from 19 on, where JSON-RPC is on its way out: `POST /json/2/<model>/<method>`."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.applications.odoo.fault import LOGIN_RETRY, OdooError, OdooLoginRefused, OdooUnreachable, fault_of
from gateway.applications.odoo.wire import CHECK_URL, JSON, Answer, Wire, refused

OF_MODEL: Mapping[str, tuple[str, ...]] = {
    "check_object_reference": ("module", "xml_id"),
    "context_get": (),
    "create": ("vals_list",),
    "fields_get": ("allfields", "attributes"),
    "load": ("fields", "data"),
    "search": ("domain",),
    "search_count": ("domain",),
    "search_read": ("domain", "fields"),
}
"""Methods that are not of certain records, with the names of their arguments in order."""

OF_RECORDS: Mapping[str, tuple[str, ...]] = {"has_access": ("operation",), "read": ("fields",), "write": ("vals",)}
"""Methods of the records that `ids` names, with the names of what follows; others take nothing more."""


class Json2:
    """`/json/2`: the key is the user, arguments have names, the status says what became of it."""

    def __init__(self, wire: Wire, *, database: str, api_key: str) -> None:
        self._wire, self._database = wire, database
        self._headers = {**JSON, "Authorization": f"bearer {api_key}", "X-Odoo-Database": database}
        self._uid: int | None = None

    async def version(self) -> Sequence[object]:
        """`version_info` of the server; needs no login."""
        answer = await self._wire.get("/web/version")
        if answer.status != 200:
            raise refused(answer, "JSON-2 (Odoo has it from 19 on)")
        said = _json(answer)
        if not isinstance(said, dict) or not isinstance(said.get("version_info"), list):
            raise OdooUnreachable("The server does not answer as Odoo does.", code="endpoint", remedy=CHECK_URL)
        return list(said["version_info"])

    async def authenticate(self) -> int:
        """The database id of the user whose key it is. Raises OdooLoginRefused."""
        if self._uid is None:
            self._uid = int((await self.call("res.users", "context_get", [], {}))["uid"])
        return self._uid

    async def call(self, model: str, method: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """A model's public method."""
        body = orjson.dumps({**named(method, args), **keywords})
        answer = await self._wire.post(f"/json/2/{model}/{method}", body, self._headers)
        if answer.status == 200:
            return _json(answer)
        trouble = self._trouble(answer)
        if isinstance(trouble, OdooLoginRefused):
            self._uid = None
        raise trouble

    def _trouble(self, answer: Answer) -> OdooError:
        try:
            error = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            error = None
        if not isinstance(error, dict) or "name" not in error:
            return refused(answer, f"JSON-2 of a database {self._database!r}")
        if answer.status == 401:
            return OdooLoginRefused(
                f"Odoo refused the key to database {self._database!r}.",
                remedy="Check api_key and database of this application; JSON-2 takes API keys, no passwords.",
                retry_after=LOGIN_RETRY,
            )
        return fault_of({"data": error})


def named(method: str, args: Sequence[Any]) -> dict[str, Any]:
    """Positional arguments under the names that the method has for them. Raises ValueError for more than are known."""
    names = OF_MODEL.get(method)
    if names is None:
        names = ("ids", *OF_RECORDS.get(method, ()))
    if len(args) > len(names):
        raise ValueError(f"{method} takes {', '.join(names)}; {len(args)} arguments were given")
    return dict(zip(names, args, strict=False))


def _json(answer: Answer) -> Any:
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        raise OdooUnreachable("The answer is not JSON; a proxy may stand in between.", code="bad-answer") from error
