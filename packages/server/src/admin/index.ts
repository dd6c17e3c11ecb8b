// What whoever runs the server asks of it: metrics and a tail of calls; the admin API will live here as well, thin routes over the
// engine. Business rules do not belong here.
export { collectOwnMetrics, type MetricsRoute, registerMetrics } from './metrics-route.ts';
export { openOperations } from './operations.ts';
export { registerTail, type TailRoute } from './tail-route.ts';
