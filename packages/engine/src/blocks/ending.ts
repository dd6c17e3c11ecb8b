/** How the body of a block ended, before the attempt makes a response of it. */
import type { BlockResponse, Failure } from '@keelson/core';

export type Ending = (
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: Failure }
) & {
  /** The child whose answer it is. */
  readonly source?: string;
  readonly lastNode?: string;
};

export function endWith(response: BlockResponse<unknown>, source: string, lastNode: string): Ending {
  return response.success
    ? { success: true, data: response.data, source, lastNode }
    : { success: false, error: response.error, source, lastNode };
}
