import type { InspectedThread, Inspector } from './inspector.js';

interface Evaluated {
  readonly result: { readonly value: string };
}

/** What weak references and finalizers let go of in the first collection goes in the second. */
const collections = 2;

/**
 * Bytes that are in use: what each thread still holds after a full garbage collection, in its heap and in buffers outside of
 * it. Garbage that waits for a collection, which makes the resident size rise and fall as it likes, is not in it.
 */
export async function liveBytes(inspector: Inspector): Promise<number> {
  const ofThreads = await Promise.all(inspector.threads.map(liveBytesOf));
  return ofThreads.reduce((sum, bytes) => sum + bytes, 0);
}

async function liveBytesOf(thread: InspectedThread): Promise<number> {
  for (let count = 0; count < collections; count += 1) await thread.call('HeapProfiler.collectGarbage');
  const { result } = await thread.call<Evaluated>('Runtime.evaluate', {
    expression: 'JSON.stringify(process.memoryUsage())',
  });
  const { heapUsed, external } = JSON.parse(result.value) as NodeJS.MemoryUsage;
  return heapUsed + external;
}
