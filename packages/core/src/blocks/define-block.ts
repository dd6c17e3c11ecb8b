/** Makes a block of its definition: checked, frozen, and able to make others like itself. */
import type { Block, BlockBody, BlockLimits, BuildWarning } from './block.ts';
import { BlockError } from './block-error.ts';
import { type Effects, readEffects } from './effects.ts';
import { checkPolicies, overlap, type Policy } from './policy.ts';

export interface BlockDefinition {
  readonly name: string;
  readonly kind: string;
  readonly version?: string;
  /** `non_idempotent` when left out, or when it is no known class. */
  readonly effects?: Effects;
  readonly recovery?: readonly Policy[];
  readonly limits?: BlockLimits;
  readonly alias?: string;
  readonly manages?: readonly string[];
  readonly tellsOutput?: true;
  readonly body: BlockBody;
  readonly warnings?: readonly BuildWarning[];
}

/** What a path is made of: no slashes, no control characters. */
const nameForm = /^[^/~\p{Cc}]{1,200}$/u;

export function isNodeName(name: unknown): name is string {
  return typeof name === 'string' && nameForm.test(name);
}

export function defineBlock<Payload, Output>(definition: BlockDefinition): Block<Payload, Output> {
  const { name, kind, version = '1', recovery = [], limits = {}, alias, manages = [], body } = definition;
  if (!isNodeName(name)) {
    const message =
      'A block needs a name of 1 to 200 characters without slashes, tildes and control characters.';
    throw new BlockError({ reason: 'invalid_graph', errorType: 'graph', effect: 'not_started' }, message);
  }
  checkPolicies(recovery, name, alias);
  checkLimits(limits, name);
  return Object.freeze({
    name,
    kind,
    version,
    key: alias === undefined ? `${name}@${version}` : `${name}@${version}@${alias}`,
    effects: readEffects(definition.effects),
    recovery: Object.freeze([...recovery]),
    limits: Object.freeze({ ...limits }),
    ...(alias !== undefined && { alias }),
    manages: Object.freeze([...manages]),
    ...(definition.tellsOutput === true && { tellsOutput: true as const }),
    body: Object.freeze(body),
    warnings: Object.freeze([...(definition.warnings ?? []), ...warnAboutRetries(name, manages, recovery)]),
    recover: (...policies: readonly Policy[]) =>
      defineBlock<Payload, Output>({ ...definition, recovery: policies }),
    within: (others: BlockLimits) =>
      defineBlock<Payload, Output>({ ...definition, limits: { ...limits, ...others } }),
  });
}

function checkLimits({ timeoutMs = 0, nanoDollars = 0 }: BlockLimits, name: string): void {
  if (timeoutMs >= 0 && Number.isFinite(timeoutMs) && Number.isSafeInteger(nanoDollars) && nanoDollars >= 0)
    return;
  const message = `The bounds of \`${name}\` must be a finite time and whole nano-dollars, neither negative.`;
  throw new BlockError({ reason: 'invalid_graph', errorType: 'graph', effect: 'not_started' }, message);
}

/** Two layers that retry the same multiply each other's attempts. */
function warnAboutRetries(
  block: string,
  manages: readonly string[],
  recovery: readonly Policy[],
): BuildWarning[] {
  if (manages.length === 0) return [];
  return recovery
    .filter((policy) => policy.kind === 'retry' && overlap(policy, { on: manages }))
    .map(() => {
      const own = manages.map((type) => `\`${type}\``).join(' and ');
      const says = `\`${block}\` deals with ${own} itself; name what a retry around it is for in \`on\`.`;
      return { block, says };
    });
}
