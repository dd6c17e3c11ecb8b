/** Paths of a dialect's callers as templates, such as `/models/{model}:generateContent`, and what a path says by one. */
import { decodePathSegment } from './wire-body.ts';

const matchers = new Map<string, RegExp>();

/**
 * What stands in the variables of `template` when `path` ends with it. What comes before is a version, a mount point or a
 * project, which are not the dialect's business.
 */
export function matchPath(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const match = matcherOf(template).exec(path);
  if (match === null) return undefined;
  const found = Object.entries(match.groups ?? {});
  return Object.fromEntries(found.map(([name, value]) => [name, decodePathSegment(value)]));
}

/** The same for the first template that fits. */
export function matchPaths(
  templates: readonly string[],
  path: string,
): Readonly<Record<string, string>> | undefined {
  for (const template of templates) {
    const found = matchPath(template, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function matcherOf(template: string): RegExp {
  let matcher = matchers.get(template);
  if (matcher === undefined) {
    const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    // Google's libraries leave the slashes of a model's name as they are; so few, that no path takes long.
    const withMethods = escaped.replace(/\{(\w+)\}(?=:)/g, '(?<$1>[^/]+?(?:/[^/]+?){0,3})');
    matcher = new RegExp(`${withMethods.replace(/\{(\w+)\}/g, '(?<$1>[^/]+?)')}$`);
    matchers.set(template, matcher);
  }
  return matcher;
}
