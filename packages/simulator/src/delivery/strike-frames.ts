/** The faults that strike the frames of a stream before they become bytes: damaged JSON, and frames that come twice. */
import type { Frame } from '@keelson/core';
import type { Fault } from '../faults/index.ts';

export function strikeFrames(frames: readonly Frame[], fault: Fault | undefined): readonly Frame[] {
  switch (fault?.name) {
    case 'malformed-json':
      return damageFrame(frames, fault.settings.after ?? 1);
    case 'duplicate-events':
      return repeatFrames(frames, fault.settings.after);
    default:
      return frames;
  }
}

/** The beginning of an object is never JSON itself. `[DONE]` and its like are no objects and stay whole. */
export function damageJson(text: string): string {
  return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
}

function damageFrame(frames: readonly Frame[], after: number): readonly Frame[] {
  const isObject = ({ data }: Frame): boolean => data.startsWith('{');
  const asked = frames.findIndex((frame, index) => index >= after && isObject(frame));
  const struck = asked === -1 ? frames.findLastIndex(isObject) : asked;
  return frames.map((frame, index) =>
    index === struck ? { ...frame, data: damageJson(frame.data) } : frame,
  );
}

function repeatFrames(frames: readonly Frame[], after: number | undefined): readonly Frame[] {
  const only = after === undefined ? undefined : Math.min(after, frames.length - 1);
  return frames.flatMap((frame, index) => (only === undefined || only === index ? [frame, frame] : [frame]));
}
