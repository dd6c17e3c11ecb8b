/** `provider:model`, the way in which a lockfile names models. The model's own name may hold further colons. */

export interface ModelReference {
  readonly provider: string;
  readonly model: string;
}

const referenceForm = /^([a-z0-9][a-z0-9_-]{0,63}):([^\s\p{Cc}\p{Cs}]{1,256})$/u;

export function readReference(text: string): ModelReference | undefined {
  const [, provider, model] = referenceForm.exec(text) ?? [];
  return provider === undefined || model === undefined ? undefined : { provider, model };
}
