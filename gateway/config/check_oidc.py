"""Checks of [gateway.oidc]: what would let nobody in, or everybody."""

from pathlib import Path

from gateway.config.check import Checked
from gateway.config.oidc_model import OidcTable
from gateway.domain.access import Role

_PATH = ("gateway", "oidc")


def check_oidc(checked: Checked, folder: Path) -> None:
    """`folder` is what relative paths start from."""
    table = checked.configuration.gateway.oidc
    if table is not None:
        _groups(checked, table)
        _ways(checked, table, folder)


def _groups(checked: Checked, table: OidcTable) -> None:
    """Who gets in."""
    add = checked.complaints.add
    if "openid" not in table.scopes:
        add("R160", (*_PATH, "scopes"), "without openid the provider sends no ID token", known=["openid"])
    if table.create and not table.roles:
        add("R160", (*_PATH, "create"), "nobody knows which roles new accounts would get")
    for group, roles in table.roles.items():
        if not roles:
            add("R160", (*_PATH, "roles", group), f'the group "{group}" has no role')
    if table.roles and Role.ADMINISTRATOR not in {role for roles in table.roles.values() for role in roles}:
        add("R161", (*_PATH, "roles"), "no group makes administrators")
    if table.password_accounts == []:
        add("R161", (*_PATH, "password_accounts"), "nobody gets in while the provider does not answer")


def _ways(checked: Checked, table: OidcTable, folder: Path) -> None:
    """How one gets there and back."""
    add = checked.complaints.add
    if table.issuer.startswith("http:") and not table.internal:
        add("R160", (*_PATH, "issuer"), "tokens and our secret would be readable on their way")
    if table.url.startswith("http:") and checked.production:
        add("R160", (*_PATH, "url"), "in production people would come back with their code readable on its way")
    if table.authorities and not (folder / table.authorities).is_file():
        add("R064", (*_PATH, "authorities"), f"there is no file {table.authorities}")
