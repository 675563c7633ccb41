"""Listening on an address until somebody stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from hooplake.errors import ConfigError


async def run_server(app: web.Application, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until cancelled.

    Args:
        app: what to serve.
        host: address to listen on.
        port: port to listen on; 0 chooses one.
        ready: is told the address when requests are answered.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"{host}:{port} cannot be listened on ({error.strerror}); choose another --port"
            ) from None
        ready(f"http://{host}:{runner.addresses[0][1]}")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
