/** What every client for Python begins with, whatever its operations are: how it sends, reads pages and refuses. */
export const pythonRuntime = `"""The client of Keelson's management API, version @version@.

It is generated from the description of the API (npm run clients) and needs Python 3.9 or newer and nothing else.

    client = ManagementClient("http://127.0.0.1:4100", key)
    for key in client.entries(client.list_keys, state="active"):
        print(key["name"])
"""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator, Mapping, Optional
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class ManagementError(Exception):
    """What the API refused, in its own words."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(said.get("message") or f"The server answered with status {status}.")
        self.status = status
        self.code = said.get("code", "unknown")
        self.hint = said.get("hint", "")
        self.details = said.get("details", {})
        self.request_id = said.get("request_id", "")


class ManagementClient:
    """One method for each operation; \`timeout\` is in seconds."""

    def __init__(self, url: str, key: str, timeout: float = 60.0) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout = timeout

    def entries(self, read: Callable[..., Any], **query: Any) -> Iterator[Any]:
        """All entries of a list, page after page."""
        while True:
            page = read(**query)
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]

    def _send(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> Any:
        asked = {name: _text(value) for name, value in query.items() if value is not None}
        search = f"?{urlencode(asked)}" if asked else ""
        headers = {"authorization": f"Bearer {self._key}"}
        data = None
        if body is not None:
            headers["content-type"] = "application/json"
            data = json.dumps(body).encode()
        request = Request(f"{self._url}{path}{search}", data=data, method=method, headers=headers)
        try:
            return urlopen(request, timeout=self._timeout)
        except HTTPError as error:
            raise _refusal(error) from None

    def _ask(self, method: str, path: str, query: Mapping[str, Any], body: Any = None) -> Any:
        with self._send(method, path, query, body) as answer:
            return json.loads(answer.read())


def _refusal(error: HTTPError) -> ManagementError:
    try:
        said = json.loads(error.read()).get("error", {})
    except ValueError:
        said = {}
    return ManagementError(error.code, said)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    return str(value)


def _operation(run: Callable[..., Any]) -> Callable[..., Any]:
    setattr(ManagementClient, run.__name__, run)
    return run


`;
