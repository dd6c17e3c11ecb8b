// What whoever runs the server asks of it: metrics, a tail of calls, and the management API, thin routes over the engine. Business
// rules do not belong here.
export { type ApiParts, registerApi } from './api.ts';
export { collectOwnMetrics, type MetricsRoute, registerMetrics } from './metrics-route.ts';
export { openOperations } from './operations.ts';
