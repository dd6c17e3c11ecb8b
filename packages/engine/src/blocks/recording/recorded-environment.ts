/** What recording and replaying give: an environment for runs, and what there is to say of its recording. */
import type { BlockEnvironment } from '../environment.ts';

export interface RecordedEnvironment extends BlockEnvironment {
  /** What was asked and is not recorded, each as a sentence; none while recording. */
  missing(): readonly string[];
  /** Recorded calls that nobody has asked for through this environment, each as a sentence. */
  unused(): readonly string[];
}
