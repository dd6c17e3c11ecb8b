/** What differs between vendors beside their wire formats: how they name things, and how they fail. */
export { renderFault } from './render-fault.ts';
export { streamTypeOf } from './stream-type.ts';
export { idsOf } from './vendor-ids.ts';
export { vendorOf } from './vendor-of.ts';
