/** The flows of the database of this machine, with an engine over the keys that are here. */
import { hostname, userInfo } from 'node:os';
import { KeelsonError } from '@keelson/core';
import {
  checkDatabase,
  createEngineModel,
  createEnvironment,
  createHttpSender,
  createIds,
  createModelFinder,
  createSigner,
  type FlowsDeps,
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
import { createDraftVersions } from './draft-versions.ts';
import type { FlowDesk } from './flow-desk.ts';
import { createLocalDesk } from './local-desk.ts';
import type { FlowNeeds } from './open-flows.ts';
import { pretendProviders } from './pretend-providers.ts';

export async function openLocalDesk(
  input: Input,
  surroundings: Surroundings,
  { makesDatabase = false, isDraft = false }: FlowNeeds,
): Promise<{ readonly desk: FlowDesk; close(): Promise<void> }> {
  const { target, name, folder } = await findReceiptDatabase(input, surroundings);
  const isThere = (await checkDatabase(target)) === 'answers';
  if (!isThere && !makesDatabase && !isDraft) throw noDatabase(name);
  const { providers } = readProviders(surroundings.environment);
  const local = await openLocalEngine({
    folder: surroundings.folder,
    environment: surroundings.environment,
    providers: isDraft && providers.length === 0 ? pretendProviders() : providers,
    ...((isThere || makesDatabase) && { data: folder }),
  });
  const { engine, storage } = local;
  const findModel = createModelFinder({ routing: engine.routing, registry: engine.registry });
  const flows = openFlows({
    storage: (isDraft
      ? { ...storage, flowVersions: createDraftVersions(storage?.flowVersions) }
      : storage) as FlowsDeps['storage'],
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    signer: createSigner(readMasterKeys({ folder: isDraft ? '/tmp' : folder, random: systemRandom }), 'approvals'),
    host: hostname(),
    environmentOf: (identity) =>
      createEnvironment({
        callModel: createEngineModel({ call: engine.call, newId: engine.newId, identity }),
        findModel,
        sendHttp: createHttpSender(),
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

function noDatabase(name: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `There is no database at \`${name}\`.`, {
    hint: '`keelson flow run` makes it; KEELSON_DATA or --data names another folder.',
  });
}
