/** Whose prompts and answers are kept, by a policy that may change; what was kept by an earlier one is still written. */
import { type BodyLog, type BodyPolicy, createBodyLog } from '../calls/index.ts';
import { type Log, systemClock } from '../observability/index.ts';
import type { Storage } from '../storage/index.ts';

interface BodySettings {
  readonly logBodies?: BodyPolicy;
  readonly storage?: Storage;
}

export class BodyKeeping {
  readonly #settings: BodySettings;
  readonly #log: Log;
  #made: BodyLog | undefined;
  /** Undefined while nobody's are kept, so that calls pay nothing for it. */
  now: BodyLog | undefined;

  constructor(settings: BodySettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.setPolicy(settings.logBodies ?? 'none');
  }

  get queue(): BodyLog['queue'] | undefined {
    return this.#made?.queue;
  }

  setPolicy(policy: BodyPolicy): void {
    const { storage } = this.#settings;
    this.now = undefined;
    if (policy === 'none' || storage === undefined) return;
    this.#made ??= createBodyLog({ policy, bodies: storage.bodies, clock: systemClock, log: this.#log });
    this.#made.policy = policy;
    this.now = this.#made;
  }

  async close(): Promise<void> {
    await this.#made?.close();
  }
}
