/**
 * Flows in somebody's own process: over the database of a data folder, with the providers whose keys are in the environment. Without
 * any key flows can still be read, estimated, listed and answered; only a call needs one.
 */
import type { Identity } from './calls/index.ts';
import { type FlowCode, type Flows, openFlowsOfEngine } from './flows/index.ts';
import { silentLog, systemClock, systemRandom } from './observability/index.ts';
import { type LocalEngine, type LocalSettings, openLocalEngine } from './open-local-engine.ts';
import type { Storage } from './storage/index.ts';

/** The first workspace of every database; budgets of a key do not bind whoever sits at the machine. */
const localIdentity: Identity = { keyId: 'local', workspace: 'default', organisation: 'default' };

export interface LocalFlowsSettings extends LocalSettings {
  readonly data: string;
  /** Of the process; keys of providers, the master key and hosts that requests may go to are looked for in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly code?: FlowCode;
}

export interface LocalFlows extends Pick<LocalEngine, 'engine'> {
  readonly storage: Storage;
  readonly flows: Flows;
  /** On whose behalf flows run here. */
  readonly identity: Identity;
  close(): Promise<void>;
}

export async function openLocalFlows(settings: LocalFlowsSettings): Promise<LocalFlows> {
  const { data: folder, environment, code, log = silentLog } = settings;
  const local = await openLocalEngine({ ...settings, mayHaveNoProvider: true });
  const { engine, storage } = local;
  if (storage === undefined) throw new Error('A data folder always has a storage.');
  const opened = await openFlowsOfEngine({
    ...{ engine, storage, folder, environment, clock: systemClock, random: systemRandom, log },
    ...(code !== undefined && { code }),
  });
  const close = async (): Promise<void> => {
    await opened.close();
    await local.close();
  };
  return { flows: opened.flows, engine, storage, identity: localIdentity, close };
}
