// The secret type, encryption at rest and the sources of secrets (environment, file, command, vaults) will
// live here. Who may use a secret is decided elsewhere.

export {};
