/**
 * Names for whoever has configured nothing but keys: a quick model and a thorough one, of the providers that are there. The
 * models are those that their vendors name for such work (November 2026).
 */

const usual: Readonly<Record<string, readonly string[]>> = {
  fast: [
    'anthropic:claude-haiku-4-5',
    'openai:gpt-5.4-mini',
    'gemini:gemini-3.7-flash',
    'mistral:mistral-small-latest',
    'deepseek:deepseek-v4-flash',
    'cohere:command-r7b-12-2024',
    'xai:grok-4.3',
  ],
  smart: [
    'anthropic:claude-opus-5',
    'openai:gpt-5.6',
    'gemini:gemini-3.1-pro-preview',
    'mistral:mistral-medium-latest',
    'deepseek:deepseek-v4-pro',
    'cohere:command-a-plus-05-2026',
    'xai:grok-4.6',
  ],
};

/** By name, the models that may be tried in this order. */
export function defaultAliases(providers: ReadonlySet<string>): Record<string, readonly string[]> {
  const aliases: Record<string, readonly string[]> = {};
  for (const [alias, models] of Object.entries(usual)) {
    const there = models.filter((model) => providers.has(model.slice(0, model.indexOf(':'))));
    // A simulated answer must never stand in for a real one that failed.
    const simulated = providers.has('simulator') ? [`simulator:${alias}`] : [];
    const targets = there.length > 0 ? there : simulated;
    if (targets.length > 0) aliases[alias] = targets;
  }
  return aliases;
}
