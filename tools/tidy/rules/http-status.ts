/**
 * HTTP statuses live in the error table, the dialects, the transport and server/http; everyone else speaks in error
 * codes. Only numbers that are visibly a status are judged: a field, a comparison or an argument named so.
 */
import type { Node } from 'oxc-parser';
import { floorOfCode, isAmong } from '../locate.ts';
import { createReport, type FileRule } from '../rule.ts';
import { type Place, placesOf, propertyName } from '../syntax.ts';

const report = createReport('http-status');

const allowedIn = [
  'packages/core/src/errors/',
  'packages/core/src/dialects/',
  // What all dialects make of a status, so that none of them says it again.
  'packages/core/src/message/vendor-error.ts',
  'packages/engine/src/providers/transport/',
  'packages/server/src/http/',
  'packages/simulator/',
];
const statusNames = new Set(['status', 'statusCode']);
const statusSetters = new Set(['status', 'code', 'writeHead', 'sendStatus']);

export const httpStatusRule: FileRule = (file) => {
  if (floorOfCode(file.path) === undefined || file.kind === 'test' || isAmong(file.path, allowedIn))
    return [];
  return placesOf(file.syntax, 'Literal')
    .filter((place) => isStatusNumber(place.node) && isUsedAsStatus(place))
    .map(({ node }) => {
      const says = `the HTTP status ${node.value} is decided here; use a code of the error table, whose row has the status, or move this to server/src/http.`;
      return report(file, node.start, says);
    });
};

function isStatusNumber(node: Node): boolean {
  return node.type === 'Literal' && typeof node.value === 'number' && node.value >= 100 && node.value <= 599;
}

function isUsedAsStatus({ node, parent, key }: Place): boolean {
  if (parent === undefined) return false;
  const user = parent.node;
  if (user.type === 'Property') return key === 'value' && isStatusName(user.key);
  if (user.type === 'BinaryExpression') return isStatusName(user.left) || isStatusName(user.right);
  if (user.type === 'SwitchCase') {
    const about = parent.parent?.node;
    return about?.type === 'SwitchStatement' && isStatusName(about.discriminant);
  }
  if (user.type !== 'CallExpression' || user.callee.type !== 'MemberExpression') return false;
  const method = propertyName(user.callee.property, user.callee.computed);
  return user.arguments[0] === node && method !== undefined && statusSetters.has(method);
}

function isStatusName(node: Node): boolean {
  if (node.type === 'Identifier') return statusNames.has(node.name);
  if (node.type === 'ChainExpression') return isStatusName(node.expression);
  if (node.type !== 'MemberExpression') return false;
  const name = propertyName(node.property, node.computed);
  return name !== undefined && statusNames.has(name);
}
