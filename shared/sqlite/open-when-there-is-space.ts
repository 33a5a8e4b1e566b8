import { setTimeout as sleep } from 'node:timers/promises';

import { hasRoomFor } from './has-room-for.js';
import { isWantOfSpaceOn } from './want-of-space.js';

export interface WaitForSpaceOptions {
  /** What is opened lies in it. */
  readonly directory: string;
  /** Called once, when the disk turns out to be full. */
  readonly onWaiting: (error: unknown) => void;
  /** Waits before the next try; a second if absent. */
  readonly pause?: () => Promise<unknown>;
}

const pauseMs = 1000;
/** Where so much cannot be written, a file cannot be made or opened for want of space. */
const roomBytes = 64 * 1024;

/**
 * Opens what a service works on; where that fails for want of space, tries again until there is some. So a service that was
 * started on a full disk comes up by itself. `open` must leave nothing open when it fails.
 */
export async function openWhenThereIsSpace<T>(open: () => T | Promise<T>, options: WaitForSpaceOptions): Promise<T> {
  const { directory, onWaiting, pause = () => sleep(pauseMs) } = options;
  let waiting = false;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(await isWantOfSpaceOn(error, () => hasRoomFor(directory, roomBytes)))) throw error;
      if (!waiting) onWaiting(error);
      waiting = true;
    }
    await pause();
  }
}
