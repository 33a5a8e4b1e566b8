import { describe, expect, it } from '@jest/globals';

import { markup, verbatim } from '../../shared/openapi/page/html.js';
import { inline, paragraphs } from '../../shared/openapi/page/prose.js';

describe('markup', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['" onclick="x', '&quot; onclick=&quot;x'],
    ["it's & that's", 'it&#39;s &amp; that&#39;s'],
  ])('is never made of what is put into it (%s)', (given, shown) => {
    expect(markup`<p title="${given}">${[given, undefined, 7]}</p>`.text).toBe(`<p title="${shown}">${shown}7</p>`);
    expect(inline(`a \`${given}\``).text).toBe(`a <code>${shown}</code>`);
  });

  it('may be put together, and stays what it is', () => {
    expect(markup`<p>${markup`<b>${'x'}</b>`}${verbatim('<i>')}</p>`.text).toBe('<p><b>x</b><i></p>');
    expect(paragraphs('one\n\ntwo').text).toBe('<p>one</p><p>two</p>');
  });
});
