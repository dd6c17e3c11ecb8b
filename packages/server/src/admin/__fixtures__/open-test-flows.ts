/** Flows of a server in tests: over its storage and its engine, with a worker that notices quickly. */
import {
  createEngineModel,
  createEnvironment,
  createIds,
  createSigner,
  type Engine,
  type Flows,
  openFlows,
  parseMasterKeys,
  Secret,
  silentLog,
  type Storage,
  systemClock,
  systemRandom,
} from '@keelson/engine';

export async function openTestFlows({
  engine,
  storage,
}: {
  readonly engine: Engine;
  readonly storage: Storage;
}): Promise<Flows> {
  const newId = createIds(systemClock, systemRandom);
  const flows = openFlows({
    ...{ storage, newId, clock: systemClock, log: silentLog, host: 'here' },
    signer: createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals'),
    environmentOf: (identity) =>
      createEnvironment({ callModel: createEngineModel({ call: engine.call, newId, identity }) }),
  });
  await flows.openWorker({ leaseMs: 600, pollMs: 20, graceMs: 100 });
  return flows;
}
