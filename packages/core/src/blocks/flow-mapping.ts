/**
 * What a flow file says about a node's input: values as they are, and references to what there is: `$request.text`, `$previous`,
 * `$nodes.triage.kind`. `$$` at the beginning is a dollar sign.
 */
import { isJsonObject, type Json, setField } from '../json/index.ts';
import type { Sources } from './block.ts';

export type Mapping = (sources: Sources) => unknown;

/** Hears of references that lead nowhere. */
export type MappingComplaint = (says: string) => void;

const sourcesForm = /^\$(request|previous|nodes)(?=[.[]|$)/;
const stepForm = /\.([^.[\]]+)|\[(\d{1,6})\]/gy;

export function readMapping(value: Json, nodes: ReadonlySet<string>, complain: MappingComplaint): Mapping {
  if (typeof value === 'string') return readText(value, nodes, complain);
  if (Array.isArray(value)) {
    const items = value.map((item) => readMapping(item, nodes, complain));
    return (sources) => items.map((item) => item(sources));
  }
  if (!isJsonObject(value)) return () => value;
  const fields = Object.entries(value).map(
    ([name, field]) => [name, readMapping(field, nodes, complain)] as const,
  );
  return (sources) => {
    const made: Record<string, unknown> = {};
    for (const [name, field] of fields) setField(made, name, field(sources));
    return made;
  };
}

function readText(text: string, nodes: ReadonlySet<string>, complain: MappingComplaint): Mapping {
  if (text.startsWith('$$')) return () => text.slice(1);
  if (!text.startsWith('$')) return () => text;
  const source = sourcesForm.exec(text)?.[1];
  const steps = source === undefined ? undefined : readSteps(text.slice(source.length + 1));
  if (source === undefined || steps === undefined) {
    complain(
      `\`${text}\` refers to nothing; write $request, $previous or $nodes.NAME, or $$ for a dollar sign.`,
    );
    return () => undefined;
  }
  if (source === 'request') return ({ request }) => follow(request, steps, text);
  if (source === 'previous') return ({ previous }) => follow(previous, steps, text);
  const [node, ...rest] = steps;
  if (typeof node !== 'string' || !nodes.has(node)) {
    complain(`\`${text}\` names no node of the graph; write $nodes.NAME.`);
    return () => undefined;
  }
  return ({ outputs }) => follow(follow(outputs, [node], text), rest, text);
}

/** Undefined for what is no path. */
export function readSteps(path: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  stepForm.lastIndex = 0;
  let end = 0;
  for (let match = stepForm.exec(path); match !== null; match = stepForm.exec(path)) {
    steps.push(match[1] ?? Number(match[2]));
    end = stepForm.lastIndex;
  }
  return end === path.length ? steps : undefined;
}

/** Throws where there is nothing: an input that is half there is none. */
export function follow(value: unknown, steps: readonly (string | number)[], path: string): unknown {
  let at = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step))
      throw new RangeError(`There is nothing at ${path}.`);
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return at;
}
