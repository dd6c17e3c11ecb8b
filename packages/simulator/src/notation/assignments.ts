/** Splits `name=value name=value`, the way in which keywords and faults take several settings. */
import { refuseScript } from './refusal.ts';

export function parseAssignments(text: string, where: string): Map<string, string> {
  const assignments = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const at = word.indexOf('=');
    if (at < 1) throw refuseScript(`\`${word}\` in ${where} is no setting; write it as \`name=value\`.`);
    const name = word.slice(0, at);
    if (assignments.has(name)) throw refuseScript(`\`${name}\` is set twice in ${where}.`);
    assignments.set(name, word.slice(at + 1));
  }
  return assignments;
}
