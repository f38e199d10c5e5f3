"""Builds what [gateway] says."""

from pathlib import Path

from gateway.config import model
from gateway.config.snapshot import GatewaySettings
from gateway.domain.masks import parse_masks


def gateway_settings(table: model.GatewayTable, folder: Path) -> GatewaySettings:
    """What [gateway] says, as the gateway wants it. `folder` is what relative paths start from."""
    host, _, port = table.listen.rpartition(":")
    return GatewaySettings(
        id=table.id,
        environment=table.environment,
        owner=table.owner,
        data=folder / table.data,
        host=host,
        port=int(port),
        max_transmission=table.max_transmission,
        max_waiting=table.max_waiting,
        centre=table.centre.terms(folder, table.id) if table.centre else None,
        room=table.room.room(),
        tracing=table.tracing.terms(),
        activation=table.activation.terms(),
        api=table.api.allowed(),
        sessions=table.sessions.terms(),
        oidc=table.oidc.terms(folder) if table.oidc else None,
        stop_within=table.stop_within,
        virtual_host=table.virtual_host,
        database_url=table.database_url.get_secret_value(),
        database_read_url=table.database_read_url.get_secret_value(),
        amqp_urls=tuple(url.strip() for url in table.amqp_urls.get_secret_value().split(",") if url.strip()),
        trusted_proxies=tuple(table.trusted_proxies),
        certificate_header=table.certificate_header,
        second_person=table.second_person,
        masks=parse_masks(table.mask),
        tls=table.tls.terms(folder) if table.tls else None,
        mail_server=table.mail_server.options(folder) if table.mail_server else None,
    )
