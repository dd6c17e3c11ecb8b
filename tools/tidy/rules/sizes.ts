/** Files and functions stay small enough to be read at once; stream parsers, which always want to grow, even smaller. */
import { posix } from 'node:path';
import type { Node } from 'oxc-parser';
import type { Problem } from '../problem.ts';
import type { ParsedFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';
import { type Place, placesOf, propertyName } from '../syntax.ts';

const report = createReport('sizes');

const mostLinesOfFile = 450;
const mostLinesOfFunction = 60;
const mostLinesInStreamParser = 40;

export const sizesRule: FileRule = (file) =>
  file.kind === 'test' ? [] : [...checkFile(file), ...checkFunctions(file)];

function checkFile(file: ParsedFile): Problem[] {
  const lines = file.text.replace(/\n$/, '').split('\n').length;
  if (lines <= mostLinesOfFile) return [];
  const says = `the file has ${lines} lines, ${mostLinesOfFile} is the limit; split it by what its parts are about.`;
  return [report(file, 0, says)];
}

function checkFunctions(file: ParsedFile): Problem[] {
  const isStreamParser = posix.basename(file.path) === 'parse-stream.ts';
  const most = isStreamParser ? mostLinesInStreamParser : mostLinesOfFunction;
  const functions: Place[] = [
    ...placesOf(file.syntax, 'FunctionDeclaration'),
    ...placesOf(file.syntax, 'FunctionExpression'),
    ...placesOf(file.syntax, 'ArrowFunctionExpression'),
  ];
  return functions.flatMap((place) => {
    const lines = file.lineAt(place.node.end) - file.lineAt(place.node.start) + 1;
    if (lines <= most) return [];
    const name = functionName(place);
    const where = isStreamParser ? ' in a stream parser' : '';
    const says = `\`${name}\` has ${lines} lines, ${most} is the limit${where}; cut it into named steps.`;
    return [{ ...report(file, place.node.start, says), subject: name }];
  });
}

function functionName({ node, parent }: Place): string {
  if ('id' in node && node.id !== null && 'name' in node.id) return node.id.name;
  return (parent && nameGivenBy(parent.node)) ?? 'this function';
}

function nameGivenBy(holder: Node): string | undefined {
  switch (holder.type) {
    case 'VariableDeclarator':
      return holder.id.type === 'Identifier' ? holder.id.name : undefined;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return propertyName(holder.key, holder.computed);
    default:
      return undefined;
  }
}
