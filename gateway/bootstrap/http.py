"""What the web server needs of the configured HTTP channels: who may post, how much, and whose certificates are shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.channels.http import Access, Callers, Entrance, entrance_of
from gateway.config import Snapshot
from gateway.domain.agreement import Agreement, Direction
from gateway.domain.channel import Channel, HttpOptions
from gateway.domain.http_terms import ServerTls
from gateway.errors import ConfigurationInvalid, Refused
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.stages.alarm import Alarm
from gateway.web import TlsNews

_CXML = "cXML"
_HALF_WRITTEN = 2
"""Files are replaced one after the other: at one look they may not fit together yet, at the next they do."""


def access(snapshot: Snapshot, *, admit: Callable[[str], Refused | None]) -> Access:
    """Who may post, by the configured channels and the proxies in front of us; and who is told that another region serves it."""
    answered = _answered_by_cxml(snapshot.agreements)
    entrances: dict[str, Entrance] = {}
    for channel, options in _posting(snapshot.channels):
        partner = channel.partner or ""
        entrances[partner] = entrance_of(channel.id, partner, options, answers_cxml=partner in answered)
    for channel, options in _posting(snapshot.elsewhere.channels):
        entrance = entrance_of(channel.id, channel.partner or "", options)
        entrances[entrance.partner] = replace(entrance, served_by=str(snapshot.elsewhere.partners[entrance.partner]))
    gateway = snapshot.gateway
    callers = Callers(trusted=gateway.trusted_proxies, certificate_header=gateway.certificate_header)
    return Access(MappingProxyType(entrances), admit, callers)


def largest_post(snapshot: Snapshot) -> int:
    """The largest body that any channel takes, as far as the gateway does."""
    sizes = [options.max_bytes for _, options in _posting(snapshot.channels)]
    return min(snapshot.gateway.max_transmission, max(sizes, default=snapshot.gateway.max_transmission))


def server_tls(snapshot: Snapshot) -> ServerTls | None:
    """TLS of our own web server, with all whose certificates partners may show; None when it is not ours to do."""
    tls = snapshot.gateway.tls
    if tls is None:
        return None
    rules = [options.certificate for _, options in _posting(snapshot.channels) if options.certificate is not None]
    shown = [path for rule in rules for path in (*rule.certificates, *rule.authorities)]
    authorities = tuple(dict.fromkeys((*tls.authorities, *shown)))
    return ServerTls(tls.certificate, tls.key, tls.key_password, authorities)


def tls_news(troubles: ChannelTroubles) -> TlsNews:
    """Keeps a failure of the gateway's owner open as long as renewed TLS files of the web server cannot be used."""
    alarm, looks = Alarm("web-server", None, troubles, side="tls", patient=_HALF_WRITTEN), 0

    async def tell(problem: ConfigurationInvalid | None) -> None:
        nonlocal looks
        looks = looks + 1 if problem is not None else 0
        if problem is None:
            alarm.works(())
        else:
            message = f"renewed TLS files are not taken, those from before are used: {problem}"
            alarm.failed(ChannelTrouble("tls-files-unusable", message, problem.remedy), looks)
        await alarm.tell()

    return tell


def _posting(channels: Mapping[str, Channel]) -> Iterable[tuple[Channel, HttpOptions]]:
    for channel in channels.values():
        if isinstance(channel.options, HttpOptions) and channel.options.accepts and channel.partner:
            yield channel, channel.options


def _answered_by_cxml(agreements: Iterable[Agreement]) -> set[str]:
    """Partners whose cXML requests are answered by a Response."""
    return {a.partner for a in agreements if a.direction is Direction.IN and a.acknowledgement.functional == _CXML}
