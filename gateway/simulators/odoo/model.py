"""What every model offers to callers, whatever it is of."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.simulators.odoo import importing, orm
from gateway.simulators.odoo.environment import Environment


class Model:
    """The public methods of a model; one instance per call."""

    def __init__(self, env: Environment, name: str) -> None:
        self.env = env
        self.name = name

    def search(self, domain: Sequence[Any], offset: int = 0, limit: int | None = None, order: str | None = None) -> list[int]:
        """Ids of matching records."""
        return orm.search(self.env, self.name, domain, offset=offset, limit=limit, order=order)

    def search_count(self, domain: Sequence[Any], limit: int | None = None) -> int:
        """How many records match."""
        return len(orm.search(self.env, self.name, domain, limit=limit))

    def search_read(
        self,
        domain: Sequence[Any] | None = None,
        fields: Sequence[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        """Values of matching records."""
        return orm.read(self.env, self.name, self.search(domain or [], offset, limit, order), fields or ())

    def read(self, ids: Sequence[int], fields: Sequence[str] | None = None, load: str = "_classic_read") -> list[dict[str, Any]]:
        """Values of these records."""
        del load
        return orm.read(self.env, self.name, ids, fields or ())

    def create(self, values: Any) -> Any:
        """One record from a mapping, several from a list of them."""
        if isinstance(values, Mapping):
            return self.create_one(dict(values))
        return [self.create_one(dict(one)) for one in values]

    def create_one(self, values: dict[str, Any]) -> int:
        """One record."""
        return orm.create(self.env, self.name, values)

    def settle(self, ids: Sequence[int]) -> None:
        """Compute what depends on the lines, after `load()` made them."""

    def write(self, ids: Sequence[int], values: dict[str, Any]) -> bool:
        """Change records."""
        return orm.write(self.env, self.name, ids, values)

    def unlink(self, ids: Sequence[int]) -> bool:
        """Delete records."""
        return orm.unlink(self.env, self.name, ids)

    def load(self, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """Import rows."""
        return importing.load(self.env, self.name, fields, data)

    def fields_get(self, allfields: Sequence[str] | None = None, attributes: Sequence[str] | None = None) -> dict[str, Any]:
        """Describe fields."""
        return orm.describe(self.env, self.name, allfields or (), attributes or ())

    def get_metadata(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """When records were written, and their external ids, which whoever may read the record may know."""
        names: dict[int, list[dict[str, Any]]] = {}
        for name, (model, record, noupdate) in self.env.database.external.items():
            if model == self.name:
                names.setdefault(record, []).append({"xmlid": name, "noupdate": noupdate})
        rows = orm.read(self.env, self.name, ids, ("create_date", "write_date"))
        return [{**row, "xmlids": names.get(row["id"], []), **_first(names.get(row["id"]))} for row in rows]

    def check_access_rights(self, operation: str, raise_exception: bool = True) -> bool:  # noqa: FBT001, FBT002 (Odoo's own)
        """Whether the user may do this (deprecated from 18)."""
        if raise_exception:
            self.env.require(self.name, operation)
        return self.env.may(self.name, operation)

    def has_access(self, ids: Sequence[int], operation: str) -> bool:
        """Whether the user may do this; from 18 on."""
        del ids
        return self.env.may(self.name, operation)


def _first(names: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    return dict(names[0]) if names else {"xmlid": False, "noupdate": False}
