/** The failure of a response that must be one. */
import type { BlockResponse, Failure } from '@keelson/core';

export function failed(response: BlockResponse<unknown>): Failure {
  if (response.success) throw new Error('It succeeded, and was to fail.');
  return response.error;
}
