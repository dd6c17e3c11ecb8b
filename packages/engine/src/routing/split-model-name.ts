/** A model by its provider's own name, with the provider in front. */
import type { Provider } from '../providers/index.ts';

export interface ModelOfProvider {
  readonly provider: Provider;
  readonly model: string;
}

/**
 * `provider:model` or `provider/model`, where the provider is configured; everything after the first mark is the model's,
 * marks included.
 */
export function splitModelName(
  name: string,
  providers: ReadonlyMap<string, Provider>,
): ModelOfProvider | undefined {
  for (const mark of [':', '/']) {
    const at = name.indexOf(mark);
    const provider = at > 0 ? providers.get(name.slice(0, at)) : undefined;
    if (provider !== undefined && at < name.length - 1) return { provider, model: name.slice(at + 1) };
  }
  return undefined;
}
