// Budgets and rate limits, kept by leases that cannot be overrun, will live here. Prices do not belong here;
// they come with the plan.

export {};
