import { asUnusable, isStorageFailure } from '../../sqlite/index.js';

import type { Inbox } from './types.js';

/** An inbox that says when the database under it, in the file at `path`, has failed for good. */
export function watchStorage<Event>(
  inbox: Inbox<Event>,
  path: string,
): { readonly inbox: Inbox<Event>; readonly failed: Promise<never> } {
  let fail: (error: unknown) => void;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // Whoever runs the receiver listens too; without anyone, a failure must not end the process by itself.
  failed.catch(() => undefined);
  const receive: Inbox<Event>['receive'] = async (event) => {
    try {
      return await inbox.receive(event);
    } catch (error) {
      if (isStorageFailure(error)) fail(asUnusable(error, path));
      throw error;
    }
  };
  return { inbox: { receive }, failed };
}
