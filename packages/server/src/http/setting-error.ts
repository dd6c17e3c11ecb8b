/** A setting that cannot be used. The message names the variable, its value and what would be right. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
