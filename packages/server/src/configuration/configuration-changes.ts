// What is different between two configurations, by path, and whether it takes effect while the process runs.
import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationValue } from './layers.ts';
import type { PlainValue } from './read-document.ts';
import { type Effect, settingRows } from './setting-rows.ts';

export interface ConfigurationChange {
  readonly path: string;
  /** Left out for what was not there. */
  readonly before?: PlainValue;
  /** Left out for what goes. */
  readonly after?: PlainValue;
  readonly takesEffect: Effect;
}

type Values = ReadonlyMap<string, Pick<ConfigurationValue, 'value'>>;

export function compareConfigurations(before: Values, after: Values): readonly ConfigurationChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths.flatMap((path) => {
    const [old, fresh] = [before.get(path)?.value, after.get(path)?.value];
    if (isDeepStrictEqual(old, fresh)) return [];
    return [
      {
        path,
        ...(old !== undefined && { before: old }),
        ...(fresh !== undefined && { after: fresh }),
        takesEffect: effectOf(path, old, fresh),
      },
    ];
  });
}

const effects = new Map(settingRows.map(({ path, effect }) => [path, effect]));

function effectOf(path: string, before: PlainValue | undefined, after: PlainValue | undefined): Effect {
  // Without anybody who counts there is nothing to be read.
  if (path === 'metrics.access' && (before === 'off' || after === 'off')) return 'after a restart';
  return effects.get(path) ?? 'at once';
}
