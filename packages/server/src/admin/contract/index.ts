// What every operation of the management API is made of, and how it is answered. What the operations are stands in `resources`.
export {
  type AnyApiRoute,
  type ApiCall,
  ApiKnown,
  route,
} from './api-route.ts';
export { checkValue } from './check-value.ts';
export { decodeCursor, encodeCursor, limitOf, type Page, pageFields, pageOf, slicePage } from './pages.ts';
export * from './schema.ts';
export { type AuditNote, questionOf, serveApi } from './serve-api.ts';
