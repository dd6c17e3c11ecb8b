// What every operation of the management API is made of, and how it is answered. What the operations are stands in `resources`.
export { apiErrorSchema } from './api-errors.ts';
export {
  type AnyApiRoute,
  type ApiCall,
  type ApiCaller,
  type ApiStream,
  route,
} from './api-route.ts';
export { checkValue } from './check-value.ts';
export { decodeCursor, encodeCursor, limitOf, type Page, pageFields, pageOf, slicePage } from './pages.ts';
export * from './schema.ts';
export { type ApiServing, type AuditNote, apiBase, questionOf, serveApi } from './serve-api.ts';
