import type { CrashPoint } from '../../../shared/crash-points/index.js';
import type { Transport } from '../../../shared/outbox/index.js';

/** Passes **before-send** and **after-send** with every delivery, whatever its answer; all destinations count together. */
export function crashingTransport(transport: Transport, point: CrashPoint): Transport {
  return {
    async send(entries) {
      point.pass('before-send');
      const answers = await transport.send(entries);
      point.pass('after-send');
      return answers;
    },
    holds: (entry) => transport.holds(entry),
    close: () => transport.close(),
  };
}
