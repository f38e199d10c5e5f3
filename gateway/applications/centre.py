"""The gateway at the centre, over its HTTP intake: the id of a transmission here is its Idempotency-Key there."""

import json
from urllib.parse import quote

from typing_extensions import override
from yarl import URL

from gateway.domain.centre import CentreTerms, Fate, fate_of, name_at_centre
from gateway.http.call_failed import CallFailed
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock
from gateway.ports.centre import Centre, Forwarding, Told

_MOST_ANSWER = 65_536
_REMEDIES = {
    401: "Give this site a token that the centre's channel of this partner takes: [gateway.centre] token.",
    403: "Give this site a token that the centre's channel of this partner takes: [gateway.centre] token.",
    404: "Let the centre have a partner of this id with an http channel, and correct [gateway.centre] url.",
}
_LINE = "Nothing, while the line is bad: it goes on by itself. Else see that [gateway.centre] url is right and the centre runs."


class HttpCentre(Centre):
    """One centre, on connections of its own."""

    def __init__(self, terms: CentreTerms, *, clock: Clock) -> None:
        self._terms, self._clock = terms, clock
        self._client = HttpClient(terms.client, clock=clock)

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    @override
    async def take(self, item: Forwarding, body: bytes) -> Told:
        path = f"{self._terms.url}/v1/partners/{quote(item.partner or '', safe='')}/interchanges"
        url = URL(path).with_query(name=name_at_centre(self._terms.site, item.channel, item.name))
        headers = {"Idempotency-Key": str(item.id), "Content-Type": "application/octet-stream"}
        try:
            async with self._client.call(Call("POST", url, headers, body)) as answer:
                said = _read(await answer.body(_MOST_ANSWER))
                fate = fate_of(answer.status)
                if fate is Fate.TAKEN:
                    return Told(fate, known_as=str(said.get("transmission", "")))
                why = str(said.get("detail") or said.get("title") or "it does not say why")
                text = f"The centre answered HTTP {answer.status}: {why}"
                remedy = _REMEDIES.get(answer.status) or str(said.get("remedy") or _LINE)
                return Told(fate, text, remedy, after=answer.retry_after(self._clock.now()))
        except CallFailed as error:
            return Told(Fate.LATER, f"The centre is not reached: {error}", error.remedy or _LINE)


def _read(body: bytes) -> dict[str, object]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
