/** What calls know of files, batches and jobs that lie at providers, put together from where they are kept. */
import type { CallRecord } from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import type { Storage } from '../storage/index.ts';
import type { EngineParts } from './engine-parts.ts';

/** What is left at providers, and the records of what it used once it is known. */
export function keepThings(
  { things: store, calls }: Pick<Storage, 'things' | 'calls'>,
  providers: ReadonlyMap<string, Provider>,
  onRecord: (record: CallRecord) => void,
): NonNullable<EngineParts['things']> {
  return {
    store,
    providers,
    isRecorded: async (callId) => (await calls.find(callId)) !== undefined,
    keepRecord: async (record) => {
      // The queue goes on trying, and what is stored already stays as it is.
      await calls.insertBatch([record]).catch(() => {});
      onRecord(record);
    },
  };
}
