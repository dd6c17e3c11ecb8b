/** The flows of the database of this machine, with an engine over the keys that are here. */

import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { KeelsonError } from '@keelson/core';
import {
  createEngineModel,
  createEnvironment,
  createIds,
  createSigner,
  openFlows,
  openLocalEngine,
  readMasterKeys,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { findReceiptDatabase } from '../receipts/local-receipts.ts';
import { readProviders } from '../set-up-providers.ts';
import type { FlowDesk } from './flow-desk.ts';
import { createLocalDesk } from './local-desk.ts';
import type { FlowNeeds } from './open-flows.ts';

export async function openLocalDesk(
  input: Input,
  surroundings: Surroundings,
  { makesDatabase = false }: FlowNeeds,
): Promise<{ readonly desk: FlowDesk; close(): Promise<void> }> {
  const { target, name, folder } = await findReceiptDatabase(input, surroundings);
  if (!makesDatabase && target.kind === 'sqlite' && !existsSync(target.path))
    throw new KeelsonError('configuration_invalid', `There is no database at \`${name}\`.`, {
      hint: '`keelson flow run` makes it; KEELSON_DATA or --data names another folder.',
    });
  const { providers } = readProviders(surroundings.environment);
  const local = await openLocalEngine({
    folder: surroundings.folder,
    environment: surroundings.environment,
    providers,
    data: folder,
  });
  const { engine, storage } = local;
  if (storage === undefined) throw new Error();
  const flows = openFlows({
    storage,
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    signer: createSigner(readMasterKeys({ folder, random: systemRandom }), 'approvals'),
    host: hostname(),
    environmentOf: (identity) =>
      createEnvironment({
        callModel: createEngineModel({ call: engine.call, newId: engine.newId, identity }),
      }),
  });
  const workspace = input.text('workspace') ?? 'default';
  const desk = createLocalDesk({
    flows,
    workspace,
    identity: { keyId: 'command-line', workspace },
    by: `command line of ${userInfo().username}`,
    place: name,
    hasProviders: providers.length > 0,
  });
  const close = async () => {
    await flows.close();
    await local.close();
  };
  return { desk, close };
}
