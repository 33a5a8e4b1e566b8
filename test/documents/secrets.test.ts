import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { demoAdminToken, demoWebhookSecret } from '../../shared/environment/index.js';

const root = new URL('../../../', import.meta.url);
const below = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`);
const documents = ['README.md', ...['services', 'shared', 'test'].flatMap(below)].filter((name) =>
  name.endsWith('.md'),
);

/** What stands in a text where a secret belongs: behind the variables that hold one, `Bearer`, and the prefix of webhook secrets. */
function secretsIn(text: string): string[] {
  const assigned = /\b(?:API_KEYS|ADMIN_TOKEN|WEBHOOK_SECRET(?:_PREVIOUS)?)=("[^"]*"|'[^']*'|[^\s`]+)/g;
  const sent = /\bBearer ([^\s"'`]+)/g;
  const prefixed = /\b(whsec_[^\s"'`;,]+)/g;
  return [assigned, sent, prefixed].flatMap((form) => [...text.matchAll(form)].map(([, secret]) => secret!));
}

/** Made by a shell, left out, or known as the demonstration's, which runs nowhere else. */
function isNoSecret(text: string): boolean {
  return [demoAdminToken, demoWebhookSecret].includes(text) || /\$|…|^<.*>$/.test(text);
}

describe('the documents', () => {
  it('have fresh secrets made where one is needed: one that is printed is copied, and then known to everyone', () => {
    const found = documents.map((name) => [name, secretsIn(readFileSync(new URL(name, root), 'utf8'))] as const);
    expect(found.some(([name, secrets]) => name === 'README.md' && secrets.length > 2)).toBe(true);
    expect(
      found.flatMap(([name, secrets]) => secrets.filter((each) => !isNoSecret(each)).map((each) => [name, each])),
    ).toEqual([]);
  });
});
