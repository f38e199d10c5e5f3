"""The currency an order is booked in: that of its pricelist, else of the company."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.scope import Scope


@dataclass(frozen=True, slots=True)
class Pricelists:
    """The company's currency, and the currency of each pricelist by its database id."""

    company_currency: str
    currencies: Mapping[int, str]
    configured: Mapping[str, int]

    def choose(self, currency: str | None, own: int | None) -> int | Problem | None:
        """The pricelist to name on the order; None when the customer's own books in that currency already.

        Without this, an order for 100 EUR would be booked as 100 USD in silence.
        """
        ours = self.currencies.get(own, self.company_currency) if own is not None else self.company_currency
        if currency is None or currency == ours:
            return None
        if currency in self.configured:
            return self.configured[currency]
        fitting = [pricelist for pricelist, its in self.currencies.items() if its == currency]
        if len(fitting) == 1:
            return fitting[0]
        found = "several pricelists have" if fitting else "no pricelist has"
        return Problem(
            "currency-mismatch",
            f"The order is in {currency}, the customer's pricelist in {ours}, and {found} {currency}: "
            "name one in the application's pricelists.",
        )


class PricelistTable:
    """Reads the pricelists and the company's currency once in a while."""

    def __init__(
        self,
        client: OdooClient,
        external_ids: ExternalIds,
        *,
        configured: Mapping[str, str],
        cache: TimedCache[int | None, Pricelists],
    ) -> None:
        self._client = client
        self._external_ids = external_ids
        self._configured = configured
        self._cache = cache

    async def fetch(self, scope: Scope) -> Pricelists:
        """The pricelists of the scope's company."""
        known = self._cache.get(scope.company)
        if known is not None:
            return known
        company = scope.company or await self._own_company(scope)
        rows = await self._client.call("res.company", "read", [[company], ["currency_id"]], context=scope.context)
        lists = await self._client.call("product.pricelist", "search_read", [[]], fields=["currency_id"], context=scope.context)
        ids = await self._external_ids.find(self._configured.values())
        pricelists = Pricelists(
            company_currency=rows[0]["currency_id"][1],
            currencies={row["id"]: row["currency_id"][1] for row in lists},
            configured={currency: ids[name] for currency, name in self._configured.items() if name in ids},
        )
        self._cache.put(scope.company, pricelists)
        return pricelists

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()

    async def _own_company(self, scope: Scope) -> int:
        uid = await self._client.authenticate()
        rows = await self._client.call("res.users", "read", [[uid], ["company_id"]], context=scope.context)
        return int(rows[0]["company_id"][0])
