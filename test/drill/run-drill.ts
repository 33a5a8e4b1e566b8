import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Drill, type DrillOptions, type DrillReport } from './drill.js';
import { planDrill } from './drill-plan.js';
import { openDrillShop } from './drill-shop.js';

/** Opens a shop, drills it, and closes it, whatever came of it; what the services have printed stays beside their data. */
export async function runDrill(options: DrillOptions, directory: string): Promise<DrillReport> {
  const plan = planDrill(options.seed, options.kills);
  const shop = await openDrillShop(plan.batched, directory);
  try {
    return await new Drill(shop, plan, options).run();
  } finally {
    for (const { name, output } of [shop.checkout, shop.warehouse, shop.finance]) {
      await writeFile(join(directory, `${name}.txt`), output);
    }
    await shop.close();
  }
}
