/** Calls that are made with other libraries, kept beside those that go through Keelson. */
export { type RecordingOptions, recordAnthropic, recordOpenAI } from './record-client.ts';
