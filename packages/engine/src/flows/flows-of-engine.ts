/**
 * Flows on an engine: their prompts are its calls, on behalf of whoever started the run, their requests go out under its rules,
 * and what their blocks took is counted in its database.
 */
import { hostname } from 'node:os';
import { type Registry, refuse } from '@keelson/core';
import {
  type BlockEnvironment,
  createEngineModel,
  createEnvironment,
  createHttpSender,
  createModelFinder,
  type EngineModelSettings,
  type ModelFinderSettings,
  StatsDatabase,
} from '../blocks/index.ts';
import type { Identity } from '../calls/index.ts';
import type { Clock, Log, Random } from '../observability/index.ts';
import { readProxies, signerFromEnvironment } from '../providers/index.ts';
import type { Storage } from '../storage/index.ts';
import type { FlowModels } from './flow-models.ts';
import type { FlowCode, Flows } from './flows.ts';
import { openFlows } from './open-flows.ts';

export interface FlowEngine extends Pick<EngineModelSettings, 'call' | 'newId'> {
  readonly routing: ModelFinderSettings['routing'];
  readonly registry: Registry;
}

export interface FlowSurroundings {
  readonly engine: FlowEngine;
  readonly storage: Storage;
  /** Of the installation: the master key is there, unless the environment names one. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly code?: FlowCode;
  /** Days after which runs that are over go, with all that was in them; they stay for ever without it. */
  readonly retentionDays?: number;
}

type Environments = (identity: Identity) => BlockEnvironment;

export interface FlowsOfEngine {
  readonly flows: Flows;
  /** The same flows, for callers who ask them like models. */
  readonly models: FlowModels;
  /** Before the engine and its storage. */
  close(): Promise<void>;
}

export async function openFlowsOfEngine(surroundings: FlowSurroundings): Promise<FlowsOfEngine> {
  const { engine, storage, environment, clock, log, code } = surroundings;
  const { newId } = engine;
  const stats = new StatsDatabase({ storage, clock, log, newId });
  const environmentOf = createEnvironments(surroundings, stats);
  const flows = openFlows({
    ...{ storage, clock, log, newId, environmentOf, host: hostname() },
    signer: await signerFromEnvironment(environment, 'approvals', surroundings),
    ...(code !== undefined && { code }),
  });
  const stopSweeping = sweepEveryHour(flows, surroundings);
  const close = async (): Promise<void> => {
    stopSweeping();
    await flows.close();
    await stats.close();
  };
  return { flows, models: createFlowModels(flows, environmentOf), close };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function sweepEveryHour(flows: Flows, { clock, log, retentionDays }: FlowSurroundings): () => void {
  if (retentionDays === undefined) return () => {};
  return clock.every(hourMs, () => {
    flows.removeEndedBefore(clock.now() - retentionDays * dayMs).catch((error: unknown) => {
      log.warn('Old runs of flows could not be removed; another try follows.', { error });
    });
  });
}

/** Run in memory: whoever waits for an answer on the line would not be there any more when somebody approves. */
function createFlowModels(flows: Flows, environmentOf: Environments): FlowModels {
  return {
    find: async (name, identity) => {
      const found = await flows.find({ workspace: identity.workspace, flow: name });
      return found && { ...found, environment: environmentOf(identity) };
    },
    list: ({ workspace }) => flows.list({ workspace, limit: mostListed }),
  };
}

const mostListed = 1000;

function createEnvironments(
  { engine, storage, environment, clock, random, log }: FlowSurroundings,
  stats: StatsDatabase,
): Environments {
  const { call, newId, routing, registry } = engine;
  const allowedHosts = (environment.KEELSON_FLOW_HOSTS ?? '').split(',').filter((host) => host.trim() !== '');
  const sendHttp = createHttpSender({
    allowedHosts: allowedHosts.map((host) => host.trim()),
    proxy: readProxies(environment),
    clock,
  });
  return (identity) => {
    const profile = identity.profiles?.[0];
    const callModel = createEngineModel({ call, newId, identity });
    return createEnvironment({
      ...{ clock, random, log, newId },
      stats: stats.forWorkspace(identity.workspace),
      callModel: async (asked) => {
        await refuseEnded(identity, storage, clock);
        return callModel(asked);
      },
      sendHttp: async (question) => {
        await refuseEnded(identity, storage, clock);
        return sendHttp(question);
      },
      findModel: createModelFinder({ routing, registry, profile }),
    });
  };
}

/** Runs and schedules outlive the request that made them, and must not outlive the trust in whoever made it. */
async function refuseEnded(
  { keyId }: Identity,
  { keys }: Pick<Storage, 'keys'>,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  // One that has no row is nobody's from outside.
  const { revokedAt, expiresAt = Number.POSITIVE_INFINITY } = (await keys.find(keyId)) ?? {};
  if (revokedAt !== undefined || expiresAt <= clock.now()) throw refuse('key_revoked', { keyId });
}
