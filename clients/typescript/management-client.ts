/**
 * The client of Keelson's management API, version 1. It is generated from the description of the API (`npm run clients`), needs
 * nothing but `fetch`, and runs in Node, browsers and elsewhere.
 */

export interface ListKeysQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. created_at when left out. */
  readonly sort?: "created_at" | "-created_at";
  /** Only those that are so. */
  readonly state?: "active" | "revoked" | "expired";
  /** Only those with this in their name. */
  readonly search?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListKeysAnswer {
  /** Keys. */
  readonly data: readonly ({
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateKeyBody {
  /** What people call it. */
  readonly name: string;
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** What it may do, by the name of a role; `caller` where there are no scopes. */
  readonly role?: "owner" | "admin" | "developer" | "analyst" | "billing" | "viewer" | "caller";
  /** How far it reaches; `workspace` when left out. */
  readonly reach?: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** From when on it is refused; never when left out. */
  readonly expires_at?: string;
}

export interface CreateKeyAnswer {
  /** Shown now and never again. */
  readonly secret: string;
  readonly key: {
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  };
}

export interface GetKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetKeyAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** Where its calls are recorded. */
  readonly workspace: string;
  /** How it begins. */
  readonly prefix: string;
  /** Whether it is good. */
  readonly state: "active" | "revoked" | "expired";
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** From when on it is refused. */
  readonly expires_at?: string;
  /** Since when it is refused. */
  readonly revoked_at?: string;
  /** When it was last used, to some ten seconds. */
  readonly last_used_at?: string;
  /** The key in whose place it came. */
  readonly rotated_from?: string;
}

export interface UpdateKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateKeyBody {
  /** What people call it. */
  readonly name?: string;
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[] | null;
  /** What it may do, by the name of a role; `caller` where there are no scopes. */
  readonly role?: "owner" | "admin" | "developer" | "analyst" | "billing" | "viewer" | "caller" | null;
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[] | null;
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[] | null;
  /** From when on it is refused; null for never. */
  readonly expires_at?: string | null;
}

export interface UpdateKeyAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** Where its calls are recorded. */
  readonly workspace: string;
  /** How it begins. */
  readonly prefix: string;
  /** Whether it is good. */
  readonly state: "active" | "revoked" | "expired";
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** From when on it is refused. */
  readonly expires_at?: string;
  /** Since when it is refused. */
  readonly revoked_at?: string;
  /** When it was last used, to some ten seconds. */
  readonly last_used_at?: string;
  /** The key in whose place it came. */
  readonly rotated_from?: string;
}

export interface RotateKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RotateKeyBody {
  /** How long both are good; a day when left out, 0 for at once. */
  readonly overlap_seconds?: number;
}

export interface RotateKeyAnswer {
  /** Shown now and never again. */
  readonly secret: string;
  readonly key: {
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  };
}

export interface RevokeKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RevokeKeyAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** Where its calls are recorded. */
  readonly workspace: string;
  /** How it begins. */
  readonly prefix: string;
  /** Whether it is good. */
  readonly state: "active" | "revoked" | "expired";
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** From when on it is refused. */
  readonly expires_at?: string;
  /** Since when it is refused. */
  readonly revoked_at?: string;
  /** When it was last used, to some ten seconds. */
  readonly last_used_at?: string;
  /** The key in whose place it came. */
  readonly rotated_from?: string;
}

export interface ListOrganisationsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. id when left out. */
  readonly sort?: "id" | "-id";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListOrganisationsAnswer {
  /** Organisations. */
  readonly data: readonly ({
    /** What it is called in addresses and records; it never changes. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** Since when nothing new is made in it. */
    readonly archived_at?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateOrganisationBody {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
}

export interface CreateOrganisationAnswer {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** Since when nothing new is made in it. */
  readonly archived_at?: string;
}

export interface UpdateOrganisationQuery {
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateOrganisationBody {
  /** What people call it. */
  readonly name: string;
}

export interface UpdateOrganisationAnswer {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** Since when nothing new is made in it. */
  readonly archived_at?: string;
}

export interface ArchiveOrganisationAnswer {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** Since when nothing new is made in it. */
  readonly archived_at?: string;
}

export interface ListWorkspacesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. id when left out. */
  readonly sort?: "id" | "-id";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListWorkspacesAnswer {
  /** Workspaces. */
  readonly data: readonly ({
    /** What it is called in addresses and records; it never changes. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** Since when nothing new is made in it. */
    readonly archived_at?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateWorkspaceQuery {
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateWorkspaceBody {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
}

export interface CreateWorkspaceAnswer {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** Since when nothing new is made in it. */
  readonly archived_at?: string;
}

export interface UpdateWorkspaceQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateWorkspaceBody {
  /** What people call it. */
  readonly name: string;
}

export interface UpdateWorkspaceAnswer {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** Since when nothing new is made in it. */
  readonly archived_at?: string;
}

export interface ArchiveWorkspaceQuery {
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ArchiveWorkspaceAnswer {
  /** What it is called in addresses and records; it never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** Since when nothing new is made in it. */
  readonly archived_at?: string;
}

export interface ManagementSettings {
  /** Where the gateway listens, such as http://127.0.0.1:4100. */
  readonly url: string;
  readonly key: string;
  readonly fetch?: typeof fetch;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
}

/** What the API refused, in its own words. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError';
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string;

  constructor(status: number, said: Readonly<Record<string, unknown>>) {
    super(String(said.message ?? `The server answered with status ${status}.`));
    this.status = status;
    this.code = String(said.code ?? 'unknown');
    this.hint = String(said.hint ?? '');
    this.details = (said.details ?? {}) as Readonly<Record<string, unknown>>;
    this.requestId = String(said.request_id ?? '');
  }
}

/** All entries of a list, page after page: `for await (const key of entries((place) => client.listKeys({ ...place })))`. */
export async function* entries<Entry>(
  read: (place: {
    readonly cursor?: string;
  }) => Promise<{ readonly data: readonly Entry[]; readonly next_cursor: string | null }>,
): AsyncGenerator<Entry> {
  for (let place = {}; ; ) {
    const { data, next_cursor: cursor } = await read(place);
    yield* data;
    if (cursor === null) return;
    place = { cursor };
  }
}

interface Asked {
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly options?: AskOptions | undefined;
}

export class ManagementClient {
  readonly #url: string;
  readonly #key: string;
  readonly #fetch: typeof fetch;

  constructor({ url, key, fetch: ask = fetch }: ManagementSettings) {
    this.#url = url.replace(/\/+$/, '');
    this.#key = key;
    this.#fetch = ask;
  }

  async #send(method: string, path: string, { query = {}, body, options }: Asked): Promise<Response> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const address = `${this.#url}${path}${search.size > 0 ? `?${search}` : ''}`;
    const response = await this.#fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(options?.signal && { signal: options.signal }),
    });
    if (response.ok) return response;
    const said = (await response.json().catch(() => ({}))) as { error?: Record<string, unknown> };
    throw new ManagementError(response.status, said.error ?? {});
  }

  async #ask<Answer>(method: string, path: string, asked: Asked): Promise<Answer> {
    const response = await this.#send(method, path, asked);
    return (await response.json()) as Answer;
  }

  /** Keys, in the order of their making. Needs `keys:read`. */
  listKeys(query: ListKeysQuery = {}, options?: AskOptions): Promise<ListKeysAnswer> {
    return this.#ask('GET', '/api/v1/keys', { options, query });
  }

  /** Makes a key. Its secret is in this answer and nowhere else. A key may do no more than the one that makes it. Needs `keys:write`. */
  createKey(body: CreateKeyBody, query: CreateKeyQuery = {}, options?: AskOptions): Promise<CreateKeyAnswer> {
    return this.#ask('POST', '/api/v1/keys', { options, query, body });
  }

  /** One key. Needs `keys:read`. */
  getKey(id: string, query: GetKeyQuery = {}, options?: AskOptions): Promise<GetKeyAnswer> {
    return this.#ask('GET', `/api/v1/keys/${encodeURIComponent(id)}`, { options, query });
  }

  /** Changes what a key may do. It holds at once here, and within a second on every other replica. Needs `keys:write`. */
  updateKey(id: string, body: UpdateKeyBody, query: UpdateKeyQuery = {}, options?: AskOptions): Promise<UpdateKeyAnswer> {
    return this.#ask('PATCH', `/api/v1/keys/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** A new key in place of another. It may do what the other one may. Both are good until the overlap ends. Needs `keys:write`. */
  rotateKey(id: string, body: RotateKeyBody, query: RotateKeyQuery = {}, options?: AskOptions): Promise<RotateKeyAnswer> {
    return this.#ask('POST', `/api/v1/keys/${encodeURIComponent(id)}/rotate`, { options, query, body });
  }

  /** Ends a key for good. It is refused at once here, and within a second on every other replica. Needs `keys:write`. */
  revokeKey(id: string, query: RevokeKeyQuery = {}, options?: AskOptions): Promise<RevokeKeyAnswer> {
    return this.#ask('POST', `/api/v1/keys/${encodeURIComponent(id)}/revoke`, { options, query });
  }

  /** Organisations that the key may see. Needs `organisation:read`. */
  listOrganisations(query: ListOrganisationsQuery = {}, options?: AskOptions): Promise<ListOrganisationsAnswer> {
    return this.#ask('GET', '/api/v1/organisations', { options, query });
  }

  /** Makes an organisation. Needs `organisation:write`. */
  createOrganisation(body: CreateOrganisationBody, options?: AskOptions): Promise<CreateOrganisationAnswer> {
    return this.#ask('POST', '/api/v1/organisations', { options, body });
  }

  /** Gives an organisation another name. Needs `organisation:write`. */
  updateOrganisation(id: string, body: UpdateOrganisationBody, query: UpdateOrganisationQuery = {}, options?: AskOptions): Promise<UpdateOrganisationAnswer> {
    return this.#ask('PATCH', `/api/v1/organisations/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** Ends an organisation whose workspaces are all archived. Needs `organisation:write`. */
  archiveOrganisation(id: string, options?: AskOptions): Promise<ArchiveOrganisationAnswer> {
    return this.#ask('POST', `/api/v1/organisations/${encodeURIComponent(id)}/archive`, { options });
  }

  /** Workspaces of an organisation that the key may see. Needs `workspaces:read`. */
  listWorkspaces(query: ListWorkspacesQuery = {}, options?: AskOptions): Promise<ListWorkspacesAnswer> {
    return this.#ask('GET', '/api/v1/workspaces', { options, query });
  }

  /** Makes a workspace. Its id is the only one of its kind in the whole installation. Needs `workspaces:write`. */
  createWorkspace(body: CreateWorkspaceBody, query: CreateWorkspaceQuery = {}, options?: AskOptions): Promise<CreateWorkspaceAnswer> {
    return this.#ask('POST', '/api/v1/workspaces', { options, query, body });
  }

  /** Gives a workspace another name. Needs `workspaces:write`. */
  updateWorkspace(id: string, body: UpdateWorkspaceBody, query: UpdateWorkspaceQuery = {}, options?: AskOptions): Promise<UpdateWorkspaceAnswer> {
    return this.#ask('PATCH', `/api/v1/workspaces/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** Ends a workspace whose keys are all revoked. Needs `workspaces:write`. */
  archiveWorkspace(id: string, query: ArchiveWorkspaceQuery = {}, options?: AskOptions): Promise<ArchiveWorkspaceAnswer> {
    return this.#ask('POST', `/api/v1/workspaces/${encodeURIComponent(id)}/archive`, { options, query });
  }
}
