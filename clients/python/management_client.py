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
def get_me(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The key that asks, and what it may do. Every key may ask this."""
    return self._ask("GET", f"/api/v1/me", {"workspace": workspace, "organisation": organisation})


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


@_operation
def list_credentials(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    provider: Optional[str] = None,
    state: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Credentials of providers, in the order of their making. Needs `credentials:read`."""
    return self._ask("GET", f"/api/v1/credentials", {"limit": limit, "cursor": cursor, "sort": sort, "provider": provider, "state": state, "workspace": workspace, "organisation": organisation})


@_operation
def create_credential(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Stores a credential of a provider. For the workspace that is named, or without one for all of the organisation. Calls are sent with it at once here, and within seconds on every other replica. What is secret in it is encrypted and never shown again. Needs `credentials:write`."""
    return self._ask("POST", f"/api/v1/credentials", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def reseal_credentials(
    self: ManagementClient,
) -> Any:
    """Encrypts all credentials with the newest master key. Those of every organisation. It may be stopped and begun again; when none failed, older master keys may go. Needs `credentials:write`."""
    return self._ask("POST", f"/api/v1/credentials/reseal", {})


@_operation
def get_credential(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One credential. Needs `credentials:read`."""
    return self._ask("GET", f"/api/v1/credentials/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def update_credential(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Changes name, weight or state of a credential. Needs `credentials:write`."""
    return self._ask("PATCH", f"/api/v1/credentials/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def remove_credential(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Forgets a credential, and shows it a last time. Needs `credentials:write`."""
    return self._ask("DELETE", f"/api/v1/credentials/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def rotate_credential(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Another secret in place of that of a credential. The old one is gone at once, and so is what was known of it. It is whole: nothing of the old stays. Needs `credentials:write`."""
    return self._ask("POST", f"/api/v1/credentials/{quote(id, safe='')}/rotate", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def check_credential(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Asks the provider whether it takes a credential. It asks for the list of models, which costs nothing, and waits ten seconds at most. Needs `credentials:write`."""
    return self._ask("POST", f"/api/v1/credentials/{quote(id, safe='')}/check", {"workspace": workspace, "organisation": organisation})


@_operation
def list_budgets(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    scope: Optional[str] = None,
    subject: Optional[str] = None,
    measure: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Budgets, in the order of their ids. Needs `budgets:read`."""
    return self._ask("GET", f"/api/v1/budgets", {"limit": limit, "cursor": cursor, "sort": sort, "scope": scope, "subject": subject, "measure": measure, "workspace": workspace, "organisation": organisation})


@_operation
def create_budget(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Makes a budget. It binds calls at once here, and within a second on every other replica. Its id is the only one of its kind in the whole installation. One that was removed and is made again goes on with what was used of it. Needs `budgets:write`."""
    return self._ask("POST", f"/api/v1/budgets", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_budget(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One budget. Needs `budgets:read`."""
    return self._ask("GET", f"/api/v1/budgets/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def update_budget(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Changes a budget. Open windows take a new limit at once; what was used of them stays used. Needs `budgets:write`."""
    return self._ask("PATCH", f"/api/v1/budgets/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def remove_budget(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Removes a budget, and shows it a last time. Needs `budgets:write`."""
    return self._ask("DELETE", f"/api/v1/budgets/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def list_budget_windows(
    self: ManagementClient,
    id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What is used of a budget in its windows, the newest first. Windows in which nothing was asked for are not there. Thirty past ones are kept at least. Needs `budgets:read`."""
    return self._ask("GET", f"/api/v1/budgets/{quote(id, safe='')}/windows", {"limit": limit, "cursor": cursor, "sort": sort, "workspace": workspace, "organisation": organisation})


@_operation
def list_alerts(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Alerts of budgets, the newest first. Those of budgets that were removed are among them. Needs `alerts:read`."""
    return self._ask("GET", f"/api/v1/alerts", {"limit": limit, "cursor": cursor, "sort": sort, "from": from_, "to": to, "workspace": workspace, "organisation": organisation})


@_operation
def list_budget_alerts(
    self: ManagementClient,
    id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Alerts of one budget, the newest first. Needs `budgets:read`."""
    return self._ask("GET", f"/api/v1/budgets/{quote(id, safe='')}/alerts", {"limit": limit, "cursor": cursor, "sort": sort, "from": from_, "to": to, "workspace": workspace, "organisation": organisation})


@_operation
def list_models(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    provider: Optional[str] = None,
    search: Optional[str] = None,
    capability: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Models that can be called. Those that are known. A provider may serve others, which can be called by `provider:model` as well and have no price here. Needs `models:read`."""
    return self._ask("GET", f"/api/v1/models", {"limit": limit, "cursor": cursor, "sort": sort, "provider": provider, "search": search, "capability": capability, "workspace": workspace, "organisation": organisation})


@_operation
def get_model(
    self: ManagementClient,
    provider: str,
    model: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One model. A slash in its name is written as `%2F`. Needs `models:read`."""
    return self._ask("GET", f"/api/v1/models/{quote(provider, safe='')}/{quote(model, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def list_aliases(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    profile: Optional[str] = None,
    search: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Aliases with what they lead to. They are changed in the lockfile and in the configuration. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/aliases", {"limit": limit, "cursor": cursor, "sort": sort, "profile": profile, "search": search, "workspace": workspace, "organisation": organisation})


@_operation
def get_alias(
    self: ManagementClient,
    name: str,
    *,
    profile: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One alias. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/aliases/{quote(name, safe='')}", {"profile": profile, "workspace": workspace, "organisation": organisation})


@_operation
def explain_call(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Where a call would go, and why. Nothing is sent and nothing is remembered. What would stop the call stands in `error`. Needs `aliases:read`."""
    return self._ask("POST", f"/api/v1/explain", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_lockfile(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The lockfile by which names are read. Without one there are no profiles, and names are those of the table of aliases alone. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/lockfile", {"workspace": workspace, "organisation": organisation})


@_operation
def list_profiles(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Profiles that the project shares. They are for the lockfiles of whoever pulls them. Calls through the gateway go by its own configuration. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/profiles", {"limit": limit, "cursor": cursor, "sort": sort, "workspace": workspace, "organisation": organisation})


@_operation
def get_profile(
    self: ManagementClient,
    name: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One profile, as a lockfile. What it inherits from is a profile of its own. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/profiles/{quote(name, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def push_profile(
    self: ManagementClient,
    name: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Shares a profile. Answers `conflict` with what has changed where somebody else was first. The same content again is no new revision. Needs `aliases:write`."""
    return self._ask("PUT", f"/api/v1/profiles/{quote(name, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def remove_profile(
    self: ManagementClient,
    name: str,
    *,
    base_revision: Optional[int] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Shares a profile no longer. Its number counts on, so that whoever still has it hears of it. Needs `aliases:write`."""
    return self._ask("DELETE", f"/api/v1/profiles/{quote(name, safe='')}", {"base_revision": base_revision, "workspace": workspace, "organisation": organisation})


@_operation
def list_profile_revisions(
    self: ManagementClient,
    name: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The last fifty revisions of a profile, the newest first. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/profiles/{quote(name, safe='')}/revisions", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def list_profile_aliases(
    self: ManagementClient,
    name: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The aliases of a profile. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/profiles/{quote(name, safe='')}/aliases", {"workspace": workspace, "organisation": organisation})


@_operation
def bind_profile_aliases(
    self: ManagementClient,
    name: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Binds several aliases in one revision. Makes the profile where there is none. Defaults and pins that an alias has stay. Needs `aliases:write`."""
    return self._ask("POST", f"/api/v1/profiles/{quote(name, safe='')}/aliases", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def resolve_profile_alias(
    self: ManagementClient,
    name: str,
    alias: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What an alias of a profile leads to. Inherited ones as well; all profiles on the way must be shared. Needs `aliases:read`."""
    return self._ask("GET", f"/api/v1/profiles/{quote(name, safe='')}/aliases/{quote(alias, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def bind_profile_alias(
    self: ManagementClient,
    name: str,
    alias: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Binds one alias. Needs `aliases:write`."""
    return self._ask("PUT", f"/api/v1/profiles/{quote(name, safe='')}/aliases/{quote(alias, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def unbind_profile_alias(
    self: ManagementClient,
    name: str,
    alias: str,
    *,
    base_revision: Optional[int] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Takes one alias away. Needs `aliases:write`."""
    return self._ask("DELETE", f"/api/v1/profiles/{quote(name, safe='')}/aliases/{quote(alias, safe='')}", {"base_revision": base_revision, "workspace": workspace, "organisation": organisation})


@_operation
def tail_calls(
    self: ManagementClient,
    *,
    key_id: Optional[str] = None,
    endpoint: Optional[str] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    requested_model: Optional[str] = None,
    alias: Optional[str] = None,
    outcome: Optional[str] = None,
    error: Optional[str] = None,
    min_status: Optional[int] = None,
    min_duration_ms: Optional[int] = None,
    key: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Calls as they finish. Server-sent events without an end: `call` with what GET /calls shows and the number of `attempts`, and `dropped` with the `count` of those that whoever reads was too slow for. Needs `calls:read`."""
    return self._send("GET", f"/api/v1/calls/tail", {"key_id": key_id, "endpoint": endpoint, "provider": provider, "model": model, "requested_model": requested_model, "alias": alias, "outcome": outcome, "error": error, "min_status": min_status, "min_duration_ms": min_duration_ms, "key": key, "workspace": workspace, "organisation": organisation}, None)


@_operation
def report_call(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Tells of a call that was made elsewhere. It is recorded with the lane `reported` and its origin, counts in usage, and has no receipt; no budget was asked about it. Needs `calls.reported:create`."""
    return self._ask("POST", f"/api/v1/calls/report", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def read_usage_by_origin(
    self: ManagementClient,
    *,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    step: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What calls used that were made elsewhere, by who told of them. All of it is in the other figures of usage as well, beside what went through the gateway. Needs `usage:read`."""
    return self._ask("GET", f"/api/v1/usage/origins", {"from": from_, "to": to, "step": step, "workspace": workspace, "organisation": organisation})


@_operation
def list_calls(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    key_id: Optional[str] = None,
    alias: Optional[str] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    outcome: Optional[str] = None,
    trace_id: Optional[str] = None,
    search: Optional[str] = None,
    min_status: Optional[int] = None,
    max_status: Optional[int] = None,
    min_duration_ms: Optional[float] = None,
    min_cost_nano_dollars: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Calls, the newest first. Of several filters together, or of status, duration and cost, at most 10,000 calls are looked at for one page: it may then be short or empty and still have a `next_cursor`. Needs `calls:read`."""
    return self._ask("GET", f"/api/v1/calls", {"limit": limit, "cursor": cursor, "key_id": key_id, "alias": alias, "provider": provider, "model": model, "outcome": outcome, "trace_id": trace_id, "search": search, "min_status": min_status, "max_status": max_status, "min_duration_ms": min_duration_ms, "min_cost_nano_dollars": min_cost_nano_dollars, "from": from_, "to": to, "workspace": workspace, "organisation": organisation})


@_operation
def export_calls(
    self: ManagementClient,
    *,
    format: Optional[str] = None,
    key_id: Optional[str] = None,
    alias: Optional[str] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    outcome: Optional[str] = None,
    trace_id: Optional[str] = None,
    search: Optional[str] = None,
    min_status: Optional[int] = None,
    max_status: Optional[int] = None,
    min_duration_ms: Optional[float] = None,
    min_cost_nano_dollars: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """All calls that are looked for, as lines. The newest first, read while they are sent. The columns of CSV keep their order and new ones come at the end; a text that a spreadsheet would take for a formula has a `'` before it. Needs `calls:read`."""
    return self._send("GET", f"/api/v1/calls/export", {"format": format, "key_id": key_id, "alias": alias, "provider": provider, "model": model, "outcome": outcome, "trace_id": trace_id, "search": search, "min_status": min_status, "max_status": max_status, "min_duration_ms": min_duration_ms, "min_cost_nano_dollars": min_cost_nano_dollars, "from": from_, "to": to, "workspace": workspace, "organisation": organisation}, None)


@_operation
def get_call(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One call with its attempts. Needs `calls:read`."""
    return self._ask("GET", f"/api/v1/calls/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def list_attempts(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What was tried for a call. Needs `calls:read`."""
    return self._ask("GET", f"/api/v1/calls/{quote(id, safe='')}/attempts", {"workspace": workspace, "organisation": organisation})


@_operation
def get_call_content(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Prompt and answer of a call. Where they were kept, which `KEELSON_LOG_BODIES` says. Whoever reads them stands in the audit log. Needs `calls.content:read`."""
    return self._ask("GET", f"/api/v1/calls/{quote(id, safe='')}/content", {"workspace": workspace, "organisation": organisation})


@_operation
def read_usage(
    self: ManagementClient,
    *,
    by: Optional[list] = None,
    step: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    key_id: Optional[str] = None,
    alias: Optional[str] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    outcome: Optional[str] = None,
    order: Optional[str] = None,
    limit: Optional[int] = None,
    format: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Tokens, money and time, by period and group. The greatest of something are asked for with `step=total`, `order` and `limit`. Sums stay when the records of calls go. Beside every sum of money stands how many calls it leaves out or estimates. The first week or month has only the days from the beginning on. Needs `usage:read`."""
    return self._ask("GET", f"/api/v1/usage", {"by": by, "step": step, "from": from_, "to": to, "key_id": key_id, "alias": alias, "provider": provider, "model": model, "outcome": outcome, "order": order, "limit": limit, "format": format, "workspace": workspace, "organisation": organisation})


@_operation
def store_receipt(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Keeps a receipt that a client has made. Such as that of an LLMRing client: it is kept exactly as it was brought, in a receipt of the kind `stored`, whose signature says that it was here then. Whether its own signature is right is for whoever knows the key of its client. Needs `receipts:write`."""
    return self._ask("POST", f"/api/v1/receipts", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def list_receipts(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Receipts, the newest first. Needs `receipts:read`."""
    return self._ask("GET", f"/api/v1/receipts", {"limit": limit, "cursor": cursor, "from": from_, "to": to, "workspace": workspace, "organisation": organisation})


@_operation
def issue_receipt(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Makes a statement over many receipts. It is a receipt itself, of the kind `batch`: with what all of them add up to, by model and by alias, signed as a whole and chained like all others. Choose by `receipt_ids`, by `from` and `to`, or with `since_last`. Needs `receipts:write`."""
    return self._ask("POST", f"/api/v1/receipts/issue", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def generate_receipt(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The same as `issue`, by the names that LLMRing has for it. Needs `receipts:write`."""
    return self._ask("POST", f"/api/v1/receipts/generate", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def preview_receipt(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What a statement would say, without making it. Needs `receipts:read`."""
    return self._ask("POST", f"/api/v1/receipts/preview", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def list_uncertified_receipts(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Receipts that no statement covers yet, the newest first. Needs `receipts:read`."""
    return self._ask("GET", f"/api/v1/receipts/uncertified", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def list_covered_receipts(
    self: ManagementClient,
    id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The receipts that a statement covers, in the order of their ids; of any other receipt, itself. Needs `receipts:read`."""
    return self._ask("GET", f"/api/v1/receipts/{quote(id, safe='')}/logs", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def get_public_key_pem(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The public key that heads are signed with now, as PEM. Every key may ask this."""
    return self._send("GET", f"/api/v1/receipts/public-key.pem", {"workspace": workspace, "organisation": organisation}, None)


@_operation
def get_public_key_jwk(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The public key that heads are signed with now, as a JSON Web Key. Every key may ask this."""
    return self._ask("GET", f"/api/v1/receipts/public-key.jwk", {"workspace": workspace, "organisation": organisation})


@_operation
def list_public_keys(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """All public keys that heads were ever signed with, as a set of JSON Web Keys. Every key may ask this."""
    return self._ask("GET", f"/api/v1/receipts/public-keys.json", {"workspace": workspace, "organisation": organisation})


@_operation
def list_receipt_heads(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    log: Optional[str] = None,
    latest: Optional[bool] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The signed heads of all batches, in the order of logs and numbers. They name nobody. Publish the newest ones where nobody can change them later. Needs `receipts:read`."""
    return self._ask("GET", f"/api/v1/receipts/heads", {"limit": limit, "cursor": cursor, "log": log, "latest": latest, "workspace": workspace, "organisation": organisation})


@_operation
def list_receipt_keys(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The public keys that heads are signed with. Needs `receipts:read`."""
    return self._ask("GET", f"/api/v1/receipts/keys", {"workspace": workspace, "organisation": organisation})


@_operation
def export_receipts(
    self: ManagementClient,
    *,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    everything: Optional[bool] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """All receipts of a time, with all that proves them. Lines of canonical JSON for `verifyExport` of @keelson/core. The heads of all batches are there, and of the receipts those that may be seen. Needs `receipts:read`."""
    return self._send("GET", f"/api/v1/receipts/export", {"from": from_, "to": to, "everything": everything, "workspace": workspace, "organisation": organisation}, None)


@_operation
def verify_receipts(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Verifies a receipt or an export. As everybody can without us, with `verifyReceipt` and `verifyExport` of @keelson/core; longer exports than fit here are verified there. Needs `receipts:read`."""
    return self._ask("POST", f"/api/v1/receipts/verify", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_receipt(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One receipt with its proof. What is answered is what `verifyReceipt` of @keelson/core takes, with keys from a source that you trust: no server is needed to verify it. Needs `receipts:read`."""
    return self._ask("GET", f"/api/v1/receipts/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def list_conversations(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Conversations of the project, the newest first. Needs `conversations:read`."""
    return self._ask("GET", f"/api/v1/conversations", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def create_conversation(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Begins a conversation. Needs `conversations:write`."""
    return self._ask("POST", f"/api/v1/conversations", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def log_conversation(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Keeps what was said elsewhere, in a new conversation or in one that there is. Needs `conversations:write`."""
    return self._ask("POST", f"/api/v1/conversations/log", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_conversation(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One conversation. Needs `conversations:read`."""
    return self._ask("GET", f"/api/v1/conversations/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def update_conversation(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Changes a conversation. What its logging or its retention does not allow any more goes at once. Needs `conversations:write`."""
    return self._ask("PATCH", f"/api/v1/conversations/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def list_messages(
    self: ManagementClient,
    id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Messages of a conversation, in order. Needs `conversations:read`."""
    return self._ask("GET", f"/api/v1/conversations/{quote(id, safe='')}/messages", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def add_message(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Adds a message. Needs `conversations:write`."""
    return self._ask("POST", f"/api/v1/conversations/{quote(id, safe='')}/messages", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def remove_messages(
    self: ManagementClient,
    id: str,
    *,
    before: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Removes old messages, or all. Needs `conversations:write`."""
    return self._ask("DELETE", f"/api/v1/conversations/{quote(id, safe='')}/messages", {"before": before, "workspace": workspace, "organisation": organisation})


@_operation
def add_messages(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Adds several messages, all or none. Needs `conversations:write`."""
    return self._ask("POST", f"/api/v1/conversations/{quote(id, safe='')}/messages/batch", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def list_flows(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The flows of the workspace, by name, the newest version of each. Needs `flows:read`."""
    return self._ask("GET", f"/api/v1/flows", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def check_flow(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Everything that is wrong with a flow; nothing is kept. Needs `flows:read`."""
    return self._ask("POST", f"/api/v1/flows/check", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def put_flow(
    self: ManagementClient,
    name: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Keeps a flow, or another version of it. The name is that of its field `flow`. The same text again changes nothing and is answered with 200. What is wrong with it stands in `details.problems`, all at once. Runs that are under way go on with their version. Needs `flows:write`."""
    return self._ask("PUT", f"/api/v1/flows/{quote(name, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_flow(
    self: ManagementClient,
    name: str,
    *,
    version: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One flow, with its text. Needs `flows:read`."""
    return self._ask("GET", f"/api/v1/flows/{quote(name, safe='')}", {"version": version, "workspace": workspace, "organisation": organisation})


@_operation
def remove_flow(
    self: ManagementClient,
    name: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Removes a flow, and shows it a last time. No run starts with it any more; those that are under way go on. Needs `flows:write`."""
    return self._ask("DELETE", f"/api/v1/flows/{quote(name, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def estimate_flow(
    self: ManagementClient,
    name: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What a run would cost and how long it would take; nothing is run. Needs `flows:read`."""
    return self._ask("POST", f"/api/v1/flows/{quote(name, safe='')}/estimate", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def list_runs(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    flow: Optional[str] = None,
    state: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Runs of the workspace, the newest first. Needs `runs:read`."""
    return self._ask("GET", f"/api/v1/runs", {"limit": limit, "cursor": cursor, "flow": flow, "state": state, "workspace": workspace, "organisation": organisation})


@_operation
def start_run(
    self: ManagementClient,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Starts a run of a flow. On behalf of the key that asks: its budgets hold, and its models. A worker takes it up; this answer does not wait for that. With a `key` that was used before, the run of that time is answered with 200. Needs `runs:write`."""
    return self._ask("POST", f"/api/v1/runs", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_run(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One run. Needs `runs:read`."""
    return self._ask("GET", f"/api/v1/runs/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def list_run_steps(
    self: ManagementClient,
    id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What a run did and what its nodes wait for, in the order of their paths. Needs `runs:read`."""
    return self._ask("GET", f"/api/v1/runs/{quote(id, safe='')}/steps", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def cancel_run(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Ends a run. With the runs that it started. What it has done stays done. One that is over is refused. Needs `runs:write`."""
    return self._ask("POST", f"/api/v1/runs/{quote(id, safe='')}/cancel", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def replay_run(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """A new run with the results of one that is over. But for the paths that are named, and for approvals, which are asked again. It is on behalf of whoever started the first one. Needs `runs:write`."""
    return self._ask("POST", f"/api/v1/runs/{quote(id, safe='')}/replay", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def resolve_run(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Says what becomes of a run that is stopped. A run stops when no worker has its version, and after a backup was restored. The answer is the run that goes on. Needs `runs:write`."""
    return self._ask("POST", f"/api/v1/runs/{quote(id, safe='')}/resolve", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def signal_run(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Sends a run an event. For a node that waits for this name, also one that comes to wait later. A run that is over is refused. Needs `runs:write`."""
    return self._ask("POST", f"/api/v1/runs/{quote(id, safe='')}/signals", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def supply_run_result(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Says what an interrupted step came to, where somebody knows. For a step that was under way when its worker died and may not be done twice. The run goes on with this result. Needs `runs:write`."""
    return self._ask("POST", f"/api/v1/runs/{quote(id, safe='')}/results", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def follow_run(
    self: ManagementClient,
    id: str,
    *,
    after: Optional[int] = None,
    key: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What happens to a run, from its beginning to its end. Server-sent events: `step` with a step as GET /runs/{id}/steps shows it, `note` (a failed attempt, or what recovery makes of it), `waiting` with all that it waits for, `end` with the run, after which nothing comes. With `runs.content:read` also outputs, and `text` with pieces of answers as they come, which are kept nowhere. A stream without `end` broke off: ask again with `after`. Needs `runs:read`."""
    return self._send("GET", f"/api/v1/runs/{quote(id, safe='')}/events", {"after": after, "key": key, "workspace": workspace, "organisation": organisation}, None)


@_operation
def list_approvals(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    run_id: Optional[str] = None,
    state: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What runs of the workspace ask people, the newest first. Needs `runs:read`."""
    return self._ask("GET", f"/api/v1/approvals", {"limit": limit, "cursor": cursor, "run_id": run_id, "state": state, "workspace": workspace, "organisation": organisation})


@_operation
def decide_by_token(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """The same for whoever was sent its token, and needs no key. The answer shows what was asked. It stands in the audit log as decided by `nobody`. Nobody needs a key for this."""
    return self._ask("POST", f"/api/v1/approvals/decide", {}, body)


@_operation
def decide_approval(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Approves what a run asks, or rejects it. Once: what was decided, or has expired, is refused. Needs `runs:approve`."""
    return self._ask("POST", f"/api/v1/approvals/{quote(id, safe='')}/decide", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def list_schedules(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """The schedules of the workspace. Needs `runs:read`."""
    return self._ask("GET", f"/api/v1/schedules", {"limit": limit, "cursor": cursor, "workspace": workspace, "organisation": organisation})


@_operation
def put_schedule(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Makes a schedule, or puts another in its place. Its runs are on behalf of the key that puts it. A time that nobody was there for is made up for once. Needs `runs:write`."""
    return self._ask("PUT", f"/api/v1/schedules/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation}, body)


@_operation
def get_schedule(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """One schedule. Needs `runs:read`."""
    return self._ask("GET", f"/api/v1/schedules/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def remove_schedule(
    self: ManagementClient,
    id: str,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Removes a schedule, and shows it a last time. Runs that it started go on. Needs `runs:write`."""
    return self._ask("DELETE", f"/api/v1/schedules/{quote(id, safe='')}", {"workspace": workspace, "organisation": organisation})


@_operation
def get_cache(
    self: ManagementClient,
    *,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """What the cache of answers holds and has saved. Needs `cache:read`."""
    return self._ask("GET", f"/api/v1/cache", {"from": from_, "to": to, "workspace": workspace, "organisation": organisation})


@_operation
def clear_cache(
    self: ManagementClient,
    *,
    workspace: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Forgets the answers of a workspace, or of all of an organisation. Calls that are under way may keep theirs afterwards. With the store `memory` each process has its own, and only the one that answers this forgets. Needs `cache:write`."""
    return self._ask("DELETE", f"/api/v1/cache", {"workspace": workspace, "organisation": organisation})


@_operation
def get_configuration(
    self: ManagementClient,
) -> Any:
    """What is in force, and where each value comes from. Secrets are never in it: a configuration names where they are. Needs `settings:read`."""
    return self._ask("GET", f"/api/v1/configuration", {})


@_operation
def put_configuration(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """Puts a configuration in force and writes it to the file. Whole or not at all; with one mistake in it nothing changes, and the mistake is named with its line. Needs `settings:write`."""
    return self._ask("PUT", f"/api/v1/configuration", {}, body)


@_operation
def get_configuration_schema(
    self: ManagementClient,
) -> Any:
    """The JSON Schema of the configuration file. Needs `settings:read`."""
    return self._ask("GET", f"/api/v1/configuration/schema", {})


@_operation
def check_configuration(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """What would become of a configuration. Nothing changes, and no secret is read. Needs `settings:read`."""
    return self._ask("POST", f"/api/v1/configuration/check", {}, body)


@_operation
def reload_configuration(
    self: ManagementClient,
) -> Any:
    """Reads the files again, and the secrets that they name. Needs `settings:write`."""
    return self._ask("POST", f"/api/v1/configuration/reload", {})


@_operation
def list_configurations(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    before: Optional[int] = None,
) -> Any:
    """Configurations that were in force, the newest first. Needs `settings:read`."""
    return self._ask("GET", f"/api/v1/configuration/history", {"limit": limit, "before": before})


@_operation
def roll_back_configuration(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """Puts a configuration of the history in force again. Needs `settings:write`."""
    return self._ask("POST", f"/api/v1/configuration/roll-back", {}, body)


@_operation
def register(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """Asks for an organisation, a project in it and a key. Refused unless KEELSON_REGISTRATION allows it. That the terms were accepted, and by whom, stands in the audit log of the installation. Nobody needs a key for this."""
    return self._ask("POST", f"/api/v1/register", {}, body)


@_operation
def list_registrations(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
) -> Any:
    """Registrations, the newest first. Needs `organisation:write`."""
    return self._ask("GET", f"/api/v1/registrations", {"limit": limit, "cursor": cursor})


@_operation
def decide_registration(
    self: ManagementClient,
    id: str,
    body: Mapping[str, Any],
) -> Any:
    """Approves a registration, or refuses it. Needs `organisation:write`."""
    return self._ask("POST", f"/api/v1/registrations/{quote(id, safe='')}/decide", {}, body)


@_operation
def confirm_registration(
    self: ManagementClient,
    body: Mapping[str, Any],
) -> Any:
    """Makes the key of a registration good, with what was sent. Nobody needs a key for this."""
    return self._ask("POST", f"/api/v1/register/confirm", {}, body)


@_operation
def list_audit_entries(
    self: ManagementClient,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    sort: Optional[str] = None,
    actor: Optional[str] = None,
    action: Optional[str] = None,
    target: Optional[str] = None,
    from_: Optional[str] = None,
    to: Optional[str] = None,
    organisation: Optional[str] = None,
) -> Any:
    """Who did what, the newest first. With a filter by the beginning of actions a page may hold fewer entries than asked for, or none, and still have a next one. Needs `audit:read`."""
    return self._ask("GET", f"/api/v1/audit", {"limit": limit, "cursor": cursor, "sort": sort, "actor": actor, "action": action, "target": target, "from": from_, "to": to, "organisation": organisation})


@_operation
def verify_audit_log(
    self: ManagementClient,
    *,
    organisation: Optional[str] = None,
) -> Any:
    """Whether anybody has been at the audit log. It reads all of the log, which takes a while where it is long. Needs `audit:read`."""
    return self._ask("GET", f"/api/v1/audit/verification", {"organisation": organisation})


@_operation
def export_audit_log(
    self: ManagementClient,
    *,
    organisation: Optional[str] = None,
) -> Any:
    """The whole audit log, in its order, a line for each entry. Each line is the canonical JSON that was hashed, with the hash as one more field: SHA-256 of a line without its `hash` is that hash. The names are therefore those of the log itself, and times are milliseconds since 1970. Needs `audit:read`."""
    return self._send("GET", f"/api/v1/audit/export", {"organisation": organisation}, None)

