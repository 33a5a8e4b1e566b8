import { errorCode } from './errors.js';

/** Makes a call again that a signal has interrupted: it has done nothing. Only for reads and writes; an interrupted sync has failed. */
export async function unlessInterrupted<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (errorCode(error) !== 'EINTR') throw error;
    }
  }
}
