"""The older door: XML-RPC, which cannot say None, so that some calls answer with a fault after they were committed."""

import xmlrpc.client
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from gateway.simulators.odoo.faults import AccessDenied, AccessError, Fault, PythonFault

Serve = Callable[[str, str, Sequence[Any]], Awaitable[Any]]


def door(serve: Serve) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `/xmlrpc/2/{service}`."""

    async def handle(request: web.Request) -> web.Response:
        params, method = xmlrpc.client.loads(await request.text(), use_builtin_types=True)
        try:
            result = await serve(request.match_info["service"], str(method), list(params))
            body = xmlrpc.client.dumps((result,), methodresponse=True)
        except Fault as fault:
            body = xmlrpc.client.dumps(xmlrpc.client.Fault(code_of(fault), fault.text), methodresponse=True)
        except TypeError as error:  # the work is done and committed; only the answer cannot be written
            body = xmlrpc.client.dumps(xmlrpc.client.Fault(1, f"Traceback …\nTypeError: {error}"), methodresponse=True)
        return web.Response(text=body, content_type="text/xml")

    return handle


def code_of(fault: Fault) -> int:
    """1 a bug, 2 what a person did wrong, 3 a wrong login, 4 a missing right."""
    kinds = ((AccessDenied, 3), (AccessError, 4), (PythonFault, 1))
    return next((code for kind, code in kinds if isinstance(fault, kind)), 2)
