import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import request from 'supertest';

import { describedServices, type OpenService } from '../support/described-services.js';
import { operationsOf } from '../support/document-parts.js';

describe.each(describedServices.map((each) => [each.title, each] as const))(
  'the documents of %s',
  (_title, described) => {
    let service: OpenService;
    let page: request.Response;
    beforeAll(async () => {
      service = await described.open();
      page = await request(service.app).get('/docs').expect(200);
    });
    afterAll(() => service.close());

    it('are what the description makes, for programs', async () => {
      const answer = await request(service.app).get('/openapi.json').expect(200);
      expect(answer.type).toBe('application/json');
      expect(answer.body).toEqual(JSON.parse(JSON.stringify(described.document)));
      expect(described.document.openapi).toMatch(/^3\.1\./);
    });

    it('need nothing from anywhere: not a script, not a font, not an image', () => {
      expect(page.type).toBe('text/html');
      expect(page.text).not.toMatch(
        /<(script|link|img|iframe|object|embed|form|base|svg)\b|\b(src|srcset|action)=|@import|url\(/i,
      );
      expect(page.text).not.toMatch(/\s(on\w+|style)=/i);
      const addresses = [...page.text.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
      expect(addresses.filter((address) => !/^(#|\/openapi\.json$)/.test(address ?? ''))).toEqual([]);
    });

    it('have a page that may do nothing, and whose own style is let through by its hash', () => {
      const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page.text) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');
      expect(page.headers['content-security-policy']).toBe(
        `default-src 'none';style-src 'sha256-${hash}';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
      );
      expect(page.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(page.headers).not.toHaveProperty('strict-transport-security');
    });

    it('have a page whose links all lead somewhere, so that a problem’s link finds its explanation', () => {
      const anchors = [...page.text.matchAll(/\bid="([^"]*)"/g)].map(([, anchor]) => anchor);
      const links = [...page.text.matchAll(/href="#([^"]*)"/g)].map(([, anchor]) => anchor);
      expect(new Set(anchors).size).toBe(anchors.length);
      expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
      for (const { code, title } of described.description.problemTypes) {
        expect(page.text).toMatch(new RegExp(`<section id="problem-${code}">[\\s\\S]{0,200}${title}`));
      }
    });

    it('have a page that a keyboard gets through: past the contents at once, and no path is torn where a slash could bend it', () => {
      expect(page.text).toMatch(/<body>\s*<a class="skip" href="#text">/);
      expect(page.text).toContain('<main id="text" tabindex="-1">');
      const [, contents = ''] = /<nav[^>]*>([\s\S]*?)<\/nav>/.exec(page.text) ?? [];
      for (const path of Object.keys(described.document.paths)) {
        expect(contents).toContain(path.slice(1).split('/').join('<wbr />/'));
      }
    });

    it('have a page that says once what all answers of an operation have, and not under each of them again', () => {
      const sections = page.text.split('<section id=');
      for (const { operation } of operationsOf(described.document)) {
        const section = sections.find((text) => text.startsWith(`"${operation.operationId}"`)) ?? '';
        const answers = Object.values(operation.responses).map(({ headers = {} }) => headers);
        const isOwnOfAll = (name: string) => answers.every(({ [name]: header }) => header && header.$ref === undefined);
        const common = Object.keys(answers[0] ?? {}).filter(isOwnOfAll);
        for (const name of common) expect(section.split(`<li><code>${name}</code>`)).toHaveLength(2);
      }
    });

    it('are pointed at by every problem', async () => {
      const answer = await request(service.app).get('/nothing').expect(404);
      expect(answer.headers.link).toBe('</docs#problem-not-found>; rel="describedby"; type="text/html"');
      const other = await request(service.app).delete('/docs').expect(405).expect('Allow', 'GET, HEAD');
      expect(other.headers.link).toContain('#problem-method-not-allowed');
    });
  },
);
