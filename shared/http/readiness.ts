/**
 * Why a service cannot do its work, for machines: the member `reason` of a problem. Never changes once it is published. The text
 * beside it is for people.
 */
export const notReadyReasons = {
  recovering: 'It has just been started and reads what is on disk. It was told to nobody yet that it is ready.',
  'shutting-down': 'It was asked to stop, and takes no new work soon.',
  'log-failed': 'A write or sync of the log has failed. The process is about to end, and its next start recovers.',
  failed: 'Its database or a thread of it has failed. The process is about to end, and its next start recovers.',
  'disk-full': 'Its disk takes nothing any more. It goes on by itself when there is space.',
  'disk-reserve': 'Its disk has less space left than is kept free. It goes on by itself when there is more.',
  backlog:
    'More is kept for destinations than BACKLOG_BYTES_MAX. It goes on by itself when they have taken some of it.',
} as const;

export type NotReadyReason = keyof typeof notReadyReasons;

/** A service that cannot do its work now. */
export interface NotReady {
  readonly ready: false;
  readonly reason: NotReadyReason;
  /** For people. */
  readonly detail: string;
  /** After which it is worth asking again; 1 if absent. */
  readonly retryAfterSeconds?: number;
}

/** Whether a service can do its work now and, if not, why. */
export type Readiness = { readonly ready: true } | NotReady;
