/** A caller of the tests: remembers what it was sent, can be slow, and can leave. */
import type { Caller } from '../asked-call.ts';

export interface TestCaller extends Caller {
  status: number | undefined;
  headers: Record<string, string>;
  text: string;
  isOver: boolean;
  hasLeft: boolean;
  leave(): void;
}

export function createTestCaller(onWrite: (caller: TestCaller) => boolean = () => true): TestCaller {
  let tell = (): void => {};
  const decoder = new TextDecoder();
  const take = (bytes: Uint8Array | string | undefined): void => {
    if (bytes !== undefined) caller.text += typeof bytes === 'string' ? bytes : decoder.decode(bytes, { stream: true });
  };
  const caller: TestCaller = {
    status: undefined,
    headers: {},
    text: '',
    isOver: false,
    hasLeft: false,
    onLeave: (run) => {
      tell = run;
    },
    leave: () => {
      caller.hasLeft = true;
      tell();
    },
    start: (status, headers) => {
      if (caller.status !== undefined) throw new Error('The answer was begun twice.');
      Object.assign(caller, { status, headers });
    },
    write: (bytes) => {
      if (caller.isOver) throw new Error('Bytes came after the end.');
      take(bytes);
      return onWrite(caller);
    },
    end: (bytes) => {
      if (caller.isOver) throw new Error('The answer was ended twice.');
      take(bytes);
      caller.isOver = true;
    },
    onDrain: () => {},
  };
  return caller;
}
