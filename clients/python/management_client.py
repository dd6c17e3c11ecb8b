"""The client of Keelson's management API, version 1.

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
    """One method for each operation; `timeout` is in seconds."""

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


@_operation
def list_keys(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    state: Optional[str] = None,
    search: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Keys, in the order of their making. Needs `keys:read`."""
    return self._ask("GET", f"/api/v1/keys", {"limit": limit, "cursor": cursor, "sort": sort, "state": state, "search": search, "workspace": workspace, "organisation": organisation})


@_operation
def create_key(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Makes a key. Its secret is in this answer and nowhere else. A key may do no more than the one that makes it. Needs `keys:write`."""
    return self._ask("POST", f"/api/v1/keys", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_key(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One key. Needs `keys:read`."""
    return self._ask("GET", f"/api/v1/keys/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def update_key(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Changes what a key may do. It holds at once here, and within a second on every other replica. Needs `keys:write`."""
    return self._ask("PATCH", f"/api/v1/keys/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def rotate_key(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """A new key in place of another. It may do what the other one may. Both are good until the overlap ends. Needs `keys:write`."""
    return self._ask("POST", f"/api/v1/keys/{quote(id, safe='')}/rotate", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def revoke_key(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Ends a key for good. It is refused at once here, and within a second on every other replica. Needs `keys:write`."""
    return self._ask("POST", f"/api/v1/keys/{quote(id, safe='')}/revoke", {"workspace": workspace, "organisation": organisation})


@_operation
def list_organisations(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Organisations that the key may see. Needs `organisation:read`."""
    return self._ask("GET", f"/api/v1/organisations", {"limit": limit, "cursor": cursor, "sort": sort, "workspace": workspace, "organisation": organisation})


@_operation
def create_organisation(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """Makes an organisation. Needs `organisation:write`."""
    return self._ask("POST", f"/api/v1/organisations", {}, body)


@_operation
def update_organisation(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    organisation: Optional[str] = None,
) -> Any:
    """Gives an organisation another name. Needs `organisation:write`."""
    return self._ask("PATCH", f"/api/v1/organisations/{quote(id, safe='')}", {"organisation": organisation}, body)


@_operation
def archive_organisation(
    self: ManagementClient,
    id: str,
) -> Any:
    """Ends an organisation whose workspaces are all archived. Needs `organisation:write`."""
    return self._ask("POST", f"/api/v1/organisations/{quote(id, safe='')}/archive", {})


@_operation
def list_workspaces(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Workspaces of an organisation that the key may see. Needs `workspaces:read`."""
    return self._ask("GET", f"/api/v1/workspaces", {"limit": limit, "cursor": cursor, "sort": sort, "workspace": workspace, "organisation": organisation})


@_operation
def create_workspace(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    organisation: Optional[str] = None,
) -> Any:
    """Makes a workspace. Its id is the only one of its kind in the whole installation. Needs `workspaces:write`."""
    return self._ask("POST", f"/api/v1/workspaces", {"organisation": organisation}, body)


@_operation
def update_workspace(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Gives a workspace another name. Needs `workspaces:write`."""
    return self._ask("PATCH", f"/api/v1/workspaces/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def archive_workspace(
    self: ManagementClient,
    id: str,
    *,
    organisation: Optional[str] = None,
) -> Any:
    """Ends a workspace whose keys are all revoked. Needs `workspaces:write`."""
    return self._ask("POST", f"/api/v1/workspaces/{quote(id, safe='')}/archive", {"organisation": organisation})

