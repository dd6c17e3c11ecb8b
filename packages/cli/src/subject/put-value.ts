/** One value put into the text of a file of settings, as the setting wants it. */
import type { PlainValue } from '@keelson/server/configuration';
import { UsageError } from '../line/usage-error.ts';
import type { ConfigurationRoom } from './configuration.ts';

export interface Putting {
  readonly room: ConfigurationRoom;
  readonly file: string;
  readonly text: string | undefined;
  readonly path: string;
  readonly value: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Takes the value as the setting wants it: a text, what it is as JSON, or a list. */
export async function putValue({ room, file, text, path, value, environment }: Putting): Promise<string> {
  const form = file.endsWith('.json') ? 'json' : 'yaml';
  const steps = path.split('.');
  let wrong: string | undefined;
  for (const meant of readings(value)) {
    const changed = await room.editText(text, form, { steps, value: meant });
    const [problem] = await room.problemsInText(file, changed, environment);
    if (problem === undefined) return changed;
    // A reading of another kind than is wanted says least of what is wrong.
    if (wrong === undefined || !problem.message.includes('received'))
      wrong = `${problem.path === '' ? 'The file' : `\`${problem.path}\``} ${problem.message}`;
  }
  throw new UsageError(wrong ?? `\`${path}\` cannot be set so.`, {
    hint: 'docs/configuration.md lists every setting with its values. Nothing was changed.',
  });
}

function readings(value: string): PlainValue[] {
  const others: PlainValue[] = [];
  try {
    others.push(JSON.parse(value) as PlainValue);
  } catch {
    // It is a text, then.
  }
  if (value === 'on' || value === 'off') others.push(value === 'on');
  return [value, ...others, value.split(',').map((each) => each.trim())];
}
