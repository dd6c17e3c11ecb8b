/** Whose manners a call is answered with: those of its dialect's vendor, but where Bedrock serves the models of others. */
import { matchPath } from '@keelson/core';

const invoked = ['/model/{model}/invoke', '/model/{model}/invoke-with-response-stream'] as const;

export function vendorOf(dialect: string, path: string): string {
  const isBedrock = invoked.some((template) => matchPath(template, path) !== undefined);
  return isBedrock ? 'bedrock-converse' : dialect;
}
