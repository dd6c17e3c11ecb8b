/**
 * The client of Keelson's management API, version 1. It is generated from the description of the API (`npm run clients`), needs
 * nothing but `fetch`, and runs in Node, browsers and elsewhere.
 */

export interface GetMeQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetMeAnswer {
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
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
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
  /** What it may do in its workspace. */
  readonly permissions: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
}

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
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
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
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** What it may do, by the name of a role; `caller` where there are no scopes. */
  readonly role?: "owner" | "admin" | "developer" | "analyst" | "billing" | "viewer" | "project" | "caller";
  /** How far it reaches; `workspace` when left out. */
  readonly reach?: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
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
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
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
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
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
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[] | null;
  /** What it may do, by the name of a role; `caller` where there are no scopes. */
  readonly role?: "owner" | "admin" | "developer" | "analyst" | "billing" | "viewer" | "project" | "caller" | null;
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[] | null;
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[] | null;
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
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
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
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
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
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
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

export interface ListCredentialsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. created_at when left out. */
  readonly sort?: "created_at" | "-created_at";
  /** Only those of this provider. */
  readonly provider?: string;
  /** Only those that are so. */
  readonly state?: "active" | "disabled";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListCredentialsAnswer {
  /** Credentials. */
  readonly data: readonly ({
    /** What it is called in addresses and records. */
    readonly id: string;
    /** Whose it is. */
    readonly organisation: string;
    /** The only one that may use it; all of the organisation when left out. */
    readonly workspace?: string;
    /** The provider, by the name that its models begin with. */
    readonly provider: string;
    /** What people call it; one of its kind for its provider and its workspace. */
    readonly name: string;
    /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
    readonly weight: number;
    /** Whether calls are sent with it. */
    readonly state: "active" | "disabled";
    /** What its provider said of it last; while it is `cooling_down`, others are taken in its place. */
    readonly health: "unused" | "good" | "refused" | "cooling_down";
    /** Until when others are taken in its place. */
    readonly cool_down_until?: string;
    /** When it was last used, to some seconds. */
    readonly last_used_at?: string;
    /** When it was last refused. */
    readonly last_failed_at?: string;
    /** Why, as a code of docs/errors.md. */
    readonly last_failure?: string;
    /** The id of the master key that it is encrypted with. */
    readonly sealed_with: string;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When its secret was last replaced. */
    readonly rotated_at?: string;
    /** The key that replaced it. */
    readonly rotated_by?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateCredentialQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateCredentialBody {
  /** The provider, by the name that its models begin with. */
  readonly provider: string;
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight?: number;
  /** The key. Itself: no reference such as `env:NAME`. */
  readonly key?: string;
  /** In place of or beside a key, by the names of docs/providers.md, such as `secretAccessKey`. */
  readonly secrets?: { readonly [name: string]: string };
  /** What belongs to them and is none, such as `accessKeyId`. It is not shown again either. */
  readonly settings?: { readonly [name: string]: string };
}

export interface CreateCredentialAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** Whose it is. */
  readonly organisation: string;
  /** The only one that may use it; all of the organisation when left out. */
  readonly workspace?: string;
  /** The provider, by the name that its models begin with. */
  readonly provider: string;
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight: number;
  /** Whether calls are sent with it. */
  readonly state: "active" | "disabled";
  /** What its provider said of it last; while it is `cooling_down`, others are taken in its place. */
  readonly health: "unused" | "good" | "refused" | "cooling_down";
  /** Until when others are taken in its place. */
  readonly cool_down_until?: string;
  /** When it was last used, to some seconds. */
  readonly last_used_at?: string;
  /** When it was last refused. */
  readonly last_failed_at?: string;
  /** Why, as a code of docs/errors.md. */
  readonly last_failure?: string;
  /** The id of the master key that it is encrypted with. */
  readonly sealed_with: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When its secret was last replaced. */
  readonly rotated_at?: string;
  /** The key that replaced it. */
  readonly rotated_by?: string;
}

export interface ResealCredentialsAnswer {
  /** How many were encrypted anew. */
  readonly resealed: number;
  /** Those that could not be opened; they are left as they were. */
  readonly failed: readonly ({
    /** Which. */
    readonly id: string;
    /** Why. */
    readonly message: string;
  })[];
}

export interface GetCredentialQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCredentialAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** Whose it is. */
  readonly organisation: string;
  /** The only one that may use it; all of the organisation when left out. */
  readonly workspace?: string;
  /** The provider, by the name that its models begin with. */
  readonly provider: string;
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight: number;
  /** Whether calls are sent with it. */
  readonly state: "active" | "disabled";
  /** What its provider said of it last; while it is `cooling_down`, others are taken in its place. */
  readonly health: "unused" | "good" | "refused" | "cooling_down";
  /** Until when others are taken in its place. */
  readonly cool_down_until?: string;
  /** When it was last used, to some seconds. */
  readonly last_used_at?: string;
  /** When it was last refused. */
  readonly last_failed_at?: string;
  /** Why, as a code of docs/errors.md. */
  readonly last_failure?: string;
  /** The id of the master key that it is encrypted with. */
  readonly sealed_with: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When its secret was last replaced. */
  readonly rotated_at?: string;
  /** The key that replaced it. */
  readonly rotated_by?: string;
}

export interface UpdateCredentialQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateCredentialBody {
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name?: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight?: number;
  /** Whether calls are sent with it. */
  readonly state?: "active" | "disabled";
}

export interface UpdateCredentialAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** Whose it is. */
  readonly organisation: string;
  /** The only one that may use it; all of the organisation when left out. */
  readonly workspace?: string;
  /** The provider, by the name that its models begin with. */
  readonly provider: string;
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight: number;
  /** Whether calls are sent with it. */
  readonly state: "active" | "disabled";
  /** What its provider said of it last; while it is `cooling_down`, others are taken in its place. */
  readonly health: "unused" | "good" | "refused" | "cooling_down";
  /** Until when others are taken in its place. */
  readonly cool_down_until?: string;
  /** When it was last used, to some seconds. */
  readonly last_used_at?: string;
  /** When it was last refused. */
  readonly last_failed_at?: string;
  /** Why, as a code of docs/errors.md. */
  readonly last_failure?: string;
  /** The id of the master key that it is encrypted with. */
  readonly sealed_with: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When its secret was last replaced. */
  readonly rotated_at?: string;
  /** The key that replaced it. */
  readonly rotated_by?: string;
}

export interface RemoveCredentialQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveCredentialAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** Whose it is. */
  readonly organisation: string;
  /** The only one that may use it; all of the organisation when left out. */
  readonly workspace?: string;
  /** The provider, by the name that its models begin with. */
  readonly provider: string;
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight: number;
  /** Whether calls are sent with it. */
  readonly state: "active" | "disabled";
  /** What its provider said of it last; while it is `cooling_down`, others are taken in its place. */
  readonly health: "unused" | "good" | "refused" | "cooling_down";
  /** Until when others are taken in its place. */
  readonly cool_down_until?: string;
  /** When it was last used, to some seconds. */
  readonly last_used_at?: string;
  /** When it was last refused. */
  readonly last_failed_at?: string;
  /** Why, as a code of docs/errors.md. */
  readonly last_failure?: string;
  /** The id of the master key that it is encrypted with. */
  readonly sealed_with: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When its secret was last replaced. */
  readonly rotated_at?: string;
  /** The key that replaced it. */
  readonly rotated_by?: string;
}

export interface RotateCredentialQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RotateCredentialBody {
  /** The key. Itself: no reference such as `env:NAME`. */
  readonly key?: string;
  /** In place of or beside a key, by the names of docs/providers.md, such as `secretAccessKey`. */
  readonly secrets?: { readonly [name: string]: string };
  /** What belongs to them and is none, such as `accessKeyId`. It is not shown again either. */
  readonly settings?: { readonly [name: string]: string };
}

export interface RotateCredentialAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** Whose it is. */
  readonly organisation: string;
  /** The only one that may use it; all of the organisation when left out. */
  readonly workspace?: string;
  /** The provider, by the name that its models begin with. */
  readonly provider: string;
  /** What people call it; one of its kind for its provider and its workspace. */
  readonly name: string;
  /** How often it is chosen against the others; 0 only when no other can be. 1 when left out. */
  readonly weight: number;
  /** Whether calls are sent with it. */
  readonly state: "active" | "disabled";
  /** What its provider said of it last; while it is `cooling_down`, others are taken in its place. */
  readonly health: "unused" | "good" | "refused" | "cooling_down";
  /** Until when others are taken in its place. */
  readonly cool_down_until?: string;
  /** When it was last used, to some seconds. */
  readonly last_used_at?: string;
  /** When it was last refused. */
  readonly last_failed_at?: string;
  /** Why, as a code of docs/errors.md. */
  readonly last_failure?: string;
  /** The id of the master key that it is encrypted with. */
  readonly sealed_with: string;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When its secret was last replaced. */
  readonly rotated_at?: string;
  /** The key that replaced it. */
  readonly rotated_by?: string;
}

export interface CheckCredentialQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CheckCredentialAnswer {
  /** Whether the provider takes it. */
  readonly ok: boolean;
  /** Whether anything was learnt of the key: some show their models to everybody, some show none. */
  readonly is_key_checked: boolean;
  /** Models that it may ask for; the first thousand. */
  readonly models?: readonly (string)[];
  readonly problem?: {
    /** What is wrong. */
    readonly kind: "wrong-key" | "no-permission" | "no-money" | "unreachable" | "not-this-api" | "busy" | "misconfigured";
    /** What is wrong, in words. */
    readonly message: string;
    /** What to do about it. */
    readonly hint: string;
  };
}

export interface ListBudgetsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. id when left out. */
  readonly sort?: "id" | "-id";
  /** Only those of subjects of this kind. */
  readonly scope?: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
  /** Only those that bind this. */
  readonly subject?: string;
  /** Only those that count this. */
  readonly measure?: "money" | "requests" | "tokens" | "concurrency";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListBudgetsAnswer {
  /** Budgets. */
  readonly data: readonly ({
    /** Its name, for good: measure, window and subject never change under one. */
    readonly id: string;
    /** What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation. */
    readonly scope: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
    /** Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model. */
    readonly subject: string;
    /** What it counts. */
    readonly measure: "money" | "requests" | "tokens" | "concurrency";
    /** In UTC, weeks from Monday; left out for `concurrency`. */
    readonly window?: "minute" | "hour" | "day" | "week" | "month" | "total";
    /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
    readonly limit: number;
    /** What happens to a call that does not fit; `refuse` when left out. */
    readonly policy: "refuse" | "downgrade" | "warn";
    /** For `downgrade`: where such a call is sent instead. */
    readonly alias?: string;
    /** Whether a model without a price may be asked, which then counts as nothing. */
    readonly unpriced: "refuse" | "allow";
    /** Tokens that an answer is taken to have where nobody says how long it may be. */
    readonly max_output?: number;
    /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
    readonly outage_allowance: number;
    /** Where it comes from; one of the file is changed there. */
    readonly origin: "api" | "file";
    /** When it was made. */
    readonly created_at: string;
    /** When it was changed last. */
    readonly updated_at: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateBudgetQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateBudgetBody {
  /** Its name, for good: measure, window and subject never change under one. */
  readonly id: string;
  /** What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation. */
  readonly scope: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
  /** Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model. */
  readonly subject: string;
  /** What it counts. */
  readonly measure: "money" | "requests" | "tokens" | "concurrency";
  /** In UTC, weeks from Monday; left out for `concurrency`. */
  readonly window?: "minute" | "hour" | "day" | "week" | "month" | "total";
  /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly limit: number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy?: "refuse" | "downgrade" | "warn";
  /** For `downgrade`: where such a call is sent instead. */
  readonly alias?: string;
  /** Whether a model without a price may be asked, which then counts as nothing. */
  readonly unpriced?: "refuse" | "allow";
  /** Tokens that an answer is taken to have where nobody says how long it may be. */
  readonly max_output?: number;
  /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly outage_allowance?: number;
}

export interface CreateBudgetAnswer {
  /** Its name, for good: measure, window and subject never change under one. */
  readonly id: string;
  /** What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation. */
  readonly scope: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
  /** Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model. */
  readonly subject: string;
  /** What it counts. */
  readonly measure: "money" | "requests" | "tokens" | "concurrency";
  /** In UTC, weeks from Monday; left out for `concurrency`. */
  readonly window?: "minute" | "hour" | "day" | "week" | "month" | "total";
  /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly limit: number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy: "refuse" | "downgrade" | "warn";
  /** For `downgrade`: where such a call is sent instead. */
  readonly alias?: string;
  /** Whether a model without a price may be asked, which then counts as nothing. */
  readonly unpriced: "refuse" | "allow";
  /** Tokens that an answer is taken to have where nobody says how long it may be. */
  readonly max_output?: number;
  /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly outage_allowance: number;
  /** Where it comes from; one of the file is changed there. */
  readonly origin: "api" | "file";
  /** When it was made. */
  readonly created_at: string;
  /** When it was changed last. */
  readonly updated_at: string;
}

export interface GetBudgetQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetBudgetAnswer {
  /** Its name, for good: measure, window and subject never change under one. */
  readonly id: string;
  /** What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation. */
  readonly scope: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
  /** Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model. */
  readonly subject: string;
  /** What it counts. */
  readonly measure: "money" | "requests" | "tokens" | "concurrency";
  /** In UTC, weeks from Monday; left out for `concurrency`. */
  readonly window?: "minute" | "hour" | "day" | "week" | "month" | "total";
  /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly limit: number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy: "refuse" | "downgrade" | "warn";
  /** For `downgrade`: where such a call is sent instead. */
  readonly alias?: string;
  /** Whether a model without a price may be asked, which then counts as nothing. */
  readonly unpriced: "refuse" | "allow";
  /** Tokens that an answer is taken to have where nobody says how long it may be. */
  readonly max_output?: number;
  /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly outage_allowance: number;
  /** Where it comes from; one of the file is changed there. */
  readonly origin: "api" | "file";
  /** When it was made. */
  readonly created_at: string;
  /** When it was changed last. */
  readonly updated_at: string;
}

export interface UpdateBudgetQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateBudgetBody {
  /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly limit?: number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy?: "refuse" | "downgrade" | "warn";
  /** For `downgrade`: where such a call is sent instead. */
  readonly alias?: string | null;
  /** Whether a model without a price may be asked, which then counts as nothing. */
  readonly unpriced?: "refuse" | "allow";
  /** Tokens that an answer is taken to have where nobody says how long it may be. */
  readonly max_output?: number | null;
  /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly outage_allowance?: number;
}

export interface UpdateBudgetAnswer {
  /** Its name, for good: measure, window and subject never change under one. */
  readonly id: string;
  /** What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation. */
  readonly scope: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
  /** Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model. */
  readonly subject: string;
  /** What it counts. */
  readonly measure: "money" | "requests" | "tokens" | "concurrency";
  /** In UTC, weeks from Monday; left out for `concurrency`. */
  readonly window?: "minute" | "hour" | "day" | "week" | "month" | "total";
  /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly limit: number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy: "refuse" | "downgrade" | "warn";
  /** For `downgrade`: where such a call is sent instead. */
  readonly alias?: string;
  /** Whether a model without a price may be asked, which then counts as nothing. */
  readonly unpriced: "refuse" | "allow";
  /** Tokens that an answer is taken to have where nobody says how long it may be. */
  readonly max_output?: number;
  /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly outage_allowance: number;
  /** Where it comes from; one of the file is changed there. */
  readonly origin: "api" | "file";
  /** When it was made. */
  readonly created_at: string;
  /** When it was changed last. */
  readonly updated_at: string;
}

export interface RemoveBudgetQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveBudgetAnswer {
  /** Its name, for good: measure, window and subject never change under one. */
  readonly id: string;
  /** What the subject is. Those of teams, users, tags and models bind every organisation, and are for whoever runs the installation. */
  readonly scope: "organisation" | "workspace" | "team" | "user" | "key" | "tag" | "model";
  /** Whom it binds: an id; `name=value` for a tag, an alias or `provider:model` for a model. */
  readonly subject: string;
  /** What it counts. */
  readonly measure: "money" | "requests" | "tokens" | "concurrency";
  /** In UTC, weeks from Monday; left out for `concurrency`. */
  readonly window?: "minute" | "hour" | "day" | "week" | "month" | "total";
  /** The most that may be used in one window; 0 lets nothing through. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly limit: number;
  /** What happens to a call that does not fit; `refuse` when left out. */
  readonly policy: "refuse" | "downgrade" | "warn";
  /** For `downgrade`: where such a call is sent instead. */
  readonly alias?: string;
  /** Whether a model without a price may be asked, which then counts as nothing. */
  readonly unpriced: "refuse" | "allow";
  /** Tokens that an answer is taken to have where nobody says how long it may be. */
  readonly max_output?: number;
  /** What each process holds to go on with while the database is away. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
  readonly outage_allowance: number;
  /** Where it comes from; one of the file is changed there. */
  readonly origin: "api" | "file";
  /** When it was made. */
  readonly created_at: string;
  /** When it was changed last. */
  readonly updated_at: string;
}

export interface ListBudgetWindowsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. -starts_at when left out. */
  readonly sort?: "-starts_at";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListBudgetWindowsAnswer {
  /** Windows. */
  readonly data: readonly ({
    /** Left out where it is about all time, here and below. */
    readonly starts_at?: string;
    /** Not included. */
    readonly ends_at?: string;
    /** The most that may be used. In nano-dollars for `money` (12.50 dollars are 12500000000), else a count. */
    readonly limit: number;
    /** What was used, as far as processes have told; they do within a second. */
    readonly used: number;
    /** What processes hold for calls under way and to come. */
    readonly set_aside: number;
    /** What earlier windows used beyond their limit, which counts here. */
    readonly carried: number;
    /** What calls used beyond what was set aside for them. */
    readonly overshoot: number;
    /** What is left to be set aside. */
    readonly remaining: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListAlertsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. -at when left out. */
  readonly sort?: "-at";
  /** Only those from then on. */
  readonly from?: string;
  /** Only those before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListAlertsAnswer {
  /** Alerts. */
  readonly data: readonly ({
    /** The id of the budget. */
    readonly budget: string;
    /** How much of the budget was used, in hundredths. */
    readonly level: number;
    /** When that was reached. */
    readonly at: string;
    /** The window; left out where it is about all time. */
    readonly window_starts_at?: string;
    /** What was used, in what the budget counts; nano-dollars for `money`. */
    readonly used: number;
    /** The limit at that time. */
    readonly limit: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListBudgetAlertsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. -at when left out. */
  readonly sort?: "-at";
  /** Only those from then on. */
  readonly from?: string;
  /** Only those before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListBudgetAlertsAnswer {
  /** Alerts. */
  readonly data: readonly ({
    /** The id of the budget. */
    readonly budget: string;
    /** How much of the budget was used, in hundredths. */
    readonly level: number;
    /** When that was reached. */
    readonly at: string;
    /** The window; left out where it is about all time. */
    readonly window_starts_at?: string;
    /** What was used, in what the budget counts; nano-dollars for `money`. */
    readonly used: number;
    /** The limit at that time. */
    readonly limit: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListModelsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. name when left out. */
  readonly sort?: "name" | "-name";
  /** Only those of this provider. */
  readonly provider?: string;
  /** Only those with this in their name, in small or capital letters. */
  readonly search?: string;
  /** Only those that are known to have it. */
  readonly capability?: "text" | "images" | "documents" | "audio" | "tools" | "parallel-tools" | "structured-output" | "reasoning" | "streaming" | "temperature";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListModelsAnswer {
  /** Models. */
  readonly data: readonly ({
    /** As a caller writes it: `provider:model`. */
    readonly name: string;
    /** Who serves it. */
    readonly provider: string;
    /** By the own name of the provider. */
    readonly model: string;
    /** What people call it. */
    readonly display_name?: string;
    /** What it belongs to. */
    readonly family?: string;
    /** What kind of call it answers. */
    readonly endpoint?: string;
    /** Tokens. */
    readonly context_window?: number;
    /** Tokens. */
    readonly max_input_tokens?: number;
    /** Tokens. */
    readonly max_output_tokens?: number;
    /** What it can do and what it cannot: text, images, documents, audio, tools, parallel-tools, structured-output, reasoning, streaming, temperature. What is not known is left out. */
    readonly capabilities: { readonly [name: string]: boolean };
    /** Whether the provider has said that it will go. */
    readonly is_deprecated: boolean;
    /** Since when it is there. */
    readonly release_date?: string;
    /** Since when it is deprecated. */
    readonly deprecated_date?: string;
    /** Left out where no price is known, which is not the same as free. */
    readonly prices?: {
      /** What receipts and calls name these prices by. */
      readonly version: string;
      /** Dollars. */
      readonly currency: "USD";
      /** Decimal text, exact. */
      readonly per_million_tokens: { readonly [name: string]: string };
      /** Decimal text, exact. */
      readonly per_unit: { readonly [name: string]: string };
      /** Above so many tokens of input the rates for long context hold. */
      readonly long_context_above?: number;
    };
    /** Aliases that lead to it. */
    readonly aliases: readonly (string)[];
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface GetModelQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetModelAnswer {
  /** As a caller writes it: `provider:model`. */
  readonly name: string;
  /** Who serves it. */
  readonly provider: string;
  /** By the own name of the provider. */
  readonly model: string;
  /** What people call it. */
  readonly display_name?: string;
  /** What it belongs to. */
  readonly family?: string;
  /** What kind of call it answers. */
  readonly endpoint?: string;
  /** Tokens. */
  readonly context_window?: number;
  /** Tokens. */
  readonly max_input_tokens?: number;
  /** Tokens. */
  readonly max_output_tokens?: number;
  /** What it can do and what it cannot: text, images, documents, audio, tools, parallel-tools, structured-output, reasoning, streaming, temperature. What is not known is left out. */
  readonly capabilities: { readonly [name: string]: boolean };
  /** Whether the provider has said that it will go. */
  readonly is_deprecated: boolean;
  /** Since when it is there. */
  readonly release_date?: string;
  /** Since when it is deprecated. */
  readonly deprecated_date?: string;
  /** Left out where no price is known, which is not the same as free. */
  readonly prices?: {
    /** What receipts and calls name these prices by. */
    readonly version: string;
    /** Dollars. */
    readonly currency: "USD";
    /** Decimal text, exact. */
    readonly per_million_tokens: { readonly [name: string]: string };
    /** Decimal text, exact. */
    readonly per_unit: { readonly [name: string]: string };
    /** Above so many tokens of input the rates for long context hold. */
    readonly long_context_above?: number;
  };
  /** Aliases that lead to it. */
  readonly aliases: readonly (string)[];
}

export interface ListAliasesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. name when left out. */
  readonly sort?: "name" | "-name";
  /** The profile of the lockfile; the usual one when left out. */
  readonly profile?: string;
  /** Only those with this in their name. */
  readonly search?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListAliasesAnswer {
  /** Aliases. */
  readonly data: readonly ({
    /** As a caller writes it. */
    readonly name: string;
    /** How one of a tier is chosen: `ordered`, `weighted`, `cheapest` or `fastest`. */
    readonly strategy: string;
    /** What keeps calls at one target: `none`, `session` or `prefix`. */
    readonly sticky: string;
    /** By tier, then as they were written. */
    readonly targets: readonly ({
      /** `provider:model`. */
      readonly model: string;
      /** Lower ones first. */
      readonly tier: number;
      /** Its share beside the others of its tier. */
      readonly weight: number;
      /** A trial: so many percent of the calls go there first. */
      readonly percent?: number;
      /** Tags with their values. */
      readonly tags?: { readonly [name: string]: string };
      /** Whether only calls of some kind go there. */
      readonly is_conditional: boolean;
    })[];
    readonly policy: {
      /** Of all attempts together. */
      readonly max_attempts: number;
      /** At the same target. */
      readonly retries: number;
      /** From the start of the call; no attempt begins after it. */
      readonly deadline_ms: number;
      /** Whether a second attempt may begin beside a slow one. */
      readonly may_hedge: boolean;
      /** What becomes of a call that a target can take only in part. */
      readonly loss_policy: "allow" | "warn" | "strict";
      /** For so long answers are kept and given again. */
      readonly cache_ttl_ms?: number;
    };
    /** Where to go on after an error, by its code. */
    readonly escalations: { readonly [name: string]: readonly (string)[] };
    readonly shadow?: {
      /** `provider:model`. */
      readonly model: string;
      /** So many percent of the calls are copied there. */
      readonly percent: number;
    };
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface GetAliasQuery {
  /** The profile of the lockfile; the usual one when left out. */
  readonly profile?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetAliasAnswer {
  /** As a caller writes it. */
  readonly name: string;
  /** How one of a tier is chosen: `ordered`, `weighted`, `cheapest` or `fastest`. */
  readonly strategy: string;
  /** What keeps calls at one target: `none`, `session` or `prefix`. */
  readonly sticky: string;
  /** By tier, then as they were written. */
  readonly targets: readonly ({
    /** `provider:model`. */
    readonly model: string;
    /** Lower ones first. */
    readonly tier: number;
    /** Its share beside the others of its tier. */
    readonly weight: number;
    /** A trial: so many percent of the calls go there first. */
    readonly percent?: number;
    /** Tags with their values. */
    readonly tags?: { readonly [name: string]: string };
    /** Whether only calls of some kind go there. */
    readonly is_conditional: boolean;
  })[];
  readonly policy: {
    /** Of all attempts together. */
    readonly max_attempts: number;
    /** At the same target. */
    readonly retries: number;
    /** From the start of the call; no attempt begins after it. */
    readonly deadline_ms: number;
    /** Whether a second attempt may begin beside a slow one. */
    readonly may_hedge: boolean;
    /** What becomes of a call that a target can take only in part. */
    readonly loss_policy: "allow" | "warn" | "strict";
    /** For so long answers are kept and given again. */
    readonly cache_ttl_ms?: number;
  };
  /** Where to go on after an error, by its code. */
  readonly escalations: { readonly [name: string]: readonly (string)[] };
  readonly shadow?: {
    /** `provider:model`. */
    readonly model: string;
    /** So many percent of the calls are copied there. */
    readonly percent: number;
  };
}

export interface ExplainCallQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ExplainCallBody {
  /** An alias or `provider:model`. */
  readonly model: string;
  /** The profile of the lockfile; the usual one when left out. */
  readonly profile?: string;
  /** `chat` when left out. */
  readonly endpoint?: "chat" | "count-tokens" | "embed" | "rerank";
  /** The format that the caller speaks; `openai-chat` when left out. */
  readonly dialect?: "anthropic-messages" | "bedrock-converse" | "cohere-chat" | "gemini-generate" | "mistral-chat" | "ollama-chat" | "ollama-generate" | "openai-chat" | "openai-completions" | "openai-responses";
  /** Whether the answer would be a stream. */
  readonly is_stream?: boolean;
  /** The key that would call. */
  readonly key_id?: string;
  /** Tags with their values. */
  readonly tags?: { readonly [name: string]: string };
  /** What the calls of one conversation have in common. */
  readonly session_id?: string;
  /** How long the call would be; 0 when left out. */
  readonly input_tokens?: number;
  /** How long the answer may be. */
  readonly max_output_tokens?: number;
  /** What the call would use. */
  readonly needs?: readonly ("tools" | "images" | "documents" | "audio" | "schema" | "reasoning")[];
  /** The metadata of the call. */
  readonly metadata?: { readonly [name: string]: unknown };
}

export interface ExplainCallAnswer {
  /** The name that was asked for. */
  readonly requested: string;
  /** The alias that it is. */
  readonly alias?: string;
  /** The profile of the lockfile by which the name was read. */
  readonly profile?: string;
  /** How one of a tier is chosen. */
  readonly strategy?: string;
  /** What keeps calls at one target. */
  readonly sticky?: string;
  /** In the order in which they would be tried, then those that would not. */
  readonly candidates: readonly ({
    /** `provider:model`. */
    readonly model: string;
    /** Whether it would be tried. */
    readonly is_kept: boolean;
    /** Lower ones first. */
    readonly tier: number;
    /** The format that it would be asked in. */
    readonly dialect?: string;
    /** `pass-through` or `translated`. */
    readonly lane?: string;
    /** `closed`, `open` or `half-open`: whether it failed too often of late. */
    readonly circuit: string;
    /** How long it is still at its rate limits. */
    readonly limited_for_ms: number;
    readonly score?: {
      /** By what it was placed. */
      readonly by: string;
      /** The figure. */
      readonly value?: number;
    };
    /** What it was dropped for. */
    readonly reason?: string;
    /** The same for people. */
    readonly why: string;
  })[];
  readonly policy?: {
    /** Of all attempts together. */
    readonly max_attempts: number;
    /** At the same target. */
    readonly retries: number;
    /** From the start of the call; no attempt begins after it. */
    readonly deadline_ms: number;
    /** Whether a second attempt may begin beside a slow one. */
    readonly may_hedge: boolean;
    /** What becomes of a call that a target can take only in part. */
    readonly loss_policy: "allow" | "warn" | "strict";
    /** For so long answers are kept and given again. */
    readonly cache_ttl_ms?: number;
  };
  /** Where to go on after an error, by its code. */
  readonly escalations?: { readonly [name: string]: readonly (string)[] };
  readonly shadow?: {
    /** `provider:model`. */
    readonly model: string;
    /** So many percent of the calls are copied there. */
    readonly percent: number;
  };
  readonly error?: {
    /** The code. */
    readonly code: string;
    /** What is wrong. */
    readonly message: string;
    /** What to do. */
    readonly hint: string;
  };
}

export interface GetLockfileQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetLockfileAnswer {
  /** What it means; left out where there is no lockfile. */
  readonly digest?: string;
  /** The usual one first. */
  readonly profiles: readonly ({
    /** What it is called. */
    readonly name: string;
    /** Whether calls that name none are read by it. */
    readonly is_default: boolean;
    /** How many aliases it has. */
    readonly aliases: number;
  })[];
}

export interface ListProfilesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. name when left out. */
  readonly sort?: "name" | "-name";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListProfilesAnswer {
  /** Profiles. */
  readonly data: readonly ({
    /** What it is called. */
    readonly name: string;
    /** From 1; every change counts one on. */
    readonly revision: number;
    /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
    readonly digest: string;
    /** Of the whole file that it was pushed from, as its pusher said. */
    readonly lockfile_digest?: string;
    /** When; by the clock of the server. */
    readonly pushed_at: string;
    /** The key. */
    readonly pushed_by: string;
    /** What it was pushed with. */
    readonly client?: string;
    /** Whether this revision removed it. */
    readonly is_removed: boolean;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface GetProfileQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetProfileAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** A lockfile of this profile alone, as docs/lockfile.md describes it. */
  readonly lockfile: { readonly [name: string]: unknown };
}

export interface PushProfileQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PushProfileBody {
  /** The revision that it is based on; 0 for a new profile. */
  readonly base_revision: number;
  /** A lockfile as data, such as `keelson lock show --json` prints it. Only the profile of the path is taken. */
  readonly lockfile: { readonly [name: string]: unknown };
  /** `v1:` and the SHA-256 of what it means; docs/lockfile.md says of what. */
  readonly digest?: string;
  /** `v1:` and the SHA-256 of what it means; docs/lockfile.md says of what. */
  readonly lockfile_digest?: string;
  /** Takes the place of whatever is there. */
  readonly force?: boolean;
  /** What pushes it, with its version, such as `keelson/1.2.0`. */
  readonly client?: string;
}

export interface PushProfileAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** A lockfile of this profile alone, as docs/lockfile.md describes it. */
  readonly lockfile: { readonly [name: string]: unknown };
}

export interface RemoveProfileQuery {
  /** Only where this is the newest. */
  readonly base_revision?: number;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveProfileAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface ListProfileRevisionsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListProfileRevisionsAnswer {
  /** Revisions. */
  readonly data: readonly ({
    /** What it is called. */
    readonly name: string;
    /** From 1; every change counts one on. */
    readonly revision: number;
    /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
    readonly digest: string;
    /** Of the whole file that it was pushed from, as its pusher said. */
    readonly lockfile_digest?: string;
    /** When; by the clock of the server. */
    readonly pushed_at: string;
    /** The key. */
    readonly pushed_by: string;
    /** What it was pushed with. */
    readonly client?: string;
    /** Whether this revision removed it. */
    readonly is_removed: boolean;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListProfileAliasesQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListProfileAliasesAnswer {
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** By name. */
  readonly data: readonly ({
    /** Its name. */
    readonly name: string;
    /** For people. */
    readonly description?: string;
    /** In the order in which they are tried. */
    readonly models: readonly ({
      /** `provider:model`. */
      readonly model?: string;
      readonly constraint?: {
        /** `anthropic:*`, `openai:gpt-5*` or `*`. */
        readonly match: string;
        /** Tokens. */
        readonly min_context?: number;
        /** Tokens. */
        readonly min_output?: number;
        /** Dollars per million tokens. */
        readonly max_cost?: number;
        /** Abilities. */
        readonly needs?: readonly (string)[];
        /** Which of several. */
        readonly prefer?: "cheapest" | "dearest" | "newest" | "longest_context";
        /** The model that was chosen. */
        readonly locked?: string;
      };
    })[];
  })[];
}

export interface BindProfileAliasesQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface BindProfileAliasesBody {
  /** Those that are bound; others stay as they are. */
  readonly aliases: readonly ({
    /** Its name. */
    readonly name: string;
    /** For people. */
    readonly description?: string;
    /** In the order in which they are tried. */
    readonly models: readonly (string)[];
  })[];
  /** The revision that it is based on; 0 for a new profile. */
  readonly base_revision?: number;
}

export interface BindProfileAliasesAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface ResolveProfileAliasQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ResolveProfileAliasAnswer {
  /** Its name. */
  readonly name: string;
  /** The profile that was asked. */
  readonly profile: string;
  /** The profile that it stands in, of those that are inherited. */
  readonly defined_in?: string;
  /** In the order in which they are tried. */
  readonly targets: readonly ({
    /** `provider:model`. */
    readonly reference: string;
    /** What the provider is asked for. */
    readonly model: string;
  })[];
  /** What requests get where their caller leaves it open. */
  readonly defaults: { readonly [name: string]: unknown };
}

export interface BindProfileAliasQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface BindProfileAliasBody {
  /** For people. */
  readonly description?: string;
  /** In the order in which they are tried. */
  readonly models: readonly (string)[];
  /** The revision that it is based on; 0 for a new profile. */
  readonly base_revision?: number;
}

export interface BindProfileAliasAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface UnbindProfileAliasQuery {
  /** Only where this is the newest. */
  readonly base_revision?: number;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UnbindProfileAliasAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface TailCallsQuery {
  /** Only those made with this key. */
  readonly key_id?: string;
  /** Only those of this kind, such as `chat`. */
  readonly endpoint?: string;
  /** Only those that this provider answered. */
  readonly provider?: string;
  /** Only those that this model answered. */
  readonly model?: string;
  /** Only those that asked for this name. */
  readonly requested_model?: string;
  /** Only those of this alias. */
  readonly alias?: string;
  /** Only those with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** Only those that ended with this code. */
  readonly error?: string;
  /** Only those answered with this status or a higher one. */
  readonly min_status?: number;
  /** Only those that took as long. */
  readonly min_duration_ms?: number;
  /** The key, for pages, which cannot send headers with a stream of events. */
  readonly key?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReportCallQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReportCallBody {
  /** The program that made it. */
  readonly origin: string;
  /** What that calls it: told twice, it counts once. */
  readonly id_at_origin?: string;
  /** Who answered, such as `openai`. */
  readonly provider: string;
  /** The model that answered. */
  readonly model: string;
  /** The alias that it was asked by. */
  readonly alias?: string;
  /** The profile of a lockfile that the alias was read by. */
  readonly profile?: string;
  /** All that was read; not known when left out. */
  readonly input_tokens?: number;
  /** Of these, from a cache of the provider. */
  readonly cached_input_tokens?: number;
  /** All that was written; not known when left out. */
  readonly output_tokens?: number;
  /** What it cost, in billionths of a dollar; by the prices of the registry when left out. */
  readonly nano_dollars?: number;
  /** How long it took. */
  readonly latency_ms?: number;
  /** What it is marked with. */
  readonly tags?: { readonly [name: string]: string };
}

export interface ReportCallAnswer {
  /** What the record of it is called. */
  readonly id: string;
  /** By the clock of the server. */
  readonly recorded_at: string;
  readonly cost: {
    /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
    readonly status: "priced" | "estimated" | "unpriced";
    /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string;
    /** The prices that it was computed by. */
    readonly price_version?: string;
  };
  /** Whether it was told before; then nothing was counted again. */
  readonly is_known: boolean;
}

export interface ReadUsageByOriginQuery {
  /** The beginning, rounded down to a day; 30 days before the end when left out. */
  readonly from?: string;
  /** The end, not included; now when left out. */
  readonly to?: string;
  /** `total` when left out. */
  readonly step?: "day" | "total";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReadUsageByOriginAnswer {
  /** The beginning, as it was rounded. */
  readonly from: string;
  /** The end, not included. */
  readonly to: string;
  /** By time, then by origin. */
  readonly data: readonly ({
    /** The beginning of the period. */
    readonly starts_at: string;
    /** Who told of them. */
    readonly origin: string;
    /** Calls. */
    readonly calls: number;
    /** Calls whose price is not known: their cost is missing in the sum. */
    readonly unpriced: number;
    /** All that was read. */
    readonly input_tokens: number;
    /** All that was written. */
    readonly output_tokens: number;
    /** The cost of all calls whose price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars: string;
  })[];
}

export interface ListCallsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those made with this key. */
  readonly key_id?: string;
  /** Only those of this alias. */
  readonly alias?: string;
  /** Only those that this provider answered. */
  readonly provider?: string;
  /** Only those that this model answered. */
  readonly model?: string;
  /** Only those with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** Only those of this trace. */
  readonly trace_id?: string;
  /** The whole id of a call or of a trace. */
  readonly search?: string;
  /** Only those answered with this status or a higher one. */
  readonly min_status?: number;
  /** Only those answered with this status or a lower one. */
  readonly max_status?: number;
  /** Only those that took as long. */
  readonly min_duration_ms?: number;
  /** Only those that cost as much, in billionths of a dollar. */
  readonly min_cost_nano_dollars?: string;
  /** Only those that began then or later. */
  readonly from?: string;
  /** Only those that began before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListCallsAnswer {
  /** Calls. */
  readonly data: readonly ({
    /** What it is called; its receipt is `rcpt_` and this without dashes. */
    readonly id: string;
    /** The trace that it is part of. */
    readonly trace_id?: string;
    /** When it began. */
    readonly started_at: string;
    /** What kind of call it is, such as `chat`. */
    readonly endpoint: string;
    /** The format that the caller spoke. */
    readonly dialect: string;
    /** Where it was made. */
    readonly workspace: string;
    /** The key that it was made with. */
    readonly key_id?: string;
    /** The model as the caller named it. */
    readonly requested_model: string;
    /** The alias that this name was. */
    readonly alias?: string;
    /** The profile of the lockfile by which the name was read. */
    readonly profile?: string;
    /** What that lockfile meant, as `keelson lock digest` tells it. */
    readonly lock_digest?: string;
    /** Who answered. */
    readonly provider?: string;
    /** The model that answered. */
    readonly model?: string;
    /** Whether the answer was a stream. */
    readonly is_stream: boolean;
    /** `refused`: nothing was sent to any provider. `aborted`: the caller left before the end. */
    readonly outcome: "answered" | "failed" | "refused" | "aborted";
    /** What the caller was answered with; 499 when it had left. */
    readonly status: number;
    /** The code of its error. */
    readonly error?: string;
    /** `pass-through`, `translated`, `cached`; `flow` where a flow answered, whose own calls have records too; `reported` where somebody else made the call and told of it. */
    readonly lane: string;
    /** Who made a call that was reported. */
    readonly origin?: string;
    /** How long it took. */
    readonly duration_ms: number;
    /** Until the first byte of the answer. */
    readonly first_byte_ms?: number;
    /** What of it was spent here rather than waiting. */
    readonly overhead_ms: number;
    /** Tokens that were read; left out where nobody told. */
    readonly input_tokens?: number;
    /** Tokens that were written; left out where nobody told. */
    readonly output_tokens?: number;
    readonly cost: {
      /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
      readonly status: "priced" | "estimated" | "unpriced";
      /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
      readonly nano_dollars?: string;
      /** The prices that it was computed by. */
      readonly price_version?: string;
    };
    /** `hit`, `miss`, `refresh` or `bypass`, where the cache of answers was asked. */
    readonly cache?: string;
    /** What the answer would have cost, had it not been known. In billionths of a dollar, as a text of digits. */
    readonly saved_nano_dollars?: string;
    /** What the caller marked it with. */
    readonly tags: { readonly [name: string]: string };
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ExportCallsQuery {
  /** `jsonl` when left out. */
  readonly format?: "jsonl" | "csv";
  /** Only those made with this key. */
  readonly key_id?: string;
  /** Only those of this alias. */
  readonly alias?: string;
  /** Only those that this provider answered. */
  readonly provider?: string;
  /** Only those that this model answered. */
  readonly model?: string;
  /** Only those with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** Only those of this trace. */
  readonly trace_id?: string;
  /** The whole id of a call or of a trace. */
  readonly search?: string;
  /** Only those answered with this status or a higher one. */
  readonly min_status?: number;
  /** Only those answered with this status or a lower one. */
  readonly max_status?: number;
  /** Only those that took as long. */
  readonly min_duration_ms?: number;
  /** Only those that cost as much, in billionths of a dollar. */
  readonly min_cost_nano_dollars?: string;
  /** Only those that began then or later. */
  readonly from?: string;
  /** Only those that began before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCallQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCallAnswer {
  /** What it is called; its receipt is `rcpt_` and this without dashes. */
  readonly id: string;
  /** The trace that it is part of. */
  readonly trace_id?: string;
  /** When it began. */
  readonly started_at: string;
  /** What kind of call it is, such as `chat`. */
  readonly endpoint: string;
  /** The format that the caller spoke. */
  readonly dialect: string;
  /** Where it was made. */
  readonly workspace: string;
  /** The key that it was made with. */
  readonly key_id?: string;
  /** The model as the caller named it. */
  readonly requested_model: string;
  /** The alias that this name was. */
  readonly alias?: string;
  /** The profile of the lockfile by which the name was read. */
  readonly profile?: string;
  /** What that lockfile meant, as `keelson lock digest` tells it. */
  readonly lock_digest?: string;
  /** Who answered. */
  readonly provider?: string;
  /** The model that answered. */
  readonly model?: string;
  /** Whether the answer was a stream. */
  readonly is_stream: boolean;
  /** `refused`: nothing was sent to any provider. `aborted`: the caller left before the end. */
  readonly outcome: "answered" | "failed" | "refused" | "aborted";
  /** What the caller was answered with; 499 when it had left. */
  readonly status: number;
  /** The code of its error. */
  readonly error?: string;
  /** `pass-through`, `translated`, `cached`; `flow` where a flow answered, whose own calls have records too; `reported` where somebody else made the call and told of it. */
  readonly lane: string;
  /** Who made a call that was reported. */
  readonly origin?: string;
  /** How long it took. */
  readonly duration_ms: number;
  /** Until the first byte of the answer. */
  readonly first_byte_ms?: number;
  /** What of it was spent here rather than waiting. */
  readonly overhead_ms: number;
  /** Tokens that were read; left out where nobody told. */
  readonly input_tokens?: number;
  /** Tokens that were written; left out where nobody told. */
  readonly output_tokens?: number;
  readonly cost: {
    /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
    readonly status: "priced" | "estimated" | "unpriced";
    /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string;
    /** The prices that it was computed by. */
    readonly price_version?: string;
  };
  /** `hit`, `miss`, `refresh` or `bypass`, where the cache of answers was asked. */
  readonly cache?: string;
  /** What the answer would have cost, had it not been known. In billionths of a dollar, as a text of digits. */
  readonly saved_nano_dollars?: string;
  /** What the caller marked it with. */
  readonly tags: { readonly [name: string]: string };
  /** The model as the provider named it. */
  readonly served_model?: string;
  /** The provider's own name of the call. */
  readonly provider_request_id?: string;
  /** What the provider says of its system. */
  readonly system_fingerprint?: string;
  readonly usage?: {
    /** Counts by kind; what is not known is left out. */
    readonly input: { readonly [name: string]: number };
    /** Counts by kind; what is not known is left out. */
    readonly output: { readonly [name: string]: number };
    /** Counts by kind; what is not known is left out. */
    readonly tool_units?: { readonly [name: string]: number };
    /** The service tier. */
    readonly tier?: string;
  };
  /** What the other format could not say. */
  readonly losses: readonly ({
    /** What. */
    readonly field: string;
    /** What became of it. */
    readonly action: string;
    /** Why. */
    readonly detail?: string;
  })[];
  /** What was tried, in the order of the start. */
  readonly attempts: readonly ({
    /** From 0, in the order of their start. */
    readonly index: number;
    /** `first`, `retry`, `fallback`, `hedge` or `shadow`. */
    readonly reason: string;
    /** Who was asked. */
    readonly provider: string;
    /** The model that was asked. */
    readonly model: string;
    /** The format that it was asked in. */
    readonly dialect: string;
    /** When it began. */
    readonly started_at: string;
    /** How long it took. */
    readonly duration_ms: number;
    /** Until the first byte of its answer. */
    readonly first_byte_ms?: number;
    /** `cancelled`: ended by us. */
    readonly outcome: "answered" | "failed" | "cancelled";
    /** What the provider answered with. */
    readonly status?: number;
    /** The code of its error. */
    readonly error?: string;
    /** The provider's own name of it. */
    readonly provider_request_id?: string;
    readonly usage?: {
      /** Counts by kind; what is not known is left out. */
      readonly input: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly output: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly tool_units?: { readonly [name: string]: number };
      /** The service tier. */
      readonly tier?: string;
    };
    readonly cost?: {
      /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
      readonly status: "priced" | "estimated" | "unpriced";
      /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
      readonly nano_dollars?: string;
      /** The prices that it was computed by. */
      readonly price_version?: string;
    };
  })[];
}

export interface ListAttemptsQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListAttemptsAnswer {
  /** In the order of their start. */
  readonly data: readonly ({
    /** From 0, in the order of their start. */
    readonly index: number;
    /** `first`, `retry`, `fallback`, `hedge` or `shadow`. */
    readonly reason: string;
    /** Who was asked. */
    readonly provider: string;
    /** The model that was asked. */
    readonly model: string;
    /** The format that it was asked in. */
    readonly dialect: string;
    /** When it began. */
    readonly started_at: string;
    /** How long it took. */
    readonly duration_ms: number;
    /** Until the first byte of its answer. */
    readonly first_byte_ms?: number;
    /** `cancelled`: ended by us. */
    readonly outcome: "answered" | "failed" | "cancelled";
    /** What the provider answered with. */
    readonly status?: number;
    /** The code of its error. */
    readonly error?: string;
    /** The provider's own name of it. */
    readonly provider_request_id?: string;
    readonly usage?: {
      /** Counts by kind; what is not known is left out. */
      readonly input: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly output: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly tool_units?: { readonly [name: string]: number };
      /** The service tier. */
      readonly tier?: string;
    };
    readonly cost?: {
      /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
      readonly status: "priced" | "estimated" | "unpriced";
      /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
      readonly nano_dollars?: string;
      /** The prices that it was computed by. */
      readonly price_version?: string;
    };
  })[];
}

export interface GetCallContentQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCallContentAnswer {
  /** The call. */
  readonly call_id: string;
  /** What the caller sent, cut where it was very long. */
  readonly request?: string;
  /** What the caller was sent, cut where it was very long. */
  readonly response?: string;
}

export interface ReadUsageQuery {
  /** What to group by, with commas between. */
  readonly by?: readonly ("workspace" | "key_id" | "alias" | "provider" | "model" | "outcome")[];
  /** How long a period is, in UTC; `day` when left out, `total` for one of all. Weeks begin on Mondays. */
  readonly step?: "hour" | "day" | "week" | "month" | "total";
  /** The beginning, rounded down to an hour or a day; when left out 30 days before the end; 2 for hours, 90 for weeks, 365 for months. */
  readonly from?: string;
  /** The end, not included; now when left out. */
  readonly to?: string;
  /** Only that of this key. */
  readonly key_id?: string;
  /** Only that of this alias. */
  readonly alias?: string;
  /** Only that of this provider. */
  readonly provider?: string;
  /** Only that of this model. */
  readonly model?: string;
  /** Only that of calls with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** `time`, when left out; or the greatest first. */
  readonly order?: "time" | "cost" | "calls" | "tokens";
  /** Most entries; 1000 when left out. */
  readonly limit?: number;
  /** `json` when left out. */
  readonly format?: "json" | "csv";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReadUsageAnswer {
  /** The beginning, as it was rounded. */
  readonly from: string;
  /** The end, not included. */
  readonly to: string;
  /** How long a period is. */
  readonly step: "hour" | "day" | "week" | "month" | "total";
  /** Periods without calls are left out. */
  readonly data: readonly ({
    /** The beginning of the period. */
    readonly starts_at: string;
    /** What was grouped by; what calls did not have is left out. */
    readonly group: {
      /** A name. */
      readonly workspace?: string;
      /** A name. */
      readonly key_id?: string;
      /** A name. */
      readonly alias?: string;
      /** A name. */
      readonly provider?: string;
      /** A name. */
      readonly model?: string;
      /** A name. */
      readonly outcome?: string;
    };
    /** Calls. */
    readonly calls: number;
    /** Calls that ended with an error. */
    readonly errors: number;
    /** The cost of all calls whose price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars: string;
    /** Calls whose price is not known: their cost is missing in the sum. */
    readonly unpriced: number;
    /** Calls whose cost was estimated from what was seen of an answer that broke off. */
    readonly estimated: number;
    /** Calls of which no token count is known. */
    readonly uncounted: number;
    readonly input: {
      /** All that was read. */
      readonly total: number;
      /** Not from a cache of the provider. */
      readonly uncached: number;
      /** From a cache of the provider. */
      readonly cache_read: number;
      /** Into a cache of the provider. */
      readonly cache_write: number;
      /** Of these, for an hour. */
      readonly cache_write_1h: number;
      /** Audio. */
      readonly audio: number;
      /** Images. */
      readonly image: number;
    };
    readonly output: {
      /** All that was written. */
      readonly total: number;
      /** Reasoning. */
      readonly reasoning: number;
      /** Audio. */
      readonly audio: number;
      /** Images. */
      readonly image: number;
    };
    /** How long all calls took together. */
    readonly duration_ms: number;
    /** What the cache of answers saved. */
    readonly cache: {
      /** Calls whose answer was known. */
      readonly hits: number;
      /** What they would have cost, as far as prices are known. In billionths of a dollar, as a text of digits. */
      readonly saved_nano_dollars: string;
      /** What they would have read. */
      readonly saved_input_tokens: number;
      /** What they would have written. */
      readonly saved_output_tokens: number;
    };
  })[];
  /** Whether there were more entries than the limit. */
  readonly has_more: boolean;
}

export interface StoreReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface StoreReceiptBody { readonly [name: string]: unknown }

export interface StoreReceiptAnswer {
  /** What it is called. */
  readonly id: string;
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface ListReceiptsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those of then or later. */
  readonly from?: string;
  /** Only those of before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListReceiptsAnswer {
  /** Receipts. */
  readonly data: readonly ({
    /** What it is called; that of a call is `rcpt_` and the id of the call without dashes. */
    readonly id: string;
    /** Whose it is; that of a statement over a whole organisation is its name and `/*`. */
    readonly workspace: string;
    /** The time in its id. */
    readonly made_at: string;
    /** The log that it stands in. */
    readonly log: string;
    /** The number of its batch. */
    readonly seq: number;
    /** Its place in the batch, from 0. */
    readonly index: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface IssueReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface IssueReceiptBody {
  /** These receipts, by their ids or by those of their calls. */
  readonly receipt_ids?: readonly (string)[];
  /** Those of a period: its first moment. */
  readonly from?: string;
  /** The first moment after the period. */
  readonly to?: string;
  /** All that no statement covers yet. */
  readonly since_last?: boolean;
  /** What it is for; signed with it. */
  readonly description?: string;
  /** Words to find it by; signed with it. */
  readonly tags?: readonly (string)[];
}

export interface IssueReceiptAnswer {
  /** What it is called. */
  readonly id: string;
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface GenerateReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GenerateReceiptBody {
  /** The same as `receipt_ids`. */
  readonly log_ids?: readonly (string)[];
  /** The same as `from`. */
  readonly start_date?: string;
  /** The same as `to`. */
  readonly end_date?: string;
  /** The same as `since_last`. */
  readonly since_last_receipt?: boolean;
  /** What it is for; signed with it. */
  readonly description?: string;
  /** Words to find it by; signed with it. */
  readonly tags?: readonly (string)[];
}

export interface GenerateReceiptAnswer {
  /** What it is called. */
  readonly id: string;
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface PreviewReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PreviewReceiptBody {
  /** These receipts, by their ids or by those of their calls. */
  readonly receipt_ids?: readonly (string)[];
  /** Those of a period: its first moment. */
  readonly from?: string;
  /** The first moment after the period. */
  readonly to?: string;
  /** All that no statement covers yet. */
  readonly since_last?: boolean;
  /** What it is for; signed with it. */
  readonly description?: string;
  /** Words to find it by; signed with it. */
  readonly tags?: readonly (string)[];
}

export interface PreviewReceiptAnswer {
  /** The receipt as it would be, but for its id and its time. */
  readonly receipt: { readonly [name: string]: unknown };
}

export interface ListUncertifiedReceiptsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListUncertifiedReceiptsAnswer {
  /** Receipts, the newest first. */
  readonly data: readonly ({
    /** What it is called; that of a call is `rcpt_` and the id of the call without dashes. */
    readonly id: string;
    /** Whose it is; that of a statement over a whole organisation is its name and `/*`. */
    readonly workspace: string;
    /** The time in its id. */
    readonly made_at: string;
    /** The log that it stands in. */
    readonly log: string;
    /** The number of its batch. */
    readonly seq: number;
    /** Its place in the batch, from 0. */
    readonly index: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
  /** How many there are in all. */
  readonly total: number;
}

export interface ListCoveredReceiptsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListCoveredReceiptsAnswer {
  /** Receipts. */
  readonly data: readonly ({
    /** What it is called; that of a call is `rcpt_` and the id of the call without dashes. */
    readonly id: string;
    /** Whose it is; that of a statement over a whole organisation is its name and `/*`. */
    readonly workspace: string;
    /** The time in its id. */
    readonly made_at: string;
    /** The log that it stands in. */
    readonly log: string;
    /** The number of its batch. */
    readonly seq: number;
    /** Its place in the batch, from 0. */
    readonly index: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface GetPublicKeyPemQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetPublicKeyJwkQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetPublicKeyJwkAnswer { readonly [name: string]: unknown }

export interface ListPublicKeysQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListPublicKeysAnswer {
  /** JSON Web Keys, as in RFC 7517, with their validity beside. */
  readonly keys: readonly ({ readonly [name: string]: unknown })[];
}

export interface ListReceiptHeadsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those of this log. */
  readonly log?: string;
  /** Only the newest of each log: what to publish as an anchor. */
  readonly latest?: boolean;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListReceiptHeadsAnswer {
  /** Heads. */
  readonly data: readonly ({
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListReceiptKeysQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListReceiptKeysAnswer {
  /** By the beginning of their validity. */
  readonly data: readonly ({
    /** As `verifyReceipt` takes it. */
    readonly key: {
      /** The SHA-256 of its bytes. */
      readonly key_id: string;
      /** `ed25519:` and the bytes in base64url. */
      readonly public_key: string;
      /** Milliseconds since 1970. */
      readonly valid_from: number;
      /** Milliseconds since 1970, not included. */
      readonly valid_to?: number;
    };
    /** The same as PEM. */
    readonly pem: string;
    /** The same as a JSON Web Key. */
    readonly jwk: { readonly [name: string]: unknown };
  })[];
}

export interface ExportReceiptsQuery {
  /** Only those of then or later. */
  readonly from?: string;
  /** Only those of before then. */
  readonly to?: string;
  /** Those of all organisations, in whole batches; only for whoever runs the installation. */
  readonly everything?: boolean;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface VerifyReceiptsQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface VerifyReceiptsBody {
  /** One receipt with its path and head, as it was given here. */
  readonly proof?: { readonly [name: string]: unknown };
  /** Or an export, a text for each line. */
  readonly lines?: readonly (string)[];
  /** Public keys from a source that you trust; those of this installation when left out. */
  readonly keys?: readonly ({ readonly [name: string]: unknown })[];
  /** Whether the export must begin with the first batch of every log and leave out no receipt. */
  readonly is_whole?: boolean;
}

export interface VerifyReceiptsAnswer {
  /** Whether nothing is wrong. */
  readonly is_valid: boolean;
  /** What is wrong, and where. */
  readonly faults: readonly ({
    /** One of the problems of docs/receipts.md. */
    readonly problem: string;
    /** The part that is wrong. */
    readonly where: string;
    /** For people. */
    readonly message: string;
    /** The log. */
    readonly log?: string;
    /** The batch. */
    readonly seq?: number;
    /** The place in the batch. */
    readonly index?: number;
  })[];
  /** Faults beyond those that are listed. */
  readonly more_faults: number;
  /** Receipts that were looked at. */
  readonly receipts: number;
  /** Batches that were looked at. */
  readonly batches: number;
  /** Whose keys were believed. */
  readonly keys_from: "caller" | "installation";
}

export interface GetReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetReceiptAnswer {
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface ListConversationsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListConversationsAnswer {
  /** Conversations. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateConversationBody {
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first; content, so that it is kept with `full` only. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging?: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days?: number;
}

export interface CreateConversationAnswer {
  /** What it is called. */
  readonly id: string;
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days: number;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When something was last added or changed. */
  readonly updated_at: string;
  /** When it goes, if nothing is added. */
  readonly expires_at: string;
  /** All messages there ever were, kept or not. */
  readonly message_count: number;
  /** Of all messages. */
  readonly input_tokens: number;
  /** Of all messages. */
  readonly output_tokens: number;
}

export interface LogConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface LogConversationBody {
  /** The conversation that goes on; a new one when left out. */
  readonly conversation_id?: string;
  /** What people call it. */
  readonly title?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging?: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days?: number;
  /** In order. */
  readonly messages: readonly ({
    /** Who said it. */
    readonly role: "system" | "developer" | "user" | "assistant" | "tool";
    /** Text, or a list of parts. */
    readonly content: string | readonly unknown[];
    /** Tools that were called. */
    readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
    /** Tokens. */
    readonly input_tokens?: number;
    /** Tokens. */
    readonly output_tokens?: number;
  })[];
}

export interface LogConversationAnswer {
  readonly conversation: {
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  };
  /** The number of the first message that was added; the others follow. */
  readonly first_seq: number;
  /** How many messages were added. */
  readonly added: number;
}

export interface GetConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetConversationAnswer {
  /** What it is called. */
  readonly id: string;
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days: number;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When something was last added or changed. */
  readonly updated_at: string;
  /** When it goes, if nothing is added. */
  readonly expires_at: string;
  /** All messages there ever were, kept or not. */
  readonly message_count: number;
  /** Of all messages. */
  readonly input_tokens: number;
  /** Of all messages. */
  readonly output_tokens: number;
}

export interface UpdateConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateConversationBody {
  /** What people call it. */
  readonly title?: string | null;
  /** What the model is told first; content, so that it is kept with `full` only. */
  readonly system_prompt?: string | null;
  /** The alias or model that it is for. */
  readonly model_alias?: string | null;
  /** What requests get. */
  readonly temperature?: number | null;
  /** What requests get. */
  readonly max_tokens?: number | null;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging?: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days?: number;
}

export interface UpdateConversationAnswer {
  /** What it is called. */
  readonly id: string;
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days: number;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When something was last added or changed. */
  readonly updated_at: string;
  /** When it goes, if nothing is added. */
  readonly expires_at: string;
  /** All messages there ever were, kept or not. */
  readonly message_count: number;
  /** Of all messages. */
  readonly input_tokens: number;
  /** Of all messages. */
  readonly output_tokens: number;
}

export interface ListMessagesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListMessagesAnswer {
  /** Messages. */
  readonly data: readonly ({
    /** Its number, from 1; those of messages that are gone stay free. */
    readonly seq: number;
    /** Who said it. */
    readonly role: string;
    /** Text, or a list of parts. */
    readonly content?: string | readonly unknown[];
    /** SHA-256 of the text, or of the parts as canonical JSON. */
    readonly content_hash: string;
    /** Tools that were called. */
    readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
    /** Tokens. */
    readonly input_tokens?: number;
    /** Tokens. */
    readonly output_tokens?: number;
    /** When it was added; by the clock of the server. */
    readonly at: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface AddMessageQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface AddMessageBody {
  /** Who said it. */
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  /** Text, or a list of parts. */
  readonly content: string | readonly unknown[];
  /** Tools that were called. */
  readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
  /** Tokens. */
  readonly input_tokens?: number;
  /** Tokens. */
  readonly output_tokens?: number;
}

export interface AddMessageAnswer {
  readonly conversation: {
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  };
  /** The number of the first message that was added; the others follow. */
  readonly first_seq: number;
  /** How many messages were added. */
  readonly added: number;
}

export interface RemoveMessagesQuery {
  /** Only messages older than this; all when left out. */
  readonly before?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveMessagesAnswer {
  /** How many messages were removed. */
  readonly removed: number;
}

export interface AddMessagesQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface AddMessagesBody {
  /** In order. */
  readonly messages: readonly ({
    /** Who said it. */
    readonly role: "system" | "developer" | "user" | "assistant" | "tool";
    /** Text, or a list of parts. */
    readonly content: string | readonly unknown[];
    /** Tools that were called. */
    readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
    /** Tokens. */
    readonly input_tokens?: number;
    /** Tokens. */
    readonly output_tokens?: number;
  })[];
}

export interface AddMessagesAnswer {
  readonly conversation: {
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  };
  /** The number of the first message that was added; the others follow. */
  readonly first_seq: number;
  /** How many messages were added. */
  readonly added: number;
}

export interface ListFlowsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListFlowsAnswer {
  /** Flows, without their texts. */
  readonly data: readonly ({
    /** What it is called. */
    readonly name: string;
    /** Of what is in it and in the flows that it uses: the same text has the same. */
    readonly version: string;
    /** Where it is. */
    readonly workspace: string;
    /** What it says of itself. */
    readonly description?: string;
    /** What it is given when it is asked like a model. */
    readonly takes: "text" | "conversation";
    /** Other flows that its nodes use, and their versions. */
    readonly uses: { readonly [name: string]: string };
    /** When this version was kept. */
    readonly created_at: string;
    /** The key that brought it. */
    readonly created_by?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CheckFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CheckFlowBody {
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
  /** The same as JSON, in place of `text`. */
  readonly flow?: { readonly [name: string]: unknown };
}

export interface CheckFlowAnswer {
  /** Everything that is wrong; empty where nothing is. */
  readonly problems: readonly ({
    /** What kind of problem it is. */
    readonly reason: string;
    /** Where in the document; empty for all of it. */
    readonly path: string;
    /** What is wrong. */
    readonly message: string;
    /** From 1. */
    readonly line: number;
    /** From 1. */
    readonly column: number;
  })[];
}

export interface PutFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PutFlowBody {
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
  /** The same as JSON, in place of `text`. */
  readonly flow?: { readonly [name: string]: unknown };
}

export interface PutFlowAnswer {
  /** What it is called. */
  readonly name: string;
  /** Of what is in it and in the flows that it uses: the same text has the same. */
  readonly version: string;
  /** Where it is. */
  readonly workspace: string;
  /** What it says of itself. */
  readonly description?: string;
  /** What it is given when it is asked like a model. */
  readonly takes: "text" | "conversation";
  /** Other flows that its nodes use, and their versions. */
  readonly uses: { readonly [name: string]: string };
  /** When this version was kept. */
  readonly created_at: string;
  /** The key that brought it. */
  readonly created_by?: string;
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
}

export interface GetFlowQuery {
  /** A version of it; the newest when left out. */
  readonly version?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetFlowAnswer {
  /** What it is called. */
  readonly name: string;
  /** Of what is in it and in the flows that it uses: the same text has the same. */
  readonly version: string;
  /** Where it is. */
  readonly workspace: string;
  /** What it says of itself. */
  readonly description?: string;
  /** What it is given when it is asked like a model. */
  readonly takes: "text" | "conversation";
  /** Other flows that its nodes use, and their versions. */
  readonly uses: { readonly [name: string]: string };
  /** When this version was kept. */
  readonly created_at: string;
  /** The key that brought it. */
  readonly created_by?: string;
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
}

export interface RemoveFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveFlowAnswer {
  /** What it is called. */
  readonly name: string;
  /** Of what is in it and in the flows that it uses: the same text has the same. */
  readonly version: string;
  /** Where it is. */
  readonly workspace: string;
  /** What it says of itself. */
  readonly description?: string;
  /** What it is given when it is asked like a model. */
  readonly takes: "text" | "conversation";
  /** Other flows that its nodes use, and their versions. */
  readonly uses: { readonly [name: string]: string };
  /** When this version was kept. */
  readonly created_at: string;
  /** The key that brought it. */
  readonly created_by?: string;
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
}

export interface EstimateFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface EstimateFlowBody {
  /** What it would be given; any when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** A version of it; the newest when left out. */
  readonly version?: string;
}

export interface EstimateFlowAnswer {
  /** What is estimated. */
  readonly block: string;
  /** Its kind. */
  readonly kind: string;
  /** `stats`: from what was recorded. `prior`: assumed. `derived`: from its parts. `unknown`: not even that. */
  readonly source: "stats" | "prior" | "derived" | "unknown";
  /** How far it is to be trusted. */
  readonly confidence: "low" | "medium" | "high";
  /** Attempts that it rests on; of a flow, those of the part that is known least. */
  readonly sample_size: number;
  readonly nano_dollars: {
    /** Expected; null where it is not known. In billionths of a dollar, as a text of digits. */
    readonly mean: string | null;
    /** How far cases differ; null where that is not known. In billionths of a dollar, as a text of digits. */
    readonly std: string | null;
    /** Nine of ten cost no more. In billionths of a dollar, as a text of digits. */
    readonly p90: string | null;
    /** The worst case; null where nothing bounds it. In billionths of a dollar, as a text of digits. */
    readonly max: string | null;
  };
  readonly ms: {
    /** Expected; null where it is not known. */
    readonly mean: number | null;
    /** How far cases differ. */
    readonly std: number | null;
    /** Nine of ten take no longer. */
    readonly p90: number | null;
    /** The worst case; null where nothing bounds it. */
    readonly max: number | null;
  };
  readonly calls: {
    /** Calls to models that are expected. */
    readonly mean: number;
    /** Calls at most; null where nothing bounds them. */
    readonly max: number | null;
  };
  /** What was assumed. */
  readonly notes: readonly (string)[];
  /** Its parts, each for one visit, the parts of a part right behind it. */
  readonly components: readonly ({
    /** The names of the nodes on the way to it, with slashes between. */
    readonly path: string;
    /** What is estimated. */
    readonly block: string;
    /** Its kind. */
    readonly kind: string;
    /** `stats`: from what was recorded. `prior`: assumed. `derived`: from its parts. `unknown`: not even that. */
    readonly source: "stats" | "prior" | "derived" | "unknown";
    /** How far it is to be trusted. */
    readonly confidence: "low" | "medium" | "high";
    /** Attempts that it rests on; of a flow, those of the part that is known least. */
    readonly sample_size: number;
    readonly nano_dollars: {
      /** Expected; null where it is not known. In billionths of a dollar, as a text of digits. */
      readonly mean: string | null;
      /** How far cases differ; null where that is not known. In billionths of a dollar, as a text of digits. */
      readonly std: string | null;
      /** Nine of ten cost no more. In billionths of a dollar, as a text of digits. */
      readonly p90: string | null;
      /** The worst case; null where nothing bounds it. In billionths of a dollar, as a text of digits. */
      readonly max: string | null;
    };
    readonly ms: {
      /** Expected; null where it is not known. */
      readonly mean: number | null;
      /** How far cases differ. */
      readonly std: number | null;
      /** Nine of ten take no longer. */
      readonly p90: number | null;
      /** The worst case; null where nothing bounds it. */
      readonly max: number | null;
    };
    readonly calls: {
      /** Calls to models that are expected. */
      readonly mean: number;
      /** Calls at most; null where nothing bounds them. */
      readonly max: number | null;
    };
    /** What was assumed. */
    readonly notes: readonly (string)[];
  })[];
}

export interface ListRunsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only runs of this flow. */
  readonly flow?: string;
  /** Only runs that are so. */
  readonly state?: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListRunsAnswer {
  /** Runs, without what was said. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** Where it is. */
    readonly workspace: string;
    /** The flow. */
    readonly flow: string;
    /** The version that it goes by to its end. */
    readonly version: string;
    /** `stopped` waits for somebody to resolve it; the last three are over. */
    readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
    readonly failure?: {
      /** What went wrong, as a word; docs/blocks.md lists them. */
      readonly reason: string;
      /** What recovery goes by. */
      readonly error_type: string;
      /** The same in a sentence. */
      readonly message: string;
      /** What to do. */
      readonly hint?: string;
      /** Facts for programs. */
      readonly details: { readonly [name: string]: unknown };
      /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
      readonly effect?: string;
    };
    /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string | null;
    /** To models, once it is over. */
    readonly calls?: number;
    readonly budget?: {
      /** What it may spend, such as `0.02`. */
      readonly dollars: string;
      /** What of the estimate must fit before anything is begun; `mean` when left out. */
      readonly preflight?: "mean" | "p90" | "max" | "off";
      /** Whether it may begin what costs nobody knows how much. */
      readonly allow_unpriced?: boolean;
    };
    /** What it waits for. */
    readonly waits: readonly ({
      /** The node that waits. */
      readonly path: string;
      /** For what. */
      readonly kind: "step" | "sleep" | "event" | "approval" | "child";
      /** Until when at most, or when it goes on. */
      readonly until?: string;
      /** The name of an event, the id of an approval or of a run. */
      readonly subject?: string;
    })[];
    /** The key that started it. */
    readonly started_by: string;
    /** What it was started with to be started once. */
    readonly key?: string;
    /** The run whose results it took over. */
    readonly replay_of?: string;
    /** When it was asked for. */
    readonly created_at: string;
    /** When somebody first worked on it. */
    readonly started_at?: string;
    /** When it was over. */
    readonly finished_at?: string;
    /** When it ends at the latest. */
    readonly deadline_at?: string;
    /** How often a worker took it. */
    readonly passes: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface StartRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface StartRunBody {
  /** The flow. */
  readonly flow: string;
  /** A version of it; the newest when left out. */
  readonly version?: string;
  /** What it is given; null when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** From the start to the end, waiting included; no bound when left out. */
  readonly timeout_ms?: number;
  /** A second start with the same key finds the run of the first. */
  readonly key?: string;
  /** Not before; at once when left out. */
  readonly start_at?: string;
  /** What its nodes may be passed besides. */
  readonly context?: { readonly [name: string]: unknown };
  /** Runs of one key share its limit. */
  readonly limit_key?: string;
}

export interface StartRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface GetRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface ListRunStepsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListRunStepsAnswer {
  /** Steps. */
  readonly data: readonly ({
    /** The node. */
    readonly path: string;
    /** `step`: it does something. The others wait. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** `left`: it was under way and ended without a result that counts. */
    readonly state: "started" | "left" | "waiting" | "done" | "failed";
    /** What it came to, for keys with `runs.content:read`. */
    readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    readonly failure?: {
      /** What went wrong, as a word; docs/blocks.md lists them. */
      readonly reason: string;
      /** What recovery goes by. */
      readonly error_type: string;
      /** The same in a sentence. */
      readonly message: string;
      /** What to do. */
      readonly hint?: string;
      /** Facts for programs. */
      readonly details: { readonly [name: string]: unknown };
      /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
      readonly effect?: string;
    };
    /** What it spent; null where something had no price. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string | null;
    /** How often it was under way when its worker died. */
    readonly interrupted: number;
    /** When it goes on, or gives up waiting. */
    readonly wake_at?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
    /** When it began. */
    readonly started_at: string;
    /** When it ended. */
    readonly finished_at?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CancelRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CancelRunBody {
  /** Why, for whoever looks at the run later. */
  readonly reason?: string;
}

export interface CancelRunAnswer {
  /** `asked`: a worker has it, and ends it in a moment. */
  readonly outcome: "cancelled" | "asked";
  readonly run: {
    /** What it is called. */
    readonly id: string;
    /** Where it is. */
    readonly workspace: string;
    /** The flow. */
    readonly flow: string;
    /** The version that it goes by to its end. */
    readonly version: string;
    /** `stopped` waits for somebody to resolve it; the last three are over. */
    readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
    readonly failure?: {
      /** What went wrong, as a word; docs/blocks.md lists them. */
      readonly reason: string;
      /** What recovery goes by. */
      readonly error_type: string;
      /** The same in a sentence. */
      readonly message: string;
      /** What to do. */
      readonly hint?: string;
      /** Facts for programs. */
      readonly details: { readonly [name: string]: unknown };
      /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
      readonly effect?: string;
    };
    /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string | null;
    /** To models, once it is over. */
    readonly calls?: number;
    readonly budget?: {
      /** What it may spend, such as `0.02`. */
      readonly dollars: string;
      /** What of the estimate must fit before anything is begun; `mean` when left out. */
      readonly preflight?: "mean" | "p90" | "max" | "off";
      /** Whether it may begin what costs nobody knows how much. */
      readonly allow_unpriced?: boolean;
    };
    /** What it waits for. */
    readonly waits: readonly ({
      /** The node that waits. */
      readonly path: string;
      /** For what. */
      readonly kind: "step" | "sleep" | "event" | "approval" | "child";
      /** Until when at most, or when it goes on. */
      readonly until?: string;
      /** The name of an event, the id of an approval or of a run. */
      readonly subject?: string;
    })[];
    /** The key that started it. */
    readonly started_by: string;
    /** What it was started with to be started once. */
    readonly key?: string;
    /** The run whose results it took over. */
    readonly replay_of?: string;
    /** When it was asked for. */
    readonly created_at: string;
    /** When somebody first worked on it. */
    readonly started_at?: string;
    /** When it was over. */
    readonly finished_at?: string;
    /** When it ends at the latest. */
    readonly deadline_at?: string;
    /** How often a worker took it. */
    readonly passes: number;
    /** What it was given, for keys with `runs.content:read`. */
    readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** What it came to, for keys with `runs.content:read`. */
    readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  };
}

export interface ReplayRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReplayRunBody {
  /** Paths of nodes that run again, with all below them and all above. */
  readonly without?: readonly (string)[];
  /** The version that it goes by; that of the first when left out. */
  readonly version?: string;
}

export interface ReplayRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface ResolveRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ResolveRunBody {
  /** `continue`: where it stopped, with its own version, which some worker must have, or with `version`. `abandon`: it is cancelled. `restart`: from its beginning, as a new run with `version`. */
  readonly choice: "continue" | "abandon" | "restart";
  /** With `continue`, what is recorded holds where the other version has the same paths and inputs; where it differs, the run fails. */
  readonly version?: string;
}

export interface ResolveRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface SignalRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface SignalRunBody {
  /** The name that a node waits for, now or later. */
  readonly name: string;
  /** What it is given; null when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** The same again is taken once. */
  readonly id?: string;
}

export interface SignalRunAnswer {
  /** Whether it was sent before; then nothing was sent again. */
  readonly is_known: boolean;
}

export interface SupplyRunResultQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface SupplyRunResultBody {
  /** The step that was interrupted. */
  readonly path: string;
  /** What it came to. */
  readonly result: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface SupplyRunResultAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface FollowRunQuery {
  /** The `id` of the last event that was seen; the header Last-Event-ID says the same. */
  readonly after?: number;
  /** The key, for pages, which cannot send headers with a stream of events. */
  readonly key?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListApprovalsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those of this run. */
  readonly run_id?: string;
  /** `open` when left out. */
  readonly state?: "open" | "decided" | "all";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListApprovalsAnswer {
  /** Approvals. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** The run that asks. */
    readonly run_id: string;
    /** The node that asks. */
    readonly path: string;
    /** Where it is. */
    readonly workspace: string;
    /** `expired`: nobody answered in time. */
    readonly state: "open" | "approved" | "rejected" | "expired";
    /** What is asked, for keys with `runs.content:read` or `runs:approve`. */
    readonly asked?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** SHA-256 of exactly what will be done if it is approved. */
    readonly input_hash: string;
    /** When it was asked. */
    readonly created_at: string;
    /** From when on it is too late. */
    readonly expires_at: string;
    /** When it was decided. */
    readonly decided_at?: string;
    /** The key that decided, or `link` for somebody who was sent the token. */
    readonly decided_by?: string;
    /** What was said with it. */
    readonly note?: string;
    /** What lets whoever has it decide this one, for keys with `runs:approve` while it is open. */
    readonly token?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface DecideByTokenBody {
  /** As it was sent. */
  readonly token: string;
  /** The answer. */
  readonly decision: "approved" | "rejected";
  /** Why, for whoever looks at it later. */
  readonly note?: string;
}

export interface DecideByTokenAnswer {
  /** What it is called. */
  readonly id: string;
  /** The run that asks. */
  readonly run_id: string;
  /** The node that asks. */
  readonly path: string;
  /** Where it is. */
  readonly workspace: string;
  /** `expired`: nobody answered in time. */
  readonly state: "open" | "approved" | "rejected" | "expired";
  /** What is asked, for keys with `runs.content:read` or `runs:approve`. */
  readonly asked?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** SHA-256 of exactly what will be done if it is approved. */
  readonly input_hash: string;
  /** When it was asked. */
  readonly created_at: string;
  /** From when on it is too late. */
  readonly expires_at: string;
  /** When it was decided. */
  readonly decided_at?: string;
  /** The key that decided, or `link` for somebody who was sent the token. */
  readonly decided_by?: string;
  /** What was said with it. */
  readonly note?: string;
  /** What lets whoever has it decide this one, for keys with `runs:approve` while it is open. */
  readonly token?: string;
}

export interface DecideApprovalQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface DecideApprovalBody {
  /** The answer. */
  readonly decision: "approved" | "rejected";
  /** Why, for whoever looks at it later. */
  readonly note?: string;
}

export interface DecideApprovalAnswer {
  /** What it is called. */
  readonly id: string;
  /** The run that asks. */
  readonly run_id: string;
  /** The node that asks. */
  readonly path: string;
  /** Where it is. */
  readonly workspace: string;
  /** `expired`: nobody answered in time. */
  readonly state: "open" | "approved" | "rejected" | "expired";
  /** What is asked, for keys with `runs.content:read` or `runs:approve`. */
  readonly asked?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** SHA-256 of exactly what will be done if it is approved. */
  readonly input_hash: string;
  /** When it was asked. */
  readonly created_at: string;
  /** From when on it is too late. */
  readonly expires_at: string;
  /** When it was decided. */
  readonly decided_at?: string;
  /** The key that decided, or `link` for somebody who was sent the token. */
  readonly decided_by?: string;
  /** What was said with it. */
  readonly note?: string;
  /** What lets whoever has it decide this one, for keys with `runs:approve` while it is open. */
  readonly token?: string;
}

export interface ListSchedulesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListSchedulesAnswer {
  /** Schedules. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** Where it is. */
    readonly workspace: string;
    /** The flow; each time the newest version. */
    readonly flow: string;
    /** What the flow is given, for keys with `runs.content:read`. */
    readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
    readonly pattern: string;
    /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
    readonly zone: string;
    /** Whether it starts nothing for now. */
    readonly paused: boolean;
    /** When it is due. */
    readonly next_at: string;
    /** When it last started a run. */
    readonly last_at?: string;
    /** That run. */
    readonly last_run?: string;
    /** When it was made. */
    readonly created_at: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface PutScheduleQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PutScheduleBody {
  /** The flow. */
  readonly flow: string;
  /** What it is given; null when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone?: string;
  /** Whether it starts nothing for now. */
  readonly paused?: boolean;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
}

export interface PutScheduleAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow; each time the newest version. */
  readonly flow: string;
  /** What the flow is given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone: string;
  /** Whether it starts nothing for now. */
  readonly paused: boolean;
  /** When it is due. */
  readonly next_at: string;
  /** When it last started a run. */
  readonly last_at?: string;
  /** That run. */
  readonly last_run?: string;
  /** When it was made. */
  readonly created_at: string;
}

export interface GetScheduleQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetScheduleAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow; each time the newest version. */
  readonly flow: string;
  /** What the flow is given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone: string;
  /** Whether it starts nothing for now. */
  readonly paused: boolean;
  /** When it is due. */
  readonly next_at: string;
  /** When it last started a run. */
  readonly last_at?: string;
  /** That run. */
  readonly last_run?: string;
  /** When it was made. */
  readonly created_at: string;
}

export interface RemoveScheduleQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveScheduleAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow; each time the newest version. */
  readonly flow: string;
  /** What the flow is given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone: string;
  /** Whether it starts nothing for now. */
  readonly paused: boolean;
  /** When it is due. */
  readonly next_at: string;
  /** When it last started a run. */
  readonly last_at?: string;
  /** That run. */
  readonly last_run?: string;
  /** When it was made. */
  readonly created_at: string;
}

export interface GetCacheQuery {
  /** Hits from then on, by whole hours; all when left out. */
  readonly from?: string;
  /** Hits before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCacheAnswer {
  /** Where answers are kept; `memory` is that of the one process that answers this. */
  readonly store: "none" | "memory" | "database" | "redis";
  /** Answers that are held; left out where nobody counts them. */
  readonly entries?: number;
  /** What these take. */
  readonly bytes?: number;
  /** Calls that were answered out of it. */
  readonly hits: number;
  /** What they would have cost, as far as prices are known. */
  readonly saved_nano_dollars: string;
  /** What they would have used. */
  readonly saved_input_tokens: number;
  /** What they would have used. */
  readonly saved_output_tokens: number;
}

export interface ClearCacheQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ClearCacheAnswer {
  /** How many answers were forgotten. */
  readonly forgotten: number;
}

export interface GetConfigurationAnswer {
  /** The file that changes are written to. */
  readonly file?: string;
  /** SHA-256 of its text as it is in force. */
  readonly digest?: string;
  /** YAML or JSON, as docs/configuration.md describes it. */
  readonly text?: string;
  /** Every value, and where it comes from. */
  readonly values: readonly ({ readonly [name: string]: unknown })[];
  /** What holds only after a restart. */
  readonly waiting: readonly ({
    /** What is different. */
    readonly path: string;
    /** Any JSON. */
    readonly before?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Any JSON. */
    readonly after?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** `at once` or `after a restart`. */
    readonly takes_effect: string;
  })[];
  /** Why the file as it is now is not in force. */
  readonly problems: readonly ({
    /** Where in the configuration; empty for all of it. */
    readonly path: string;
    /** What is wrong. */
    readonly message: string;
    /** The file. */
    readonly file?: string;
    /** From 1. */
    readonly line?: number;
    /** From 1. */
    readonly column?: number;
  })[];
}

export interface PutConfigurationBody {
  /** YAML or JSON, as docs/configuration.md describes it. */
  readonly text: string;
  /** The digest that the file must still have. */
  readonly expected?: string;
}

export interface PutConfigurationAnswer {
  /** What is different afterwards. */
  readonly changes: readonly ({
    /** What is different. */
    readonly path: string;
    /** Any JSON. */
    readonly before?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Any JSON. */
    readonly after?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** `at once` or `after a restart`. */
    readonly takes_effect: string;
  })[];
}

export interface GetConfigurationSchemaAnswer { readonly [name: string]: unknown }

export interface CheckConfigurationBody {
  /** YAML or JSON, as docs/configuration.md describes it. */
  readonly text: string;
}

export interface CheckConfigurationAnswer {
  /** Whether it could be put in force. */
  readonly state: "right" | "wrong";
  /** What would be different. */
  readonly changes: readonly ({
    /** What is different. */
    readonly path: string;
    /** Any JSON. */
    readonly before?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Any JSON. */
    readonly after?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** `at once` or `after a restart`. */
    readonly takes_effect: string;
  })[];
  /** What is wrong, and on which line. */
  readonly problems: readonly ({
    /** Where in the configuration; empty for all of it. */
    readonly path: string;
    /** What is wrong. */
    readonly message: string;
    /** The file. */
    readonly file?: string;
    /** From 1. */
    readonly line?: number;
    /** From 1. */
    readonly column?: number;
  })[];
}

export interface ReloadConfigurationAnswer {
  /** What is different afterwards. */
  readonly changes: readonly ({
    /** What is different. */
    readonly path: string;
    /** Any JSON. */
    readonly before?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Any JSON. */
    readonly after?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** `at once` or `after a restart`. */
    readonly takes_effect: string;
  })[];
}

export interface ListConfigurationsQuery {
  /** At most so many; 100 when left out. */
  readonly limit?: number;
  /** Only those before this number. */
  readonly before?: number;
}

export interface ListConfigurationsAnswer {
  /** Configurations. */
  readonly data: readonly ({
    /** From 1, without gaps. */
    readonly number: number;
    /** When it came into force. */
    readonly at: string;
    /** Who brought it: a key, or `file`. */
    readonly by: string;
    /** SHA-256 of its text. */
    readonly digest: string;
    /** Any JSON. */
    readonly changes: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  })[];
}

export interface RollBackConfigurationBody {
  /** Its number in the history. */
  readonly number: number;
}

export interface RollBackConfigurationAnswer {
  /** What is different afterwards. */
  readonly changes: readonly ({
    /** What is different. */
    readonly path: string;
    /** Any JSON. */
    readonly before?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Any JSON. */
    readonly after?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** `at once` or `after a restart`. */
    readonly takes_effect: string;
  })[];
}

export interface RegisterBody {
  /** Where a message reaches whoever registers. */
  readonly email: string;
  /** What it is called; in addresses in small letters, digits and dashes. */
  readonly organization: string;
  /** The first project in it. */
  readonly project: string;
  /** Whether the terms of whoever runs the server are accepted; nothing is done without. */
  readonly accept_terms: boolean;
}

export interface RegisterAnswer {
  /** What it is called. */
  readonly registration: string;
  /** `active`: its key is good. */
  readonly state: "pending" | "active" | "refused";
  /** Shown now and never again; good once the state is `active`. */
  readonly api_key: string;
  /** What it is called in addresses. */
  readonly organisation: string;
  /** The project, as it is called in addresses. */
  readonly workspace: string;
  /** Until when it waits. */
  readonly expires_at: string;
}

export interface ListRegistrationsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
}

export interface ListRegistrationsAnswer {
  /** Registrations. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** Where a message reaches them. */
    readonly email: string;
    /** What was asked for, as it is called in addresses. */
    readonly organisation: string;
    /** The project, as it is called in addresses. */
    readonly workspace: string;
    /** From where it was asked. */
    readonly address: string;
    /** `active`: its key is good. */
    readonly state: "pending" | "active" | "refused";
    /** When it was asked. */
    readonly created_at: string;
    /** Until when it may be confirmed. */
    readonly expires_at: string;
    /** When it was decided. */
    readonly decided_at?: string;
    /** The key that it got. */
    readonly key_id?: string;
    /** What is to be sent to the address, where this server sends nothing by itself; POST /register/confirm takes it. */
    readonly token?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface DecideRegistrationBody {
  /** Whether its key becomes good. */
  readonly is_approved: boolean;
}

export interface DecideRegistrationAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where a message reaches them. */
  readonly email: string;
  /** What was asked for, as it is called in addresses. */
  readonly organisation: string;
  /** The project, as it is called in addresses. */
  readonly workspace: string;
  /** From where it was asked. */
  readonly address: string;
  /** `active`: its key is good. */
  readonly state: "pending" | "active" | "refused";
  /** When it was asked. */
  readonly created_at: string;
  /** Until when it may be confirmed. */
  readonly expires_at: string;
  /** When it was decided. */
  readonly decided_at?: string;
  /** The key that it got. */
  readonly key_id?: string;
  /** What is to be sent to the address, where this server sends nothing by itself; POST /register/confirm takes it. */
  readonly token?: string;
}

export interface ConfirmRegistrationBody {
  /** What was sent. */
  readonly token: string;
}

export interface ConfirmRegistrationAnswer {
  /** `active`: its key is good. */
  readonly state: "pending" | "active" | "refused";
  /** Whose the key is. */
  readonly organisation: string;
  /** The project. */
  readonly workspace: string;
}

export interface ListAuditEntriesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. -at when left out. */
  readonly sort?: "-at";
  /** Only what this key or part did. */
  readonly actor?: string;
  /** Only actions that begin so, such as `keys.`. */
  readonly action?: string;
  /** Only what was done to this. */
  readonly target?: string;
  /** Only what was done from then on. */
  readonly from?: string;
  /** Only what was done before then. */
  readonly to?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListAuditEntriesAnswer {
  /** Entries. */
  readonly data: readonly ({
    /** Its number; from 1, without gaps. */
    readonly seq: number;
    /** When it was done. */
    readonly at: string;
    /** Who did it: the id of a key, or a part of Keelson. */
    readonly actor: string;
    /** What the actor is, such as `key`. */
    readonly actor_kind: string;
    /** From where. */
    readonly address?: string;
    /** What was done, as `things.verb`; `.failed` at its end where it was tried in vain. */
    readonly action: string;
    /** The id of what it was done to. */
    readonly target?: string;
    /** What was asked, without what is secret. */
    readonly details: { readonly [name: string]: unknown };
    /** The hash of the entry before it; 64 zeros in the first. */
    readonly previous_hash: string;
    /** SHA-256 of the canonical JSON of all other fields, as the export has them. */
    readonly hash: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface VerifyAuditLogQuery {
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface VerifyAuditLogAnswer {
  /** Whether every entry is what was written, and none is missing. */
  readonly is_whole: boolean;
  /** How many are good, from the first on. */
  readonly entries: number;
  /** The hash of the last good one. Whoever keeps it elsewhere can hold a later answer against it. */
  readonly head: string;
  /** The number of the first that is not good. */
  readonly broken_at?: number;
  /** What is wrong with it. */
  readonly reason?: string;
}

export interface ExportAuditLogQuery {
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
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

  /** The key that asks, and what it may do. Every key may ask this. */
  getMe(query: GetMeQuery = {}, options?: AskOptions): Promise<GetMeAnswer> {
    return this.#ask('GET', '/api/v1/me', { options, query });
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

  /** Credentials of providers, in the order of their making. Needs `credentials:read`. */
  listCredentials(query: ListCredentialsQuery = {}, options?: AskOptions): Promise<ListCredentialsAnswer> {
    return this.#ask('GET', '/api/v1/credentials', { options, query });
  }

  /** Stores a credential of a provider. For the workspace that is named, or without one for all of the organisation. Calls are sent with it at once here, and within seconds on every other replica. What is secret in it is encrypted and never shown again. Needs `credentials:write`. */
  createCredential(body: CreateCredentialBody, query: CreateCredentialQuery = {}, options?: AskOptions): Promise<CreateCredentialAnswer> {
    return this.#ask('POST', '/api/v1/credentials', { options, query, body });
  }

  /** Encrypts all credentials with the newest master key. Those of every organisation. It may be stopped and begun again; when none failed, older master keys may go. Needs `credentials:write`. */
  resealCredentials(options?: AskOptions): Promise<ResealCredentialsAnswer> {
    return this.#ask('POST', '/api/v1/credentials/reseal', { options });
  }

  /** One credential. Needs `credentials:read`. */
  getCredential(id: string, query: GetCredentialQuery = {}, options?: AskOptions): Promise<GetCredentialAnswer> {
    return this.#ask('GET', `/api/v1/credentials/${encodeURIComponent(id)}`, { options, query });
  }

  /** Changes name, weight or state of a credential. Needs `credentials:write`. */
  updateCredential(id: string, body: UpdateCredentialBody, query: UpdateCredentialQuery = {}, options?: AskOptions): Promise<UpdateCredentialAnswer> {
    return this.#ask('PATCH', `/api/v1/credentials/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** Forgets a credential, and shows it a last time. Needs `credentials:write`. */
  removeCredential(id: string, query: RemoveCredentialQuery = {}, options?: AskOptions): Promise<RemoveCredentialAnswer> {
    return this.#ask('DELETE', `/api/v1/credentials/${encodeURIComponent(id)}`, { options, query });
  }

  /** Another secret in place of that of a credential. The old one is gone at once, and so is what was known of it. It is whole: nothing of the old stays. Needs `credentials:write`. */
  rotateCredential(id: string, body: RotateCredentialBody, query: RotateCredentialQuery = {}, options?: AskOptions): Promise<RotateCredentialAnswer> {
    return this.#ask('POST', `/api/v1/credentials/${encodeURIComponent(id)}/rotate`, { options, query, body });
  }

  /** Asks the provider whether it takes a credential. It asks for the list of models, which costs nothing, and waits ten seconds at most. Needs `credentials:write`. */
  checkCredential(id: string, query: CheckCredentialQuery = {}, options?: AskOptions): Promise<CheckCredentialAnswer> {
    return this.#ask('POST', `/api/v1/credentials/${encodeURIComponent(id)}/check`, { options, query });
  }

  /** Budgets, in the order of their ids. Needs `budgets:read`. */
  listBudgets(query: ListBudgetsQuery = {}, options?: AskOptions): Promise<ListBudgetsAnswer> {
    return this.#ask('GET', '/api/v1/budgets', { options, query });
  }

  /** Makes a budget. It binds calls at once here, and within a second on every other replica. Its id is the only one of its kind in the whole installation. One that was removed and is made again goes on with what was used of it. Needs `budgets:write`. */
  createBudget(body: CreateBudgetBody, query: CreateBudgetQuery = {}, options?: AskOptions): Promise<CreateBudgetAnswer> {
    return this.#ask('POST', '/api/v1/budgets', { options, query, body });
  }

  /** One budget. Needs `budgets:read`. */
  getBudget(id: string, query: GetBudgetQuery = {}, options?: AskOptions): Promise<GetBudgetAnswer> {
    return this.#ask('GET', `/api/v1/budgets/${encodeURIComponent(id)}`, { options, query });
  }

  /** Changes a budget. Open windows take a new limit at once; what was used of them stays used. Needs `budgets:write`. */
  updateBudget(id: string, body: UpdateBudgetBody, query: UpdateBudgetQuery = {}, options?: AskOptions): Promise<UpdateBudgetAnswer> {
    return this.#ask('PATCH', `/api/v1/budgets/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** Removes a budget, and shows it a last time. Needs `budgets:write`. */
  removeBudget(id: string, query: RemoveBudgetQuery = {}, options?: AskOptions): Promise<RemoveBudgetAnswer> {
    return this.#ask('DELETE', `/api/v1/budgets/${encodeURIComponent(id)}`, { options, query });
  }

  /** What is used of a budget in its windows, the newest first. Windows in which nothing was asked for are not there. Thirty past ones are kept at least. Needs `budgets:read`. */
  listBudgetWindows(id: string, query: ListBudgetWindowsQuery = {}, options?: AskOptions): Promise<ListBudgetWindowsAnswer> {
    return this.#ask('GET', `/api/v1/budgets/${encodeURIComponent(id)}/windows`, { options, query });
  }

  /** Alerts of budgets, the newest first. Those of budgets that were removed are among them. Needs `alerts:read`. */
  listAlerts(query: ListAlertsQuery = {}, options?: AskOptions): Promise<ListAlertsAnswer> {
    return this.#ask('GET', '/api/v1/alerts', { options, query });
  }

  /** Alerts of one budget, the newest first. Needs `budgets:read`. */
  listBudgetAlerts(id: string, query: ListBudgetAlertsQuery = {}, options?: AskOptions): Promise<ListBudgetAlertsAnswer> {
    return this.#ask('GET', `/api/v1/budgets/${encodeURIComponent(id)}/alerts`, { options, query });
  }

  /** Models that can be called. Those that are known. A provider may serve others, which can be called by `provider:model` as well and have no price here. Needs `models:read`. */
  listModels(query: ListModelsQuery = {}, options?: AskOptions): Promise<ListModelsAnswer> {
    return this.#ask('GET', '/api/v1/models', { options, query });
  }

  /** One model. A slash in its name is written as `%2F`. Needs `models:read`. */
  getModel(provider: string, model: string, query: GetModelQuery = {}, options?: AskOptions): Promise<GetModelAnswer> {
    return this.#ask('GET', `/api/v1/models/${encodeURIComponent(provider)}/${encodeURIComponent(model)}`, { options, query });
  }

  /** Aliases with what they lead to. They are changed in the lockfile and in the configuration. Needs `aliases:read`. */
  listAliases(query: ListAliasesQuery = {}, options?: AskOptions): Promise<ListAliasesAnswer> {
    return this.#ask('GET', '/api/v1/aliases', { options, query });
  }

  /** One alias. Needs `aliases:read`. */
  getAlias(name: string, query: GetAliasQuery = {}, options?: AskOptions): Promise<GetAliasAnswer> {
    return this.#ask('GET', `/api/v1/aliases/${encodeURIComponent(name)}`, { options, query });
  }

  /** Where a call would go, and why. Nothing is sent and nothing is remembered. What would stop the call stands in `error`. Needs `aliases:read`. */
  explainCall(body: ExplainCallBody, query: ExplainCallQuery = {}, options?: AskOptions): Promise<ExplainCallAnswer> {
    return this.#ask('POST', '/api/v1/explain', { options, query, body });
  }

  /** The lockfile by which names are read. Without one there are no profiles, and names are those of the table of aliases alone. Needs `aliases:read`. */
  getLockfile(query: GetLockfileQuery = {}, options?: AskOptions): Promise<GetLockfileAnswer> {
    return this.#ask('GET', '/api/v1/lockfile', { options, query });
  }

  /** Profiles that the project shares. They are for the lockfiles of whoever pulls them. Calls through the gateway go by its own configuration. Needs `aliases:read`. */
  listProfiles(query: ListProfilesQuery = {}, options?: AskOptions): Promise<ListProfilesAnswer> {
    return this.#ask('GET', '/api/v1/profiles', { options, query });
  }

  /** One profile, as a lockfile. What it inherits from is a profile of its own. Needs `aliases:read`. */
  getProfile(name: string, query: GetProfileQuery = {}, options?: AskOptions): Promise<GetProfileAnswer> {
    return this.#ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}`, { options, query });
  }

  /** Shares a profile. Answers `conflict` with what has changed where somebody else was first. The same content again is no new revision. Needs `aliases:write`. */
  pushProfile(name: string, body: PushProfileBody, query: PushProfileQuery = {}, options?: AskOptions): Promise<PushProfileAnswer> {
    return this.#ask('PUT', `/api/v1/profiles/${encodeURIComponent(name)}`, { options, query, body });
  }

  /** Shares a profile no longer. Its number counts on, so that whoever still has it hears of it. Needs `aliases:write`. */
  removeProfile(name: string, query: RemoveProfileQuery = {}, options?: AskOptions): Promise<RemoveProfileAnswer> {
    return this.#ask('DELETE', `/api/v1/profiles/${encodeURIComponent(name)}`, { options, query });
  }

  /** The last fifty revisions of a profile, the newest first. Needs `aliases:read`. */
  listProfileRevisions(name: string, query: ListProfileRevisionsQuery = {}, options?: AskOptions): Promise<ListProfileRevisionsAnswer> {
    return this.#ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}/revisions`, { options, query });
  }

  /** The aliases of a profile. Needs `aliases:read`. */
  listProfileAliases(name: string, query: ListProfileAliasesQuery = {}, options?: AskOptions): Promise<ListProfileAliasesAnswer> {
    return this.#ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}/aliases`, { options, query });
  }

  /** Binds several aliases in one revision. Makes the profile where there is none. Defaults and pins that an alias has stay. Needs `aliases:write`. */
  bindProfileAliases(name: string, body: BindProfileAliasesBody, query: BindProfileAliasesQuery = {}, options?: AskOptions): Promise<BindProfileAliasesAnswer> {
    return this.#ask('POST', `/api/v1/profiles/${encodeURIComponent(name)}/aliases`, { options, query, body });
  }

  /** What an alias of a profile leads to. Inherited ones as well; all profiles on the way must be shared. Needs `aliases:read`. */
  resolveProfileAlias(name: string, alias: string, query: ResolveProfileAliasQuery = {}, options?: AskOptions): Promise<ResolveProfileAliasAnswer> {
    return this.#ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`, { options, query });
  }

  /** Binds one alias. Needs `aliases:write`. */
  bindProfileAlias(name: string, alias: string, body: BindProfileAliasBody, query: BindProfileAliasQuery = {}, options?: AskOptions): Promise<BindProfileAliasAnswer> {
    return this.#ask('PUT', `/api/v1/profiles/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`, { options, query, body });
  }

  /** Takes one alias away. Needs `aliases:write`. */
  unbindProfileAlias(name: string, alias: string, query: UnbindProfileAliasQuery = {}, options?: AskOptions): Promise<UnbindProfileAliasAnswer> {
    return this.#ask('DELETE', `/api/v1/profiles/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`, { options, query });
  }

  /** Calls as they finish. Server-sent events without an end: `call` with what GET /calls shows and the number of `attempts`, and `dropped` with the `count` of those that whoever reads was too slow for. Needs `calls:read`. */
  tailCalls(query: TailCallsQuery = {}, options?: AskOptions): Promise<Response> {
    return this.#send('GET', '/api/v1/calls/tail', { options, query });
  }

  /** Tells of a call that was made elsewhere. It is recorded with the lane `reported` and its origin, counts in usage, and has no receipt; no budget was asked about it. Needs `calls.reported:create`. */
  reportCall(body: ReportCallBody, query: ReportCallQuery = {}, options?: AskOptions): Promise<ReportCallAnswer> {
    return this.#ask('POST', '/api/v1/calls/report', { options, query, body });
  }

  /** What calls used that were made elsewhere, by who told of them. All of it is in the other figures of usage as well, beside what went through the gateway. Needs `usage:read`. */
  readUsageByOrigin(query: ReadUsageByOriginQuery = {}, options?: AskOptions): Promise<ReadUsageByOriginAnswer> {
    return this.#ask('GET', '/api/v1/usage/origins', { options, query });
  }

  /** Calls, the newest first. Of several filters together, or of status, duration and cost, at most 10,000 calls are looked at for one page: it may then be short or empty and still have a `next_cursor`. Needs `calls:read`. */
  listCalls(query: ListCallsQuery = {}, options?: AskOptions): Promise<ListCallsAnswer> {
    return this.#ask('GET', '/api/v1/calls', { options, query });
  }

  /** All calls that are looked for, as lines. The newest first, read while they are sent. The columns of CSV keep their order and new ones come at the end; a text that a spreadsheet would take for a formula has a `'` before it. Needs `calls:read`. */
  exportCalls(query: ExportCallsQuery = {}, options?: AskOptions): Promise<Response> {
    return this.#send('GET', '/api/v1/calls/export', { options, query });
  }

  /** One call with its attempts. Needs `calls:read`. */
  getCall(id: string, query: GetCallQuery = {}, options?: AskOptions): Promise<GetCallAnswer> {
    return this.#ask('GET', `/api/v1/calls/${encodeURIComponent(id)}`, { options, query });
  }

  /** What was tried for a call. Needs `calls:read`. */
  listAttempts(id: string, query: ListAttemptsQuery = {}, options?: AskOptions): Promise<ListAttemptsAnswer> {
    return this.#ask('GET', `/api/v1/calls/${encodeURIComponent(id)}/attempts`, { options, query });
  }

  /** Prompt and answer of a call. Where they were kept, which `KEELSON_LOG_BODIES` says. Whoever reads them stands in the audit log. Needs `calls.content:read`. */
  getCallContent(id: string, query: GetCallContentQuery = {}, options?: AskOptions): Promise<GetCallContentAnswer> {
    return this.#ask('GET', `/api/v1/calls/${encodeURIComponent(id)}/content`, { options, query });
  }

  /** Tokens, money and time, by period and group. The greatest of something are asked for with `step=total`, `order` and `limit`. Sums stay when the records of calls go. Beside every sum of money stands how many calls it leaves out or estimates. The first week or month has only the days from the beginning on. Needs `usage:read`. */
  readUsage(query: ReadUsageQuery = {}, options?: AskOptions): Promise<ReadUsageAnswer> {
    return this.#ask('GET', '/api/v1/usage', { options, query });
  }

  /** Keeps a receipt that a client has made. Such as that of an LLMRing client: it is kept exactly as it was brought, in a receipt of the kind `stored`, whose signature says that it was here then. Whether its own signature is right is for whoever knows the key of its client. Needs `receipts:write`. */
  storeReceipt(body: StoreReceiptBody, query: StoreReceiptQuery = {}, options?: AskOptions): Promise<StoreReceiptAnswer> {
    return this.#ask('POST', '/api/v1/receipts', { options, query, body });
  }

  /** Receipts, the newest first. Needs `receipts:read`. */
  listReceipts(query: ListReceiptsQuery = {}, options?: AskOptions): Promise<ListReceiptsAnswer> {
    return this.#ask('GET', '/api/v1/receipts', { options, query });
  }

  /** Makes a statement over many receipts. It is a receipt itself, of the kind `batch`: with what all of them add up to, by model and by alias, signed as a whole and chained like all others. Choose by `receipt_ids`, by `from` and `to`, or with `since_last`. Needs `receipts:write`. */
  issueReceipt(body: IssueReceiptBody, query: IssueReceiptQuery = {}, options?: AskOptions): Promise<IssueReceiptAnswer> {
    return this.#ask('POST', '/api/v1/receipts/issue', { options, query, body });
  }

  /** The same as `issue`, by the names that LLMRing has for it. Needs `receipts:write`. */
  generateReceipt(body: GenerateReceiptBody, query: GenerateReceiptQuery = {}, options?: AskOptions): Promise<GenerateReceiptAnswer> {
    return this.#ask('POST', '/api/v1/receipts/generate', { options, query, body });
  }

  /** What a statement would say, without making it. Needs `receipts:read`. */
  previewReceipt(body: PreviewReceiptBody, query: PreviewReceiptQuery = {}, options?: AskOptions): Promise<PreviewReceiptAnswer> {
    return this.#ask('POST', '/api/v1/receipts/preview', { options, query, body });
  }

  /** Receipts that no statement covers yet, the newest first. Needs `receipts:read`. */
  listUncertifiedReceipts(query: ListUncertifiedReceiptsQuery = {}, options?: AskOptions): Promise<ListUncertifiedReceiptsAnswer> {
    return this.#ask('GET', '/api/v1/receipts/uncertified', { options, query });
  }

  /** The receipts that a statement covers, in the order of their ids; of any other receipt, itself. Needs `receipts:read`. */
  listCoveredReceipts(id: string, query: ListCoveredReceiptsQuery = {}, options?: AskOptions): Promise<ListCoveredReceiptsAnswer> {
    return this.#ask('GET', `/api/v1/receipts/${encodeURIComponent(id)}/logs`, { options, query });
  }

  /** The public key that heads are signed with now, as PEM. Every key may ask this. */
  getPublicKeyPem(query: GetPublicKeyPemQuery = {}, options?: AskOptions): Promise<Response> {
    return this.#send('GET', '/api/v1/receipts/public-key.pem', { options, query });
  }

  /** The public key that heads are signed with now, as a JSON Web Key. Every key may ask this. */
  getPublicKeyJwk(query: GetPublicKeyJwkQuery = {}, options?: AskOptions): Promise<GetPublicKeyJwkAnswer> {
    return this.#ask('GET', '/api/v1/receipts/public-key.jwk', { options, query });
  }

  /** All public keys that heads were ever signed with, as a set of JSON Web Keys. Every key may ask this. */
  listPublicKeys(query: ListPublicKeysQuery = {}, options?: AskOptions): Promise<ListPublicKeysAnswer> {
    return this.#ask('GET', '/api/v1/receipts/public-keys.json', { options, query });
  }

  /** The signed heads of all batches, in the order of logs and numbers. They name nobody. Publish the newest ones where nobody can change them later. Needs `receipts:read`. */
  listReceiptHeads(query: ListReceiptHeadsQuery = {}, options?: AskOptions): Promise<ListReceiptHeadsAnswer> {
    return this.#ask('GET', '/api/v1/receipts/heads', { options, query });
  }

  /** The public keys that heads are signed with. Needs `receipts:read`. */
  listReceiptKeys(query: ListReceiptKeysQuery = {}, options?: AskOptions): Promise<ListReceiptKeysAnswer> {
    return this.#ask('GET', '/api/v1/receipts/keys', { options, query });
  }

  /** All receipts of a time, with all that proves them. Lines of canonical JSON for `verifyExport` of @keelson/core. The heads of all batches are there, and of the receipts those that may be seen. Needs `receipts:read`. */
  exportReceipts(query: ExportReceiptsQuery = {}, options?: AskOptions): Promise<Response> {
    return this.#send('GET', '/api/v1/receipts/export', { options, query });
  }

  /** Verifies a receipt or an export. As everybody can without us, with `verifyReceipt` and `verifyExport` of @keelson/core; longer exports than fit here are verified there. Needs `receipts:read`. */
  verifyReceipts(body: VerifyReceiptsBody, query: VerifyReceiptsQuery = {}, options?: AskOptions): Promise<VerifyReceiptsAnswer> {
    return this.#ask('POST', '/api/v1/receipts/verify', { options, query, body });
  }

  /** One receipt with its proof. What is answered is what `verifyReceipt` of @keelson/core takes, with keys from a source that you trust: no server is needed to verify it. Needs `receipts:read`. */
  getReceipt(id: string, query: GetReceiptQuery = {}, options?: AskOptions): Promise<GetReceiptAnswer> {
    return this.#ask('GET', `/api/v1/receipts/${encodeURIComponent(id)}`, { options, query });
  }

  /** Conversations of the project, the newest first. Needs `conversations:read`. */
  listConversations(query: ListConversationsQuery = {}, options?: AskOptions): Promise<ListConversationsAnswer> {
    return this.#ask('GET', '/api/v1/conversations', { options, query });
  }

  /** Begins a conversation. Needs `conversations:write`. */
  createConversation(body: CreateConversationBody, query: CreateConversationQuery = {}, options?: AskOptions): Promise<CreateConversationAnswer> {
    return this.#ask('POST', '/api/v1/conversations', { options, query, body });
  }

  /** Keeps what was said elsewhere, in a new conversation or in one that there is. Needs `conversations:write`. */
  logConversation(body: LogConversationBody, query: LogConversationQuery = {}, options?: AskOptions): Promise<LogConversationAnswer> {
    return this.#ask('POST', '/api/v1/conversations/log', { options, query, body });
  }

  /** One conversation. Needs `conversations:read`. */
  getConversation(id: string, query: GetConversationQuery = {}, options?: AskOptions): Promise<GetConversationAnswer> {
    return this.#ask('GET', `/api/v1/conversations/${encodeURIComponent(id)}`, { options, query });
  }

  /** Changes a conversation. What its logging or its retention does not allow any more goes at once. Needs `conversations:write`. */
  updateConversation(id: string, body: UpdateConversationBody, query: UpdateConversationQuery = {}, options?: AskOptions): Promise<UpdateConversationAnswer> {
    return this.#ask('PATCH', `/api/v1/conversations/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** Messages of a conversation, in order. Needs `conversations:read`. */
  listMessages(id: string, query: ListMessagesQuery = {}, options?: AskOptions): Promise<ListMessagesAnswer> {
    return this.#ask('GET', `/api/v1/conversations/${encodeURIComponent(id)}/messages`, { options, query });
  }

  /** Adds a message. Needs `conversations:write`. */
  addMessage(id: string, body: AddMessageBody, query: AddMessageQuery = {}, options?: AskOptions): Promise<AddMessageAnswer> {
    return this.#ask('POST', `/api/v1/conversations/${encodeURIComponent(id)}/messages`, { options, query, body });
  }

  /** Removes old messages, or all. Needs `conversations:write`. */
  removeMessages(id: string, query: RemoveMessagesQuery = {}, options?: AskOptions): Promise<RemoveMessagesAnswer> {
    return this.#ask('DELETE', `/api/v1/conversations/${encodeURIComponent(id)}/messages`, { options, query });
  }

  /** Adds several messages, all or none. Needs `conversations:write`. */
  addMessages(id: string, body: AddMessagesBody, query: AddMessagesQuery = {}, options?: AskOptions): Promise<AddMessagesAnswer> {
    return this.#ask('POST', `/api/v1/conversations/${encodeURIComponent(id)}/messages/batch`, { options, query, body });
  }

  /** The flows of the workspace, by name, the newest version of each. Needs `flows:read`. */
  listFlows(query: ListFlowsQuery = {}, options?: AskOptions): Promise<ListFlowsAnswer> {
    return this.#ask('GET', '/api/v1/flows', { options, query });
  }

  /** Everything that is wrong with a flow; nothing is kept. Needs `flows:read`. */
  checkFlow(body: CheckFlowBody, query: CheckFlowQuery = {}, options?: AskOptions): Promise<CheckFlowAnswer> {
    return this.#ask('POST', '/api/v1/flows/check', { options, query, body });
  }

  /** Keeps a flow, or another version of it. The name is that of its field `flow`. The same text again changes nothing and is answered with 200. What is wrong with it stands in `details.problems`, all at once. Runs that are under way go on with their version. Needs `flows:write`. */
  putFlow(name: string, body: PutFlowBody, query: PutFlowQuery = {}, options?: AskOptions): Promise<PutFlowAnswer> {
    return this.#ask('PUT', `/api/v1/flows/${encodeURIComponent(name)}`, { options, query, body });
  }

  /** One flow, with its text. Needs `flows:read`. */
  getFlow(name: string, query: GetFlowQuery = {}, options?: AskOptions): Promise<GetFlowAnswer> {
    return this.#ask('GET', `/api/v1/flows/${encodeURIComponent(name)}`, { options, query });
  }

  /** Removes a flow, and shows it a last time. No run starts with it any more; those that are under way go on. Needs `flows:write`. */
  removeFlow(name: string, query: RemoveFlowQuery = {}, options?: AskOptions): Promise<RemoveFlowAnswer> {
    return this.#ask('DELETE', `/api/v1/flows/${encodeURIComponent(name)}`, { options, query });
  }

  /** What a run would cost and how long it would take; nothing is run. Needs `flows:read`. */
  estimateFlow(name: string, body: EstimateFlowBody, query: EstimateFlowQuery = {}, options?: AskOptions): Promise<EstimateFlowAnswer> {
    return this.#ask('POST', `/api/v1/flows/${encodeURIComponent(name)}/estimate`, { options, query, body });
  }

  /** Runs of the workspace, the newest first. Needs `runs:read`. */
  listRuns(query: ListRunsQuery = {}, options?: AskOptions): Promise<ListRunsAnswer> {
    return this.#ask('GET', '/api/v1/runs', { options, query });
  }

  /** Starts a run of a flow. On behalf of the key that asks: its budgets hold, and its models. A worker takes it up; this answer does not wait for that. With a `key` that was used before, the run of that time is answered with 200. Needs `runs:write`. */
  startRun(body: StartRunBody, query: StartRunQuery = {}, options?: AskOptions): Promise<StartRunAnswer> {
    return this.#ask('POST', '/api/v1/runs', { options, query, body });
  }

  /** One run. Needs `runs:read`. */
  getRun(id: string, query: GetRunQuery = {}, options?: AskOptions): Promise<GetRunAnswer> {
    return this.#ask('GET', `/api/v1/runs/${encodeURIComponent(id)}`, { options, query });
  }

  /** What a run did and what its nodes wait for, in the order of their paths. Needs `runs:read`. */
  listRunSteps(id: string, query: ListRunStepsQuery = {}, options?: AskOptions): Promise<ListRunStepsAnswer> {
    return this.#ask('GET', `/api/v1/runs/${encodeURIComponent(id)}/steps`, { options, query });
  }

  /** Ends a run. With the runs that it started. What it has done stays done. One that is over is refused. Needs `runs:write`. */
  cancelRun(id: string, body: CancelRunBody, query: CancelRunQuery = {}, options?: AskOptions): Promise<CancelRunAnswer> {
    return this.#ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/cancel`, { options, query, body });
  }

  /** A new run with the results of one that is over. But for the paths that are named, and for approvals, which are asked again. It is on behalf of whoever started the first one. Needs `runs:write`. */
  replayRun(id: string, body: ReplayRunBody, query: ReplayRunQuery = {}, options?: AskOptions): Promise<ReplayRunAnswer> {
    return this.#ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/replay`, { options, query, body });
  }

  /** Says what becomes of a run that is stopped. A run stops when no worker has its version, and after a backup was restored. The answer is the run that goes on. Needs `runs:write`. */
  resolveRun(id: string, body: ResolveRunBody, query: ResolveRunQuery = {}, options?: AskOptions): Promise<ResolveRunAnswer> {
    return this.#ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/resolve`, { options, query, body });
  }

  /** Sends a run an event. For a node that waits for this name, also one that comes to wait later. A run that is over is refused. Needs `runs:write`. */
  signalRun(id: string, body: SignalRunBody, query: SignalRunQuery = {}, options?: AskOptions): Promise<SignalRunAnswer> {
    return this.#ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/signals`, { options, query, body });
  }

  /** Says what an interrupted step came to, where somebody knows. For a step that was under way when its worker died and may not be done twice. The run goes on with this result. Needs `runs:write`. */
  supplyRunResult(id: string, body: SupplyRunResultBody, query: SupplyRunResultQuery = {}, options?: AskOptions): Promise<SupplyRunResultAnswer> {
    return this.#ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/results`, { options, query, body });
  }

  /** What happens to a run, from its beginning to its end. Server-sent events: `step` with a step as GET /runs/{id}/steps shows it, `note` (a failed attempt, or what recovery makes of it), `waiting` with all that it waits for, `end` with the run, after which nothing comes. With `runs.content:read` also outputs, and `text` with pieces of answers as they come, which are kept nowhere. A stream without `end` broke off: ask again with `after`. Needs `runs:read`. */
  followRun(id: string, query: FollowRunQuery = {}, options?: AskOptions): Promise<Response> {
    return this.#send('GET', `/api/v1/runs/${encodeURIComponent(id)}/events`, { options, query });
  }

  /** What runs of the workspace ask people, the newest first. Needs `runs:read`. */
  listApprovals(query: ListApprovalsQuery = {}, options?: AskOptions): Promise<ListApprovalsAnswer> {
    return this.#ask('GET', '/api/v1/approvals', { options, query });
  }

  /** The same for whoever was sent its token, and needs no key. The answer shows what was asked. It stands in the audit log as decided by `nobody`. Nobody needs a key for this. */
  decideByToken(body: DecideByTokenBody, options?: AskOptions): Promise<DecideByTokenAnswer> {
    return this.#ask('POST', '/api/v1/approvals/decide', { options, body });
  }

  /** Approves what a run asks, or rejects it. Once: what was decided, or has expired, is refused. Needs `runs:approve`. */
  decideApproval(id: string, body: DecideApprovalBody, query: DecideApprovalQuery = {}, options?: AskOptions): Promise<DecideApprovalAnswer> {
    return this.#ask('POST', `/api/v1/approvals/${encodeURIComponent(id)}/decide`, { options, query, body });
  }

  /** The schedules of the workspace. Needs `runs:read`. */
  listSchedules(query: ListSchedulesQuery = {}, options?: AskOptions): Promise<ListSchedulesAnswer> {
    return this.#ask('GET', '/api/v1/schedules', { options, query });
  }

  /** Makes a schedule, or puts another in its place. Its runs are on behalf of the key that puts it. A time that nobody was there for is made up for once. Needs `runs:write`. */
  putSchedule(id: string, body: PutScheduleBody, query: PutScheduleQuery = {}, options?: AskOptions): Promise<PutScheduleAnswer> {
    return this.#ask('PUT', `/api/v1/schedules/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** One schedule. Needs `runs:read`. */
  getSchedule(id: string, query: GetScheduleQuery = {}, options?: AskOptions): Promise<GetScheduleAnswer> {
    return this.#ask('GET', `/api/v1/schedules/${encodeURIComponent(id)}`, { options, query });
  }

  /** Removes a schedule, and shows it a last time. Runs that it started go on. Needs `runs:write`. */
  removeSchedule(id: string, query: RemoveScheduleQuery = {}, options?: AskOptions): Promise<RemoveScheduleAnswer> {
    return this.#ask('DELETE', `/api/v1/schedules/${encodeURIComponent(id)}`, { options, query });
  }

  /** What the cache of answers holds and has saved. Needs `cache:read`. */
  getCache(query: GetCacheQuery = {}, options?: AskOptions): Promise<GetCacheAnswer> {
    return this.#ask('GET', '/api/v1/cache', { options, query });
  }

  /** Forgets the answers of a workspace, or of all of an organisation. Calls that are under way may keep theirs afterwards. With the store `memory` each process has its own, and only the one that answers this forgets. Needs `cache:write`. */
  clearCache(query: ClearCacheQuery = {}, options?: AskOptions): Promise<ClearCacheAnswer> {
    return this.#ask('DELETE', '/api/v1/cache', { options, query });
  }

  /** What is in force, and where each value comes from. Secrets are never in it: a configuration names where they are. Needs `settings:read`. */
  getConfiguration(options?: AskOptions): Promise<GetConfigurationAnswer> {
    return this.#ask('GET', '/api/v1/configuration', { options });
  }

  /** Puts a configuration in force and writes it to the file. Whole or not at all; with one mistake in it nothing changes, and the mistake is named with its line. Needs `settings:write`. */
  putConfiguration(body: PutConfigurationBody, options?: AskOptions): Promise<PutConfigurationAnswer> {
    return this.#ask('PUT', '/api/v1/configuration', { options, body });
  }

  /** The JSON Schema of the configuration file. Needs `settings:read`. */
  getConfigurationSchema(options?: AskOptions): Promise<GetConfigurationSchemaAnswer> {
    return this.#ask('GET', '/api/v1/configuration/schema', { options });
  }

  /** What would become of a configuration. Nothing changes, and no secret is read. Needs `settings:read`. */
  checkConfiguration(body: CheckConfigurationBody, options?: AskOptions): Promise<CheckConfigurationAnswer> {
    return this.#ask('POST', '/api/v1/configuration/check', { options, body });
  }

  /** Reads the files again, and the secrets that they name. Needs `settings:write`. */
  reloadConfiguration(options?: AskOptions): Promise<ReloadConfigurationAnswer> {
    return this.#ask('POST', '/api/v1/configuration/reload', { options });
  }

  /** Configurations that were in force, the newest first. Needs `settings:read`. */
  listConfigurations(query: ListConfigurationsQuery = {}, options?: AskOptions): Promise<ListConfigurationsAnswer> {
    return this.#ask('GET', '/api/v1/configuration/history', { options, query });
  }

  /** Puts a configuration of the history in force again. Needs `settings:write`. */
  rollBackConfiguration(body: RollBackConfigurationBody, options?: AskOptions): Promise<RollBackConfigurationAnswer> {
    return this.#ask('POST', '/api/v1/configuration/roll-back', { options, body });
  }

  /** Asks for an organisation, a project in it and a key. Refused unless KEELSON_REGISTRATION allows it. That the terms were accepted, and by whom, stands in the audit log of the installation. Nobody needs a key for this. */
  register(body: RegisterBody, options?: AskOptions): Promise<RegisterAnswer> {
    return this.#ask('POST', '/api/v1/register', { options, body });
  }

  /** Registrations, the newest first. Needs `organisation:write`. */
  listRegistrations(query: ListRegistrationsQuery = {}, options?: AskOptions): Promise<ListRegistrationsAnswer> {
    return this.#ask('GET', '/api/v1/registrations', { options, query });
  }

  /** Approves a registration, or refuses it. Needs `organisation:write`. */
  decideRegistration(id: string, body: DecideRegistrationBody, options?: AskOptions): Promise<DecideRegistrationAnswer> {
    return this.#ask('POST', `/api/v1/registrations/${encodeURIComponent(id)}/decide`, { options, body });
  }

  /** Makes the key of a registration good, with what was sent. Nobody needs a key for this. */
  confirmRegistration(body: ConfirmRegistrationBody, options?: AskOptions): Promise<ConfirmRegistrationAnswer> {
    return this.#ask('POST', '/api/v1/register/confirm', { options, body });
  }

  /** Who did what, the newest first. With a filter by the beginning of actions a page may hold fewer entries than asked for, or none, and still have a next one. Needs `audit:read`. */
  listAuditEntries(query: ListAuditEntriesQuery = {}, options?: AskOptions): Promise<ListAuditEntriesAnswer> {
    return this.#ask('GET', '/api/v1/audit', { options, query });
  }

  /** Whether anybody has been at the audit log. It reads all of the log, which takes a while where it is long. Needs `audit:read`. */
  verifyAuditLog(query: VerifyAuditLogQuery = {}, options?: AskOptions): Promise<VerifyAuditLogAnswer> {
    return this.#ask('GET', '/api/v1/audit/verification', { options, query });
  }

  /** The whole audit log, in its order, a line for each entry. Each line is the canonical JSON that was hashed, with the hash as one more field: SHA-256 of a line without its `hash` is that hash. The names are therefore those of the log itself, and times are milliseconds since 1970. Needs `audit:read`. */
  exportAuditLog(query: ExportAuditLogQuery = {}, options?: AskOptions): Promise<Response> {
    return this.#send('GET', '/api/v1/audit/export', { options, query });
  }
}
