import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const bytes = Buffer.alloc(400, 'x');
const allocatedBytes = 1024 * 1024;

/**
 * Mean milliseconds of a write of about a purchase and its fdatasync, within bytes that are allocated: the least that an
 * acknowledgement has to wait for.
 */
export async function bareSyncMs(directory: string, count: number): Promise<number> {
  const path = join(directory, 'bare-sync');
  const file = await open(path, 'w');
  try {
    await file.write(Buffer.alloc(allocatedBytes), 0, allocatedBytes, 0);
    await file.datasync();
    const begun = performance.now();
    for (let done = 0; done < count; done += 1) {
      await file.write(bytes, 0, bytes.length, (done * bytes.length) % (allocatedBytes - bytes.length));
      await file.datasync();
    }
    return (performance.now() - begun) / count;
  } finally {
    await file.close();
    await unlink(path);
  }
}
