/** Recorded Converse calls of Bedrock, and the AWS SDK as their reader. */
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { Recording } from '../recorded-traffic.ts';
import { awsSettings } from './aws.ts';
import { inputOf, expectStatedSum, type Judge, type Reading } from './judge.ts';

export const bedrockConverseJudge: Judge = {
  folders: /^bedrock-converse$/,
  accumulate,
  requestFields: [
    'messages',
    'system',
    'inferenceConfig',
    'toolConfig',
    'guardrailConfig',
    'additionalModelRequestFields',
    'promptVariables',
    'additionalModelResponseFieldPaths',
    'requestMetadata',
    'performanceConfig',
    'serviceTier',
    'outputConfig',
  ],
  partFields: ['role', 'content', 'toolSpec', 'text', 'toolUse', 'toolResult'],
  expectUsage: expectStatedSum,
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new BedrockRuntimeClient(awsSettings(recording));
  const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId: 'recorded', messages: [] }));
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  for await (const { contentBlockStart, contentBlockDelta, messageStop, metadata } of stream) {
    const started = contentBlockStart?.start?.toolUse;
    if (started !== undefined)
      calls.set(contentBlockStart?.contentBlockIndex ?? 0, {
        id: started.toolUseId ?? '',
        name: started.name ?? '',
        arguments: '',
      });
    text += contentBlockDelta?.delta?.text ?? '';
    const call = calls.get(contentBlockDelta?.contentBlockIndex ?? -1);
    if (call !== undefined) call.arguments += contentBlockDelta?.delta?.toolUse?.input ?? '';
    stop = messageStop?.stopReason ?? stop;
    outputTokens = metadata?.usage?.outputTokens ?? outputTokens;
  }
  const toolCalls = [...calls.values()].map((call) => ({ ...call, input: inputOf(call.arguments) }));
  return {
    text,
    toolCalls: toolCalls.map(({ id, name, input }) => ({ id, name, input })),
    stop,
    outputTokens,
  };
}
