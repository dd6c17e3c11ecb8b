// Definitions of blocks and flows, graph checks and estimates will live here. Running them does not belong
// here.

export {};
