import { Writable } from 'node:stream';

import { runCommand } from '../../services/audit/run-command.js';
import { Output } from '../../shared/command-line/index.js';
import type { Shop } from '../../shared/shop-processes/index.js';

export interface AuditRun {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** `npm run audit -- …` in this process. */
export async function runAuditTool(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<AuditRun> {
  const written: string[] = [];
  const errors: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const exitCode = await runCommand(args, {
    output: new Output(stream, () => undefined),
    errors: { write: (text) => errors.push(text) },
    environment,
    interrupted: new AbortController().signal,
  });
  return { exitCode, output: written.join(''), errors: errors.join('') };
}

/** The same against a shop, whose token it gets by the environment. */
export function auditShopBy(shop: Shop, ...args: readonly string[]): Promise<AuditRun> {
  return runAuditTool(args, {
    CHECKOUT_URL: shop.checkout.url,
    WAREHOUSE_URL: shop.warehouse.url,
    FINANCE_URL: shop.finance.url,
    ADMIN_TOKEN: shop.adminToken,
  });
}
