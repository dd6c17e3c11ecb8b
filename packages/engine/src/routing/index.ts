// From an alias to a plan will live here, and what a plan may do on failure: retry, fall back, hedge, break
// circuits. Sending bytes does not belong here.

export {};
