/** The JSON schema of configuration files, made when somebody asks for it. */
export async function readConfigurationSchema(): Promise<Readonly<Record<string, unknown>>> {
  const { renderConfigurationSchema } = await import('./configuration-shape.ts');
  return renderConfigurationSchema();
}
