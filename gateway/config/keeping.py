"""Builds the terms of keeping from what routes.toml says."""

from gateway.config.model import Configuration
from gateway.domain.encryption import EncryptionTerms
from gateway.domain.retention import Class, Period, Retention


def retention_of(config: Configuration) -> Retention:
    """How long each class is kept."""
    return Retention({kind: period for kind in Class if (period := _period(config, kind)).shortest is not None})


def _period(config: Configuration, kind: Class) -> Period:
    said = {partner.id: getattr(partner.retention, kind, None) for partner in config.partner}
    own = {partner: period for partner, period in said.items() if period is not None}
    return Period(getattr(config.gateway.retention, kind, None), own)


def encryption_of(config: Configuration) -> EncryptionTerms | None:
    """The keys for bodies at rest. Raises ValueError for one that was not checked."""
    table = config.gateway.encryption
    if table is None:
        return None
    return EncryptionTerms({key.id: key.content() for key in table.keys}, table.active or "")
