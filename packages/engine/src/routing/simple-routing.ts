/** The least that routing can be: names of providers, an ordered list of targets, no memory. */
import { dialects, KeelsonError } from '@keelson/core';
import type { Provider, Speech } from '../providers/index.ts';
import type { FailedAttempt, NextStep, Plan, PlanQuestion, Routing, Target } from './plan.ts';

export function createSimpleRouting(
  providers: ReadonlyMap<string, Provider>,
  aliases: Readonly<Record<string, readonly string[]>> = {},
): Routing {
  return {
    plan: (question) => {
      const names = aliases[question.model] ?? [question.model];
      const targets = names.map((name) => findTarget(name, question, providers));
      return {
        requested: question.model,
        ...(question.model in aliases && { alias: question.model }),
        targets,
        dropped: [],
        escalations: {},
        policy: { maxAttempts: 4, retries: 1, deadlineMs: 600_000, mayHedge: false, lossPolicy: 'warn' },
      };
    },
    nextStep,
    mayTry: () => true,
    learn: () => {},
    hedgeAfterMs: () => undefined,
  };
}

function findTarget(name: string, question: PlanQuestion, providers: ReadonlyMap<string, Provider>): Target {
  const [, providerName = '', model = ''] = /^([^:/]+)[:/](.+)$/.exec(name) ?? [];
  const provider = providers.get(providerName);
  if (provider === undefined) {
    throw new KeelsonError('model_not_found', `No model or alias is called \`${name}\`.`, {
      details: { model: name },
    });
  }
  const { chat, embed, rerank } = provider.form;
  const plain = { embed, rerank }[question.endpoint as string];
  const speech = plain ?? chat.find(({ dialect }) => dialect === question.dialect) ?? chat[0];
  return { provider, model, speech: speech as Speech, lane: laneOf(speech as Speech, question) };
}

function laneOf(speech: Speech, { dialect }: PlanQuestion): Target['lane'] {
  const isSame = speech.dialect === dialect && speech.quirks === undefined;
  return isSame && dialect in dialects ? 'pass-through' : 'translated';
}

function nextStep(plan: Plan, failures: readonly FailedAttempt[], _elapsedMs: number): NextStep {
  const last = failures.at(-1) as FailedAttempt;
  const next = plan.targets[plan.targets.indexOf(last.target) + 1];
  if (last.error.row.retry !== 'next-target' || next === undefined)
    return { kind: 'stop', why: 'No target is left.' };
  return { kind: 'next', target: next, afterMs: 0 };
}
