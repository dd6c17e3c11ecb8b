/** The flows of the database of this machine, with an engine over the keys that are here. */
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';
import {
  checkDatabase,
  createEnvironment,
  createModelFinder,
  type Engine,
  type Flows,
  type FlowsDeps,
  openFlows,
  openFlowsOfEngine,
  openLocalEngine,
  openStorage,
  receiptKeysFromEnvironment,
  type Storage,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { getRegistry, namedRegistry } from '../open-registry.ts';
import { findReceiptDatabase, type ReceiptDatabase } from '../receipts/local-receipts.ts';
import { readProviders } from '../set-up-providers.ts';
import { createDraftVersions } from './draft-versions.ts';
import type { FlowDesk } from './flow-desk.ts';
import { createLocalDesk } from './local-desk.ts';
import type { FlowNeeds } from './open-flows.ts';
import { pretendProviders } from './pretend-providers.ts';
import { sameFlags } from './same-flags.ts';

interface Opened {
  readonly flows: Flows;
  close(): Promise<void>;
}

const deps = { clock: systemClock, random: systemRandom, log: silentLog };

export async function openLocalDesk(
  input: Input,
  surroundings: Surroundings,
  needs: FlowNeeds,
): Promise<{ readonly desk: FlowDesk; close(): Promise<void> }> {
  const database = await findReceiptDatabase(input, surroundings);
  const storage = await openKept(database, needs);
  const { providers } = readProviders(surroundings.environment);
  const isAsking = needs.isDraft === true && providers.length === 0;
  const local = await openLocalEngine({
    ...(await namesOf(input, surroundings)),
    providers: isAsking ? pretendProviders() : providers,
    ...(storage !== undefined && !needs.isDraft && { engine: await keepingCalls(database, storage) }),
  });
  const opened = await openOver(local.engine, storage, { database, isDraft: needs.isDraft === true });
  const workspace = input.text('workspace') ?? 'default';
  const desk = createLocalDesk({
    flows: opened.flows,
    workspace,
    identity: { keyId: 'local', workspace, organisation: 'default' },
    by: `command line of ${userInfo().username}`,
    place: database.name,
    flags: sameFlags(input),
    hasProviders: providers.length > 0,
  });
  const close = async (): Promise<void> => {
    await opened.close();
    await local.close();
    await storage?.close();
  };
  return { desk, close };
}

/** Undefined where there is none, and none need be. */
async function openKept(
  { target, name }: ReceiptDatabase,
  { makesDatabase, isDraft }: FlowNeeds,
): Promise<Storage | undefined> {
  if (makesDatabase || (await checkDatabase(target)) === 'answers') return openStorage(target, deps);
  if (isDraft) return undefined;
  throw new KeelsonError('configuration_invalid', `There is no database at \`${name}\`.`, {
    hint: '`keelson flow run` and `keelson flow keep` make it; KEELSON_DATA or --data names another folder.',
  });
}

/** A command that asks no models has nothing to do with lockfiles, also not with broken ones. */
async function namesOf(input: Input, surroundings: Surroundings) {
  const { folder, environment } = surroundings;
  if (!input.knows('lockfile')) return { folder, environment, lockfile: false as const };
  const [lockfile, profile] = [input.text('lockfile'), input.text('profile')];
  return {
    folder,
    environment,
    ...(lockfile !== undefined && { lockfile: resolve(folder, lockfile) }),
    ...(profile !== undefined && { profile }),
    ...(namedRegistry(input, surroundings) !== undefined && {
      registry: await getRegistry(input, surroundings),
    }),
  };
}

/** Records and receipts, as the gateway keeps them. */
async function keepingCalls({ environment, folder }: ReceiptDatabase, storage: Storage) {
  const place = { ...deps, storage: storage.receipts, folder };
  return { storage, receiptKeys: await receiptKeysFromEnvironment(environment, place) };
}

interface Over {
  readonly database: ReceiptDatabase;
  readonly isDraft: boolean;
}

async function openOver(
  engine: Engine,
  storage: Storage | undefined,
  { database: { folder, environment }, isDraft }: Over,
): Promise<Opened> {
  if (storage === undefined) return openWithoutDatabase(engine);
  const flowVersions = createDraftVersions(storage.flowVersions);
  const kept = isDraft ? { ...storage, flowVersions } : storage;
  return openFlowsOfEngine({ engine, storage: kept, folder, environment, ...deps });
}

/** Of a draft, nothing is asked but flows and what they would cost. */
function openWithoutDatabase({ routing, registry, newId }: Engine): Opened {
  const environment = createEnvironment({ findModel: createModelFinder({ routing, registry }) });
  const flows = openFlows({
    ...{ ...deps, newId, host: hostname(), environmentOf: () => environment },
    storage: { flowVersions: createDraftVersions(undefined) } as FlowsDeps['storage'],
    signer: { sign: refuseToSign, verify: () => false },
  });
  return { flows, close: () => flows.close() };
}

function refuseToSign(): never {
  throw new Error('A draft signs nothing.');
}
