/** The secrets in the environment, newest first; none if there are none. */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const { WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS } = environment;
  return [WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS].filter(
    (secret): secret is string => secret !== undefined && secret !== '',
  );
}
