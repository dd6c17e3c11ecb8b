// Tools that a model may ask for, approvals and the MCP client will live here. The loop that calls them
// belongs to agents.

export {};
