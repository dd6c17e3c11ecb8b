/** A fake vendor over real HTTP that speaks every dialect of core, scripted and faulty on demand. */
export type { FaultOptions, Match, ScriptOptions } from './director.ts';
export type { FaultName } from './faults/index.ts';
export type { Answered, Counts, RecordedRequest } from './recorder.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
