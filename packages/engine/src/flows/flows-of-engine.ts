/**
 * Flows on an engine: their prompts are its calls, on behalf of whoever started the run, their requests go out under its rules,
 * and what their blocks took is counted in its database.
 */
import { hostname } from 'node:os';
import type { Registry } from '@keelson/core';
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
}

export interface FlowsOfEngine {
  readonly flows: Flows;
  /** For running a flow in memory, on somebody's behalf. */
  readonly environmentOf: (identity: Identity) => BlockEnvironment;
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
  const close = async (): Promise<void> => {
    await flows.close();
    await stats.close();
  };
  return { flows, environmentOf, close };
}

function createEnvironments(
  { engine, environment, clock, random, log }: FlowSurroundings,
  stats: StatsDatabase,
): FlowsOfEngine['environmentOf'] {
  const { call, newId, routing, registry } = engine;
  const allowedHosts = (environment.KEELSON_FLOW_HOSTS ?? '').split(',').filter((host) => host.trim() !== '');
  const sendHttp = createHttpSender({
    allowedHosts: allowedHosts.map((host) => host.trim()),
    proxy: readProxies(environment),
    clock,
  });
  return (identity) => {
    const profile = identity.profiles?.[0];
    return createEnvironment({
      ...{ clock, random, log, newId, sendHttp },
      stats: stats.forWorkspace(identity.workspace),
      callModel: createEngineModel({ call, newId, identity }),
      findModel: createModelFinder({ routing, registry, profile }),
    });
  };
}
