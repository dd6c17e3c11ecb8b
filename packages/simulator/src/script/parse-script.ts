/** A text with keywords becomes a script, or several where `[[then]]` divides it. Anything unclear is refused by name. */

import { refuseScript } from '../notation/index.ts';
import { type FoundKeyword, findKeywords } from './find-keywords.ts';
import { keywords } from './keywords.ts';
import type { Content, Script } from './script.ts';

export interface ParsedScript {
  /** One per answer, in order; at least one. */
  readonly steps: readonly Script[];
  /** The text without its keywords. */
  readonly rest: string;
}

/**
 * @example
 * parseScript('Hello [[tool: now]] [[then]] [[text: It is noon.]]').steps.length; // 2
 */
export function parseScript(text: string): ParsedScript {
  const found = findKeywords(text);
  const steps: FoundKeyword[][] = [[]];
  for (const keyword of found.keywords) {
    if (keyword.name === 'then') steps.push([]);
    else steps.at(-1)?.push(keyword);
  }
  return { steps: steps.map(readStep), rest: found.rest };
}

function readStep(found: readonly FoundKeyword[]): Script {
  const content: Content[] = [];
  let script: Omit<Script, 'content'> = {};
  for (const { name, value } of found) {
    const addition = read(name, value);
    if ('add' in addition) content.push(addition.add);
    else script = merge(script, addition, name);
  }
  return { ...script, content };
}

function read(name: string, value: string | undefined) {
  const keyword = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
  if (keyword !== undefined) return keyword(value);
  const known = [...Object.keys(keywords), 'then'].join(', ');
  throw refuseScript(`\`[[${name}]]\` is no keyword of the simulator; it knows ${known}.`, known);
}

function merge(script: Omit<Script, 'content'>, addition: Omit<Script, 'content'>, name: string) {
  const isTwice = Object.keys(addition).some((field) => field in script);
  if (isTwice) throw refuseScript(`The keyword \`${name}\` may stand only once in one answer.`);
  return { ...script, ...addition };
}
