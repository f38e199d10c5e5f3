"""Reads secrets from HashiCorp Vault, or OpenBao, for references like `${vault:secret/data/edi/odoo#api_key}`.

A path is that of Vault's HTTP API, as policies name it: `secret/data/…` for the KV engine, version 2. Each is read once for a
configuration, with a token that is given back afterwards. Who we are is told by the environment, as Vault's own tools have it.
"""

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from gateway.errors import ConfigurationInvalid, VaultUnavailable
from gateway.ports.distrust import distrust
from gateway.ports.line_trust import web_line

REFERENCE: Final = re.compile(r"vault:([\w.-]+(?:/[\w.@+-]+)+)(\?version=[1-9][0-9]*)?#([\w.-]+)")
"""Path, version, key."""
PAGE: Final = "docs/how-to/secrets.md"
_KUBERNETES_TOKEN: Final = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - where it is
_WITHIN: Final = 10.0
_MOST: Final = 1024 * 1024
_TRY_LATER: Final = {
    429: "it has too many requests",
    472: "it is a standby of disaster recovery",
    473: "it is a standby",
    500: "it has a fault of its own",
    502: "what is in front of it does not reach it",
    503: "it is sealed, or in maintenance",
    504: "what is in front of it does not reach it",
}


class SecretRefused(Exception):
    """There is no such secret, or not for us. The text is a clause that says what to do as well."""


@dataclass(slots=True)
class Vault:
    """One Vault, as the environment names it. Nothing is asked before the first `read`."""

    variables: Mapping[str, str]
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _token: str = field(default="", repr=False)
    _borrowed: bool = False

    def read(self, path: str, version: str, key: str) -> str:
        """One value. Raises SecretRefused, VaultUnavailable, ConfigurationInvalid."""
        where = path + version
        if where not in self._answers:
            self._answers[where] = self._secret(where)
        values = self._answers[where]
        if key not in values:
            known = ", ".join(sorted(values)) or "nothing"
            raise SecretRefused(f'{path} has no key "{key}" (it has: {known})')
        value = values[key]
        return value if isinstance(value, str) else json.dumps(value)

    def close(self) -> None:
        """Give back the token, when it was lent to us for this."""
        token, self._token = self._token, ""
        if token and self._borrowed:
            try:
                self._ask("POST", "auth/token/revoke-self", {}, token=token)
            except (VaultUnavailable, SecretRefused):
                return  # it ends by itself

    # ---- one secret --------------------------------------------------------------------------------------------------

    def _secret(self, where: str) -> Mapping[str, Any]:
        if not self._token:
            self._token = self._signed_in()
        status, answer = self._ask("GET", quote(where, safe="/?=@+"), None, token=self._token)
        if status == 404:
            raise SecretRefused(_missing(where, answer))
        if status == 403:
            raise SecretRefused(f"we may not read {where}: let our policy in Vault have it with `read` ({_said(answer)})")
        if status != 200:
            raise SecretRefused(f"{where} was refused with HTTP {status}: {_said(answer)}")
        if answer.get("lease_id"):
            lent = answer.get("lease_duration", 0)
            raise SecretRefused(
                f"{where} is lent for {lent} s and would end while the gateway runs: "
                "let Vault's agent renew it and write it into a file, and refer to that by ${file:…}"
            )
        data = answer.get("data") or {}
        if "metadata" in data and "data" in data:  # the KV engine, version 2
            return data["data"] or {}
        return data

    # ---- who we are ----------------------------------------------------------------------------------------------------

    def _signed_in(self) -> str:
        """A token. Raises ConfigurationInvalid when the environment does not say who we are."""
        if token := self._value("VAULT_TOKEN"):
            return token
        if role := self._value("VAULT_ROLE_ID"):
            return self._lent("approle", {"role_id": role, "secret_id": self._value("VAULT_SECRET_ID")})
        if role := self.variables.get("VAULT_K8S_ROLE", ""):
            proof = self._value("VAULT_K8S_TOKEN") or _content(_KUBERNETES_TOKEN, "VAULT_K8S_TOKEN_FILE")
            return self._lent("kubernetes", {"role": role, "jwt": proof})
        raise ConfigurationInvalid(
            "A secret is to come from Vault, and nothing says who we are there.",
            remedy=f"Set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or VAULT_K8S_ROLE; see {PAGE}.",
        )

    def _lent(self, kind: str, login: Mapping[str, str]) -> str:
        mount = self.variables.get("VAULT_AUTH_MOUNT") or kind
        status, answer = self._ask("POST", f"auth/{quote(mount)}/login", login, token="")
        token = (answer.get("auth") or {}).get("client_token")
        if status != 200 or not token:
            raise VaultUnavailable(
                f"Vault does not let us in by {kind} at auth/{mount} (HTTP {status}): {_said(answer)}.",
                remedy=f"See that role, credentials and VAULT_AUTH_MOUNT are right and not used up; see {PAGE}.",
            )
        self._borrowed = True
        return str(token)

    def _value(self, name: str) -> str:
        """A variable, or the content of the file that the one with _FILE names."""
        file = self.variables.get(f"{name}_FILE")
        return _content(file, f"{name}_FILE") if file else self.variables.get(name, "")

    # ---- HTTP ----------------------------------------------------------------------------------------------------------

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None, *, token: str) -> tuple[int, Mapping[str, Any]]:
        """Status and answer. Raises VaultUnavailable when there is none that says anything about the secret."""
        address = self._address()
        url = f"{address}/v1/{path}"
        status, headers, content = self._call(method, url, body, token)
        if status == 307:  # a standby names the active one
            url = headers.get("Location", url)
            if not web_line(url).safe:
                raise VaultUnavailable(f"Vault sends us to {url}, which is not encrypted.", remedy="Correct its api_addr.")
            status, headers, content = self._call(method, url, body, token)
        try:
            answer = json.loads(content or b"{}")
        except ValueError:
            answer = {}
        answer = answer if isinstance(answer, dict) else {}
        if status in _TRY_LATER:
            text = f"Vault at {address} does not serve us (HTTP {status}): {_said(answer) or _TRY_LATER[status]}."
            raise VaultUnavailable(text, remedy="Unseal it, or wait for it; the gateway goes on with what it has, if it runs.")
        return status, answer

    def _call(self, method: str, url: str, body: Mapping[str, str] | None, token: str) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"X-Vault-Request": "true", "Content-Type": "application/json"}
        headers |= {"X-Vault-Token": token} if token else {}
        headers |= {"X-Vault-Namespace": space} if (space := self.variables.get("VAULT_NAMESPACE", "")) else {}
        data = None if body is None else json.dumps(body).encode()
        request = Request(url, data=data, headers=headers, method=method)  # noqa: S310 - https, or this machine
        try:
            with self._opener().open(request, timeout=_WITHIN) as response:
                return _read(response)
        except HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read(_MOST)
        except (URLError, HTTPException, OSError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> VaultUnavailable:
        cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
        if (untrusted := distrust(cause)) is not None:
            return VaultUnavailable(f"Vault is not trusted: {untrusted.why}.", remedy=f"{untrusted.remedy} By: VAULT_CACERT.")
        text = f"Vault at {self._address()} does not answer: {str(cause) or type(cause).__name__}."
        return VaultUnavailable(text, remedy="See that it runs and that VAULT_ADDR names it.")

    def _address(self) -> str:
        address = self.variables.get("VAULT_ADDR", "").rstrip("/")
        if not address:
            raise ConfigurationInvalid(
                "A secret is to come from Vault, and VAULT_ADDR is not set.", remedy=f"Set it; see {PAGE}."
            )
        if not web_line(address).safe:
            raise ConfigurationInvalid(
                f"VAULT_ADDR is {address}: our token and the secrets would be readable on their way.",
                remedy="Write https://, with VAULT_CACERT for an authority of your own; or let an agent on this machine ask it.",
            )
        return address

    def _opener(self) -> OpenerDirector:
        name = self.variables.get("VAULT_CACERT") or None
        try:
            context = ssl.create_default_context(cafile=name)
        except OSError as error:
            text = f"VAULT_CACERT names {name}, which cannot be used: {error.strerror or error}."
            raise ConfigurationInvalid(text, remedy="Name a PEM file with the certificate of its authority.") from error
        return build_opener(HTTPSHandler(context=context), _AsTold())


class _AsTold(HTTPRedirectHandler):
    """Redirects are answers: our token goes nowhere by itself."""

    def redirect_request(self, *_arguments: object, **_terms: object) -> None:
        """Follow none."""
        return


def _read(response: HTTPResponse) -> tuple[int, Mapping[str, str], bytes]:
    return response.status, dict(response.headers), response.read(_MOST)


def _content(file: str, name: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        text = f"{name} names {file}, which cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}."
        raise ConfigurationInvalid(text, remedy="Put the file there, for the user that the gateway runs as.") from error


def _said(answer: Mapping[str, Any]) -> str:
    return "; ".join(str(text).strip() for text in answer.get("errors") or ())


def _missing(where: str, answer: Mapping[str, Any]) -> str:
    """Why there is nothing: never was, deleted, destroyed, or asked for at the wrong place of a versioned engine."""
    metadata = (answer.get("data") or {}).get("metadata") or {}
    if metadata.get("destroyed"):
        return f"version {metadata.get('version')} of {where} was destroyed: write a new one"
    if metadata.get("deletion_time"):
        return f"version {metadata.get('version')} of {where} was deleted: `vault kv undelete`, or write a new one"
    if any("versioned" in str(warning) for warning in answer.get("warnings") or ()):
        mount, _, rest = where.partition("/")
        return f"{where} lies in a versioned engine: write {mount}/data/{rest}"
    return f"there is no {where} in Vault, or not in this namespace (VAULT_NAMESPACE)"
