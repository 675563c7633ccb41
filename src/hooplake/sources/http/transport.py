"""How a request gets to a server: aiohttp, with the body as it came over the wire.

Where a connection is lost before an answer begins, aiohttp would send a GET a second time and say nothing of it. Here one
request is sent once: what is tried again is up to the client, which counts and logs it.
"""

from __future__ import annotations

from typing import Protocol

import aiohttp

from hooplake.sources.http.answer import Answer, Request, TransportFailed


class Transport(Protocol):
    """Sends a request and gives the whole answer."""

    async def send(self, request: Request, *, timeout: float) -> Answer:
        """Send a request.

        Args:
            request: what to ask.
            timeout: seconds until the whole body must be here.

        Raises:
            TransportFailed: no whole answer came.
        """

    async def close(self) -> None:
        """Close all connections."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Make of a lost connection an error that aiohttp does not try again."""
    try:
        return await handler(request)
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError):  # which it does not try again either
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise TransportFailed("cut", str(error) or "the connection was cut") from error


class AiohttpTransport:
    """Requests over aiohttp. Bodies are not inflated: stored compressed as received, most need not be at all."""

    def __init__(self, user_agent: str) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": user_agent}

    async def send(self, request: Request, *, timeout: float) -> Answer:
        """Send a request; see `Transport`."""
        if self._session is None:
            # How many connections there are is up to the limiter.
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(
                connector=connector, headers=self._headers, auto_decompress=False, middlewares=(_once,)
            )
        try:
            async with self._session.get(
                request.url,
                params=dict(request.params),
                headers=dict(request.headers),
                timeout=aiohttp.ClientTimeout(total=timeout),
            ) as response:
                raw = await response.read()
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, headers, raw)
        except TimeoutError as error:
            raise TransportFailed("timeout", f"no whole answer within {timeout:g} s") from error
        except aiohttp.ClientConnectorError as error:
            raise TransportFailed("connect", str(error)) from error
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionResetError) as error:
            raise TransportFailed("cut", str(error) or "the connection was cut") from error
        except aiohttp.ClientError as error:
            raise TransportFailed("transport", f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
