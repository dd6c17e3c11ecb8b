// Flows that are kept, estimated, run durably and answered. `flows.ts` is the contract.
export type * from './flows.ts';
