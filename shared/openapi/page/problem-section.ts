import type { ProblemType } from '../../http/index.js';

import { markup, type Html } from './html.js';
import { inline } from './prose.js';

/** A kind of failure: what it is called on the wire, what it is answered with, and what to do. Problems link to its anchor. */
export function problemSection({ code, statuses, title, advice }: ProblemType): Html {
  return markup`<section id="problem-${code}">
    <h3>
      <a href="#problem-${code}"><code>${code}</code></a>
    </h3>
    <p><strong>${title}</strong> <span class="access">${statuses.join(', ')}</span></p>
    <p>${inline(advice)}</p>
    <p>
      <small><code>urn:problem-type:${code}</code></small>
    </p>
  </section> `;
}
