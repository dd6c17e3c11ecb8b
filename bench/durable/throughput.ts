// What an engine of durable runs gets done, and the CPU time that its workers need for it.
export interface Throughput {
  readonly perSecond: number;
  readonly cpuMsPerRun: number;
}
