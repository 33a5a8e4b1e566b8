import { readableCount } from '../../../shared/command-line/index.js';
import type { Stage } from '../stage.js';

const dropRate = 0.3;

/** The worst of failures: it has worked, and nobody is told. */
export async function cutConnections(stage: Stage): Promise<void> {
  const { narrator, shop, extent } = stage;
  narrator.step(
    'Finance books purchases, and cuts the connection without an answer',
    'The checkout cannot know that it has worked, so it sends them again, with the same id. Finance finds the id in its books and changes ' +
      'nothing: at least once, applied once.',
  );
  await stage.read();
  const before = await shop.received('finance', 'duplicate');
  await shop.injectFaults('finance', { dropAfterCommitRate: dropRate });
  const wanted = Math.ceil(extent.purchases / 5);
  const repeats = await stage.until(
    `finance has been sent ${wanted} again`,
    () => shop.received('finance', 'duplicate'),
    (duplicates) => duplicates - before >= wanted,
  );
  await shop.injectFaults('finance', {});
  const { purchases } = await shop.financeSummary();
  narrator.result(
    `${readableCount(repeats - before)} were sent again and known; finance has ${readableCount(purchases)} purchases in its books, each once.`,
  );
}
