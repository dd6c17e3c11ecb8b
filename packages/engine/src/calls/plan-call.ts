/** Step one of a call: the targets that may answer it, in order. The rules are routing's. */
import { type ChatRequest, KeelsonError, type Part } from '@keelson/core';
import type { CallFacts, Plan } from '../routing/index.ts';
import type { CallControls, Identity } from './asked-call.ts';
import type { EngineParts } from './engine-parts.ts';
import { keepPriced } from './keep-priced.ts';
import type { ReadCall } from './open-call.ts';
import { planThings } from './passed-things.ts';
import { isChat } from './whole-answer.ts';

export function planCall(call: ReadCall, parts: EngineParts): Plan {
  const plan = chooseTargets(call, parts);
  return parts.isPriced === undefined ? plan : keepPriced(plan, call, parts.isPriced);
}

function chooseTargets(call: ReadCall, { routing }: EngineParts): Plan {
  const { asked, model, isStream } = call;
  const { controls, identity, endpoint, dialect } = asked;
  if (call.passed?.target !== undefined) return planThings(call.passed.target);
  if (identity.models !== undefined) checkMayAsk(identity.models, model);
  const profile = profileOf(identity, controls);
  let facts: CallFacts | undefined;
  const plan = routing.plan({
    endpoint,
    ...(asked.passed !== undefined && { endpointName: asked.passed.name }),
    model,
    dialect: dialect.name,
    isStream,
    bodyLength: asked.wire.body.length,
    keyId: identity.keyId,
    tags: controls.tags,
    ...(profile !== undefined && { profile }),
    ...(controls.sessionId !== undefined && { sessionId: controls.sessionId }),
    facts: () => {
      facts ??= isChat(endpoint)
        ? factsOf(call.request(), asked.wire.body.length)
        : plainFacts(asked.wire.body.length);
      return facts;
    },
  });
  const { lossPolicy, mayFallBack = true } = controls;
  if (mayFallBack && lossPolicy === undefined) return plan;
  return {
    ...plan,
    ...(!mayFallBack && { targets: plan.targets.slice(0, 1), escalations: {} }),
    ...(lossPolicy !== undefined && { policy: { ...plan.policy, lossPolicy } }),
  };
}

/** By the name that the caller says: what an alias or a flow leads to is the operator's choice. */
export function checkMayAsk(models: readonly string[], model: string): void {
  const colon = model.indexOf(':');
  const whole = colon === -1 ? undefined : `${model.slice(0, colon)}:*`;
  if (models.includes(model) || (whole !== undefined && models.includes(whole))) return;
  throw new KeelsonError('permission_denied', `This key may not ask for \`${model}\`.`, {
    hint: 'Ask for a model that the key allows, or for another key.',
    details: { model },
  });
}

/** The one that the call names, or the usual one of its key. */
export function profileOf(
  { profiles }: Pick<Identity, 'profiles'>,
  controls: Pick<CallControls, 'profile'>,
): string | undefined {
  const { profile = profiles?.[0] } = controls;
  if (profile === undefined || profiles === undefined || profiles.includes(profile)) return profile;
  throw new KeelsonError(
    'permission_denied',
    `This key may not use the profile \`${profile.slice(0, 100)}\`.`,
    {
      hint: `It may use ${profiles.join(', ')}.`,
      details: { field: 'profile' },
    },
  );
}

function factsOf(request: ChatRequest, bodyLength: number): CallFacts {
  const parts = request.turns.flatMap((turn): readonly Part[] => turn.parts);
  const has = (type: Part['type']): boolean => parts.some((part) => part.type === type);
  const media = parts.reduce((sum, part) => sum + mediaLength(part), 0);
  return {
    request,
    inputTokens: Math.ceil((bodyLength - media) / 4),
    ...(request.maxOutputTokens !== undefined && { maxOutputTokens: request.maxOutputTokens }),
    hasTools: (request.tools?.length ?? 0) > 0,
    hasImages: has('image'),
    hasDocuments: has('document'),
    hasAudio: has('audio'),
    wantsSchema: request.outputFormat?.type === 'json-schema',
    wantsReasoning: request.reasoning !== undefined,
    metadata: request.metadata?.tags ?? {},
  };
}

/** A call without conversation has nothing that a model could lack. */
function plainFacts(bodyLength: number): CallFacts {
  const inputTokens = Math.ceil(bodyLength / 4);
  const nothing = { hasTools: false, hasImages: false, hasDocuments: false, hasAudio: false };
  return { inputTokens, ...nothing, wantsSchema: false, wantsReasoning: false, metadata: {} };
}

/** Encoded media are counted otherwise than text, and never by their length. */
function mediaLength(part: Part): number {
  const source = 'source' in part ? (part.source as { kind: string; data?: string }) : undefined;
  return source?.kind === 'base64' ? (source.data?.length ?? 0) : 0;
}
