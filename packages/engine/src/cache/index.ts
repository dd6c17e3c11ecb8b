// The exact and the semantic answer cache will live here, scoped to the tenant by construction. The semantic
// cache is given `embed` as a function.

export {};
