"""Database ids of records by their external ids."""

from collections.abc import Iterable

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooFault
from gateway.applications.odoo.together import together

Record = tuple[str, int]
"""The model and the database id of a record."""


class ExternalIds:
    """Looks external ids up by `check_object_reference`: a service user may not read `ir.model.data` itself (fault 4)."""

    def __init__(self, client: OdooClient, *, cache: TimedCache[str, Record]) -> None:
        self._client = client
        self._cache = cache

    async def find(self, names: Iterable[str], *, model: str | None = None) -> dict[str, int]:
        """Database id by external id (`module.name`), without those that are not there, not to be seen or of another model."""
        records = await self.records(names)
        return {name: number for name, (of, number) in records.items() if model in (None, of)}

    async def records(self, names: Iterable[str]) -> dict[str, Record]:
        """The same with their models."""
        wanted = list(dict.fromkeys(name for name in names if "." in name))
        found = {name: value for name in wanted if (value := self._cache.get(name)) is not None}
        missing = [name for name in wanted if name not in found]
        async with together() as tasks:
            looked_up = [(name, tasks.create_task(self._look_up(name))) for name in missing]
        for name, task in looked_up:
            value = task.result()
            if value is not None:
                self._cache.put(name, value)
                found[name] = value
        return found

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()

    async def _look_up(self, name: str) -> Record | None:
        module, _, local = name.partition(".")
        try:
            model, record = await self._client.call("ir.model.data", "check_object_reference", [module, local])
        except OdooFault as fault:
            if fault.name.endswith("ValueError"):  # "External ID not found in the system"
                return None
            raise
        return (str(model), int(record)) if record else None
