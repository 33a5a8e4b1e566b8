import type { Operation, ServiceDescription, Shell } from './types.js';

/**
 * Shell lines that call an operation with its examples, as they stand against `npm start`. Who has other addresses, tokens and
 * secrets exports them first: `CHECKOUT`, `ADMIN_TOKEN`, `WEBHOOK_SECRET`.
 */
export function shellSample(operation: Operation, service: Pick<ServiceDescription, 'name' | 'samples'>): string {
  const { method, path, access, body, parameters = [], sampleBefore } = operation;
  const example = body && !body.optional ? Object.values(body.examples)[0] : undefined;
  const shell = shellOf(service);
  const values = new Map(parameters.map(({ name, shellValue, example: value }) => [name, shellValue ?? value]));
  const query = parameters.filter((each) => each.in === 'query' && each.example !== undefined);
  const address =
    shell.origin +
    path.replace(/\{(\w+)\}/g, (_, name: string) => String(values.get(name))) +
    query.map(({ name, example: value }, index) => `${index === 0 ? '?' : '&'}${name}=${String(value)}`).join('');
  const signed = access === 'signed' && example !== undefined;
  return [
    ...(sampleBefore?.(shell) ?? []),
    ...(signed ? signing(example, service.samples.webhookSecret) : []),
    [
      `curl -i ${method === 'get' || method === 'post' ? '' : `-X ${method.toUpperCase()} `}"${address}"`,
      ...(method === 'post' && example === undefined ? ['-X POST'] : []),
      ...(access === 'admin' ? [shell.asAdmin] : []),
      ...parameters
        .filter((each) => each.in === 'header' && each.example !== undefined && !signed)
        .map(({ name, example: value }) => `-H ${quoted(`${name}: ${String(value)}`)}`),
      ...(signed
        ? ['-H "webhook-id: $id"', '-H "webhook-timestamp: $at"', '-H "webhook-signature: v1,$signature"']
        : []),
      ...(example === undefined
        ? []
        : [`-H 'Content-Type: application/json'`, signed ? '-d "$body"' : `-d ${quoted(JSON.stringify(example))}`]),
    ].join(' \\\n  '),
  ].join('\n');
}

function shellOf({ name, samples }: Pick<ServiceDescription, 'name' | 'samples'>): Shell {
  return {
    origin: `\${${name.toUpperCase()}:-${samples.origin}}`,
    asAdmin: `-H "Authorization: Bearer \${ADMIN_TOKEN:-${samples.adminToken}}"`,
  };
}

/** Signs a body by Standard Webhooks, with nothing but openssl. */
function signing(body: unknown, secret: string): readonly string[] {
  return [
    `body=${quoted(JSON.stringify(body))}`,
    `secret=\${WEBHOOK_SECRET:-${secret}}`,
    `id=$(printf '%s' "$body" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`,
    'at=$(date +%s)',
    `key=$(printf '%s' "\${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`,
    `signature=$(printf '%s' "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)`,
  ];
}

/** One word for a POSIX shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
