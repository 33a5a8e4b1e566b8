import { describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';

import { describedServices } from '../support/described-services.js';

const lint = async (document: object) => {
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: '/openapi.json',
    config: await createConfig({ extends: ['recommended-strict'] }),
  });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer ?? '?'}`);
};

describe('a public linter', () => {
  it.each(describedServices.map(({ title, document }) => [title, document] as const))(
    'finds nothing to object to in the document of %s, not even a warning: tools that read it must not stumble',
    async (_title, document) => {
      expect(await lint(document)).toEqual([]);
    },
  );

  it('would find an example that breaks its schema', async () => {
    const [{ document } = { document: {} }] = describedServices;
    const broken = JSON.stringify(document).replaceAll('"customerId":"alice"', '"customerId":7');
    expect(await lint(JSON.parse(broken) as object)).toContainEqual(expect.stringContaining('example'));
  });
});
