/** A model that answers what it is told to, one answer after the other, the last one for ever. */
import type { CallModel, FindModel, ModelCall } from '@keelson/core';
import { type TestEnvironment, testEnvironment } from './test-environment.ts';

interface ScriptedModel {
  readonly callModel: CallModel;
  readonly findModel: FindModel;
  readonly calls: readonly ModelCall[];
}

interface ModelPrices {
  /** Nano-dollars per token. */
  readonly input?: number;
  readonly output?: number;
  /** Nano-dollars of an answer. */
  readonly spends?: number | null;
}

function scriptedModel(
  answers: readonly (string | Error)[],
  { input = 1000, output = 2000, spends = 1_000_000 }: ModelPrices = {},
): ScriptedModel {
  const calls: ModelCall[] = [];
  return {
    calls,
    findModel: () => ({ nanoDollarsPerInputToken: input, nanoDollarsPerOutputToken: output }),
    callModel: async (call) => {
      const answer = answers[Math.min(calls.length, answers.length - 1)];
      calls.push(call);
      if (answer instanceof Error) throw answer;
      return { text: answer ?? '', inputTokens: 10, outputTokens: 20, nanoDollars: spends, callId: `call-${calls.length}` };
    },
  };
}

/** An environment with that model behind every alias. */
export function withModel(
  answers: readonly (string | Error)[],
  prices?: ModelPrices,
): { readonly environment: TestEnvironment; readonly model: ScriptedModel } {
  const model = scriptedModel(answers, prices);
  const { callModel, findModel } = model;
  return { model, environment: testEnvironment({ callModel, findModel }) };
}
