// A configuration file that was read and found to be right: what it says, as it was written, and where each part of it stands.
import type { ConfigurationContent } from './configuration-shape.ts';
import type { WrittenIn } from './problem.ts';
import type { PlainObject } from './read-document.ts';

export interface ReadConfiguration extends WrittenIn {
  readonly text: string;
  readonly content: ConfigurationContent;
  /** The content as it was written, with references and variables in place of what they mean. */
  readonly shown: PlainObject;
}
