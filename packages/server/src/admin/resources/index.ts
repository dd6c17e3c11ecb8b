// The operations of the management API, a file for each thing that is managed. How they are answered stands in `contract`.
export { alertRoutes } from './alerts.ts';
export { aliasRoutes } from './aliases.ts';
export { auditRoutes } from './audit.ts';
export { budgetRoutes } from './budgets.ts';
export { cacheRoutes } from './cache.ts';
export { callRoutes } from './calls.ts';
export { configurationRoutes } from './configuration.ts';
export { credentialRoutes } from './credentials.ts';
export { keyRoutes } from './keys.ts';
export { meRoutes } from './me.ts';
export { modelRoutes } from './models.ts';
export { organisationRoutes, workspaceRoutes } from './organisations.ts';
export { statementRoutes } from './receipt-statements.ts';
export { receiptRoutes } from './receipts.ts';
export { tailRoutes } from './tail.ts';
export { usageRoutes } from './usage.ts';
