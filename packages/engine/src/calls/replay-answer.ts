/** Gives a known answer to a caller: the bytes of the first time, as fast as this caller reads them. */
import type { KeptAnswer } from '../cache/index.ts';
import type { Caller } from './asked-call.ts';

/** As much as is handed over before it is asked whether the caller keeps up. */
const pieceBytes = 16 * 1024;

/** Whether all of it was handed over. */
export async function replayAnswer(
  { body, isStream }: Pick<KeptAnswer, 'body' | 'isStream'>,
  headers: Readonly<Record<string, string>>,
  caller: Caller,
): Promise<boolean> {
  if (caller.hasLeft) return false;
  if (!isStream) {
    caller.start(200, { ...headers, 'content-length': String(body.length) });
    caller.end(body);
    return true;
  }
  caller.start(200, headers);
  let goOn = (): void => {};
  const wake = (): void => goOn();
  caller.onDrain(wake);
  caller.onLeave(wake);
  for (let at = 0; at < body.length; at += pieceBytes) {
    if (caller.hasLeft) return false;
    const keepsUp = caller.write(body.subarray(at, at + pieceBytes));
    if (keepsUp || caller.hasLeft) continue;
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }
  if (caller.hasLeft) return false;
  caller.end();
  return true;
}
