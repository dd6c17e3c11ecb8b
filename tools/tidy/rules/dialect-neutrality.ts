/** Nothing under core/src/dialects knows who is at the other end: no host, no key, no header that carries a key. */
import { dialectsFolder } from '../floor-plan.ts';
import type { Problem } from '../problem.ts';
import type { ParsedFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';
import { placesOf, propertyName } from '../syntax.ts';

const report = createReport('dialect-neutrality');

const url = /\b(?:https?|wss?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost)/i;
const bareHost = /^([a-z0-9-]+\.)+(?:com|ai|io|dev|cloud|net|org)(?=[:/]|$)/i;
const keyHeaders = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-amz-security-token',
]);
const bearer = /^bearer\b/i;

/** Names inside bodies that look like hosts but identify a schema or a type. */
const namesThatAreNoHosts = [/^type\.googleapis\.com\//, /^https?:\/\/json-schema\.org\//];

export const dialectNeutralityRule: FileRule = (file) => {
  if (!file.path.startsWith(`${dialectsFolder}/`) || file.kind === 'test') return [];
  return [...checkText(file), ...checkNames(file)].toSorted((a, b) => a.line - b.line);
};

function checkText(file: ParsedFile): Problem[] {
  const literals = placesOf(file.syntax, 'Literal').map(({ node }) => ({
    text: node.value,
    offset: node.start,
  }));
  const templates = placesOf(file.syntax, 'TemplateElement').map(({ node }) => ({
    text: node.value.raw,
    offset: node.start,
  }));
  return [...literals, ...templates].flatMap(({ text, offset }) => {
    const says = typeof text === 'string' ? complainAboutText(text) : undefined;
    return says === undefined ? [] : [report(file, offset, says)];
  });
}

function complainAboutText(text: string): string | undefined {
  if (keyHeaders.has(text.toLowerCase()) || bearer.test(text)) return complainAboutKey(text);
  if (namesThatAreNoHosts.some((pattern) => pattern.test(text))) return undefined;
  const host = url.exec(text)?.[0] ?? bareHost.exec(text)?.[0];
  if (host === undefined) return undefined;
  return `a dialect knows no host (\`${host}\`); base URLs belong to the provider in engine/src/providers.`;
}

function complainAboutKey(text: string): string {
  return `a dialect knows no keys (\`${text}\`); authentication belongs to the provider in engine/src/providers or to server/src/auth.`;
}

/** `headers.authorization` and `{ authorization: … }`, which are no string literals. */
function checkNames(file: ParsedFile): Problem[] {
  const members = placesOf(file.syntax, 'MemberExpression').map(({ node }) => ({
    name: node.computed ? undefined : propertyName(node.property, false),
    offset: node.property.start,
  }));
  const properties = placesOf(file.syntax, 'Property').map(({ node }) => ({
    name: node.key.type === 'Identifier' && !node.computed ? node.key.name : undefined,
    offset: node.key.start,
  }));
  return [...members, ...properties].flatMap(({ name, offset }) =>
    name !== undefined && keyHeaders.has(name.toLowerCase())
      ? [report(file, offset, complainAboutKey(name))]
      : [],
  );
}
