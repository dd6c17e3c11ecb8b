/** What the handlers of all requests share: one simulated vendor with its routes, directions and memory. */
import type { Clock } from '../clock.ts';
import type { Director } from '../director.ts';
import type { Listener } from '../http/index.ts';
import type { Recorder } from '../recorder.ts';
import type { Route } from '../routes.ts';

export interface Simulation {
  readonly routes: readonly Route[];
  readonly director: Director;
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Ids of answers are made from it. */
  readonly seed: number;
  /** Known once it listens, which it does before the first request comes. */
  listener: Pick<Listener, 'isRefusing' | 'refuseFor'>;
  log(line: string): void;
}
