/** Starts a simulated vendor and hands out what a test needs of it. How requests are answered is `exchange/`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, systemClock } from './clock.ts';
import { Director, type FaultOptions, type ScriptOptions } from './director.ts';
import { handleRequest, type Simulation } from './exchange/index.ts';
import { openListener } from './http/index.ts';
import { parseDuration, refuseScript } from './notation/index.ts';
import { type Counts, type RecordedRequest, Recorder } from './recorder.ts';
import { createRoutes } from './routes.ts';

export interface SimulatorOptions {
  /** 127.0.0.1 unless told otherwise: the simulator accepts every key and belongs on this machine. */
  readonly host?: string;
  /** A free port unless told otherwise. */
  readonly port?: number;
  /** Ids, invented words and faults at a rate repeat with it. */
  readonly seed?: number;
  /** Told one line per answered request. */
  readonly log?: (line: string) => void;
  readonly clock?: Clock;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** What it was asked, oldest first; the last 1,000 are kept. */
  readonly requests: readonly RecordedRequest[];
  readonly counts: Counts;
  /** Connections that were ever accepted. */
  readonly connections: number;
  /** Has the next matching requests answered by a script of keywords; `[[then]]` divides it into several answers. */
  script(keywords: string, options?: ScriptOptions): void;
  /** Has matching requests struck by a fault, at a rate. */
  fault(fault: string, options?: FaultOptions): void;
  /** Refuses connections for a while (`2s`, `300ms`), then listens on the same port again. */
  refuse(duration: string): void;
  /** Forgets scripts, faults, requests and counts. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * @example
 * const simulator = await startSimulator({ seed: 1 });
 * simulator.script('[[text: Hello]]');
 * // … a client with the base URL `${simulator.url}/v1` is told Hello …
 * await simulator.close();
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, seed = 1, clock = systemClock, log = () => {} } = options;
  const [director, recorder] = [new Director(seed), new Recorder()];
  const simulation: Simulation = {
    routes: createRoutes(seed),
    director,
    recorder,
    clock,
    seed,
    log,
    listener: notYet,
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void handleRequest(simulation, request, response);
  };
  const listener = await openListener({ host, port, answer });
  simulation.listener = listener;
  return {
    url: listener.url,
    port: listener.port,
    get requests() {
      return recorder.requests;
    },
    get counts() {
      return recorder.counts;
    },
    get connections() {
      return listener.connections;
    },
    script: (keywords, scriptOptions) => director.addScript(keywords, scriptOptions),
    fault: (fault, faultOptions) => director.addFault(fault, faultOptions),
    refuse: (duration) => listener.refuseFor(readDuration(duration)),
    reset: () => {
      director.reset();
      recorder.reset();
    },
    close: () => listener.close(),
  };
}

const notYet: Simulation['listener'] = { isRefusing: false, refuseFor: () => {} };

function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw refuseScript(`\`${text}\` must be a duration such as \`300ms\` or \`2s\`, a day at most.`);
}
