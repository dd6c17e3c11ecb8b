// The pipeline of one call will live here, the first room for a visitor to read: plan, reserve, look up,
// attempt, settle, receipt. Each step's own rules belong in the rooms below.

export {};
