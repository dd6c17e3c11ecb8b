/** Whether there is anything here that settings could come from. Where there is not, nothing is loaded to read them. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** As the server looks for them. */
const names = ['keelson.config.yaml', 'keelson.config.yml', 'keelson.config.json'];

export function hasConfiguration(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (environment.KEELSON_CONFIG || existsSync(join(folder, '.env'))) return true;
  const user = join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'keelson');
  return [folder, user].some((each) => names.some((name) => existsSync(join(each, name))));
}
