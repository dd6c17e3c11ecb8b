/** The registry that a command works with: what Keelson brings along, and what a flag or a variable puts over it. */
import {
  type BundledProvider,
  bundledProviders,
  createRegistry,
  KeelsonError,
  loadBundledFile,
  type Registry,
  type RegistryFile,
} from '@keelson/core';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';

export interface RegistryReading {
  /** Left out where nothing of it could be read. */
  readonly registry?: Registry;
  /** By provider, those that were taken. */
  readonly files: ReadonlyMap<string, RegistryFile>;
  /** Nobody should go by the bundled prices of a provider whose own ones could not be read. */
  readonly unreadable: readonly { readonly provider: string; readonly says: string }[];
  /** What is stale, and what was read although it is not as it should be. */
  readonly remarks: readonly string[];
}

export interface NamedRegistry {
  /** A path, or an address. */
  readonly name: string;
  /** `--registry`, or the variable. */
  readonly by: string;
}

const variables = ['KEELSON_REGISTRY', 'LLMRING_REGISTRY_URL'] as const;

/** Undefined where it is the bundled one. */
export function namedRegistry(input: Input, { environment }: Surroundings): NamedRegistry | undefined {
  const flag = input.text('registry') || undefined;
  const variable = variables.find((each) => environment[each]);
  const by = flag === undefined ? variable : '--registry';
  const name = flag ?? (variable && environment[variable]);
  return by === undefined || name === undefined || name === 'bundled' ? undefined : { name, by };
}

/** Nothing here throws for what is wrong with a registry: a check tells it as what it has found. */
export async function readRegistry(
  input: Input,
  surroundings: Surroundings,
  providers?: ReadonlySet<string>,
): Promise<RegistryReading> {
  const named = namedRegistry(input, surroundings);
  if (named !== undefined) {
    // What only few need is loaded for them alone.
    const { readNamedRegistry } = await import('./read-named-registry.ts');
    return readNamedRegistry(named, surroundings, providers);
  }
  const wanted = bundledProviders.filter((name: BundledProvider) => providers?.has(name) ?? true);
  const files = await Promise.all(wanted.map(loadBundledFile));
  return {
    registry: createRegistry(files),
    files: new Map(files.map((file) => [file.provider, file])),
    unreadable: [],
    remarks: [],
  };
}

/** For commands that can do nothing without it. What should be known of it is said aside. */
export async function getRegistry(
  input: Input,
  surroundings: Surroundings,
  providers?: ReadonlySet<string>,
): Promise<Registry> {
  const reading = await getReading(input, surroundings, providers);
  return reading.registry;
}

/** The same, with the files that it is made of. */
export async function getReading(
  input: Input,
  surroundings: Surroundings,
  providers?: ReadonlySet<string>,
): Promise<RegistryReading & { readonly registry: Registry }> {
  const reading = await readRegistry(input, surroundings, providers);
  const { registry, unreadable, remarks } = reading;
  const [problem] = unreadable;
  if (registry !== undefined && problem === undefined) {
    for (const remark of remarks) surroundings.note(remark);
    return { ...reading, registry };
  }
  const by = namedRegistry(input, surroundings)?.by;
  const says = problem?.says ?? 'The registry cannot be read.';
  throw new KeelsonError(
    'configuration_invalid',
    by === '--registry' ? says : `${says} \`${by}\` names it.`,
    {
      hint: '`keelson registry validate PATH` tells everything that is wrong with it.',
      details: { field: 'registry' },
    },
  );
}
