/** The name that a flow gives itself, found without reading the rest: the address of a server has it. The server compares the two. */
import { isJsonObject, KeelsonError } from '@keelson/core';

export function nameInFlowText(text: string): string {
  const name = nameInJson(text) ?? nameInYaml(text);
  if (name !== undefined && name !== '') return name;
  throw new KeelsonError('configuration_invalid', 'The flow has no name: its field `flow` is missing.', {
    hint: 'Write `flow: NAME` at its beginning; `keelson flow check` tells all that is wrong.',
  });
}

function nameInJson(text: string): string | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value as never) && typeof (value as { flow?: unknown }).flow === 'string'
      ? (value as { flow: string }).flow
      : undefined;
  } catch {
    return undefined;
  }
}

const nameInYaml = (text: string): string | undefined =>
  /^(?:flow|"flow"|'flow')\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*?))\s*(?:#.*)?$/m
    .exec(text)
    ?.slice(1)
    .find(Boolean);
