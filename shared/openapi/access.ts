import type { Json } from './component-schemas.js';
import type { Access, ServiceDescription } from './types.js';

const schemes = {
  adminToken: { type: 'http', scheme: 'bearer', description: 'The token in `ADMIN_TOKEN`.' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'One of the keys in `API_KEYS`, where there are any.' },
  standardWebhooks: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description:
      'Standard Webhooks 1.0.0: `v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, the body as it is ' +
      'sent, with the secret in `WEBHOOK_SECRET`. Several signatures are separated by spaces; one that fits is enough.',
  },
} as const;

const schemeOf = { admin: 'adminToken', 'api-key': 'apiKey', signed: 'standardWebhooks' } as const;

/** What OpenAPI calls the security of an operation. API keys are optional: there may be none. */
export function securityOf(access: Access): readonly Json[] {
  if (access === 'open') return [];
  return [...(access === 'api-key' ? [{}] : []), { [schemeOf[access]]: [] }];
}

/** The schemes that a service uses; what it sends itself is signed. */
export function securitySchemes({ operations, webhooks = [] }: ServiceDescription): Json {
  const accesses = [...operations.map(({ access }) => access), ...webhooks.map(() => 'signed' as const)];
  const used = accesses.flatMap((access) => (access === 'open' ? [] : [schemeOf[access]]));
  return Object.fromEntries(Object.entries(schemes).filter(([name]) => used.includes(name as keyof typeof schemes)));
}
