/** Faults: their table, how one is written, when it strikes. Carrying them out belongs to the exchange. */
export { type Fault, parseFault, type Struck, whyInapplicable } from './fault.ts';
export { type FaultName, faultNames, faultRow } from './fault-table.ts';
