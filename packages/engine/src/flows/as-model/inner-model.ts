/** The calls to models that a flow makes for its caller: in the caller's name, under the flow's, and added up for the caller. */
import { addUsage, type CallModel, type Usage } from '@keelson/core';
import { createEngineModel } from '../../blocks/index.ts';
import { type AskedCall, type Caller, type Identity, type InnerCalls, sumCosts } from '../../calls/index.ts';
import type { CallRecord, RecordedCost } from '../../observability/index.ts';

export interface InnerModelSettings {
  readonly call: (asked: AskedCall, caller: Caller) => Promise<CallRecord | undefined>;
  readonly newId: () => string;
}

export interface InnerModel {
  readonly callModel: CallModel;
  inner(): InnerCalls;
}

const nothing: Usage = { input: { total: 0 }, output: { total: 0 } };

export function createInnerModel(name: string, asked: AskedCall, settings: InnerModelSettings): InnerModel {
  const { tags, profile, sessionId, mayFallBack, cache, cacheTtlSeconds } = asked.controls;
  const costs: { cost: RecordedCost }[] = [];
  let usage = nothing;
  const call: InnerModelSettings['call'] = async (...inside) => {
    const record = await settings.call(...inside);
    if (record === undefined) return record;
    costs.push(record);
    if (record.usage !== undefined) usage = addUsage(usage, record.usage);
    return record;
  };
  const controls = {
    tags: { ...tags, flow: name },
    ...(profile !== undefined && { profile }),
    ...(sessionId !== undefined && { sessionId }),
    ...(mayFallBack !== undefined && { mayFallBack }),
    ...(cache !== undefined && { cache }),
    ...(cacheTtlSeconds !== undefined && { cacheTtlSeconds }),
  };
  const identity = withoutModels(asked.identity);
  return {
    callModel: createEngineModel({ call, newId: settings.newId, identity, controls }),
    inner: () => ({ calls: costs.length, usage, cost: sumCosts(costs) }),
  };
}

/** Whoever may ask for a flow may have it ask for what it asks for, as with an alias. */
function withoutModels({ models: _models, ...identity }: Identity): Identity {
  return identity;
}
