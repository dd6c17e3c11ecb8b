/** Recovery policies of a flow file: a list of objects with one field each, named after the policy. */
import type { FlowReader } from './flow-reader.ts';
import { bubble, debug, fallback, type Policy, type RepairPolicy, repair, retry } from './policy.ts';

export type NamedRepair = RepairPolicy['fix'];

export function readRecovery(
  node: FlowReader,
  repairs: Readonly<Record<string, NamedRepair>>,
): readonly Policy[] {
  const list = node.objects('recover') ?? [];
  return list.flatMap((reader) => {
    const policy = readPolicy(reader, repairs);
    reader.finish();
    return policy === undefined ? [] : [policy];
  });
}

const kinds = ['retry', 'repair', 'fallback', 'debug', 'bubble'] as const;

function readPolicy(reader: FlowReader, repairs: Readonly<Record<string, NamedRepair>>): Policy | undefined {
  const used = kinds.filter((kind) => reader.has(kind));
  const [kind] = used;
  if (kind === undefined || used.length > 1) {
    const words = kinds.map((word) => `\`${word}\``).join(', ');
    reader.complain(undefined, `must have exactly one of ${words}.`, 'unknown_policy_type');
    return undefined;
  }
  const settings = reader.object(kind);
  if (settings === undefined) return undefined;
  const on = settings.texts('on');
  const selective = on === undefined ? {} : { on };
  const policy = makePolicy(kind, settings, { selective, repairs });
  settings.finish();
  return policy;
}

interface PolicyParts {
  readonly selective: { readonly on?: readonly string[] };
  readonly repairs: Readonly<Record<string, NamedRepair>>;
}

function makePolicy(
  kind: (typeof kinds)[number],
  settings: FlowReader,
  { selective, repairs }: PolicyParts,
): Policy | undefined {
  switch (kind) {
    case 'bubble':
      return bubble(selective);
    case 'debug':
      return debug(undefined, selective);
    case 'fallback': {
      const alias = settings.neededText('alias');
      return alias === undefined ? undefined : fallback(alias, selective);
    }
    case 'repair': {
      const fix = settings.registered('use', repairs, 'repair');
      return fix === undefined ? undefined : repair(fix as never, selective);
    }
    case 'retry':
      return readRetry(settings, selective);
  }
}

function readRetry(settings: FlowReader, selective: PolicyParts['selective']): Policy {
  const given = {
    maxAttempts: settings.count('maxAttempts', 1),
    delayMs: settings.count('delayMs'),
    factor: settings.number('factor'),
    jitter: settings.bool('jitter'),
  };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return retry({ ...known, ...selective });
}
