import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int().min(0);

const logSchema = z
  .object({
    firstSequence: count.describe('The first purchase that the log still holds.'),
    durableSequence: count.describe('The last one that is on disk.'),
    lowWaterMark: count.describe('Every purchase up to it is confirmed, or discarded, at every destination.'),
    segments: count,
    bytes: count,
    backlogBytes: count.describe('Of those, what destinations have still to confirm; about.'),
    markReason: z.string().describe('Why the mark stands where it stands, for people.'),
  })
  .meta({ id: 'LogStatus' });

const diskSchema = z
  .object({
    availableBytes: count,
    totalBytes: count.describe('0 where the file system does not say.'),
    reserveBytes: count.describe('Purchases are refused rather than to leave less.'),
    resumeBytes: count.describe('What must be available before purchases are taken again.'),
    state: z.enum(['room', 'reserve', 'full']),
    refusing: z.boolean().describe('Whether purchases are refused because of it.'),
  })
  .meta({ id: 'DiskStatus' });

const countsSchema = z
  .object({
    attempts: count.describe('Purchases sent, each time they were.'),
    results: z
      .object({ confirmed: count, refused: count, misdirected: count, failed: count, 'no-answer': count })
      .describe('What the attempts came to, each once.'),
    confirmed: count,
    parked: count,
    repeats: z.object({ restart: count, other: count }).describe('Said to be there already, by what sent them twice.'),
    checks: z
      .object({ held: count, notHeld: count, noAnswer: count })
      .describe('Answers to the question whether it has a purchase.'),
    repeatsSaved: count.describe('Not sent again, because it was found to have them.'),
  })
  .meta({ id: 'DeliveryCounts', description: 'What became of deliveries since the start.' });

/** Of what is on no record. */
const ofThread = '`null` while the delivery thread is silent.';

const destinationSchema = z
  .object({
    state: z
      .enum(['served', 'missing', 'removed'])
      .describe('`missing`: owed purchases and not in DESTINATIONS; `removed`: owed nothing any more.'),
    cursor: count.describe('Every purchase up to it has an outcome on record.'),
    pending: count.describe('Purchases not yet confirmed or discarded there.'),
    inFlight: count.nullable().describe(ofThread),
    retrying: count,
    parked: count,
    circuit: z
      .enum(['closed', 'open', 'half-open'])
      .nullable()
      .describe(`Not \`closed\`: it is spared, and probed. ${ofThread}`),
    circuitReason: z.string().nullable(),
    circuitSince: instant.nullable(),
    nextProbeAt: instant.nullable(),
    paused: z.boolean(),
    ratePerSecond: z.number().nullable().describe('Purchases per second at most, now; null: no limit.'),
    catchingUp: z.boolean().nullable().describe(`Whether that holds only until it has caught up. ${ofThread}`),
    oldestPendingSeconds: count,
    lastError: z.string().nullable().describe('The last failure since the start, if the delivery thread tells of one.'),
    counts: countsSchema.nullable().describe('`null` while nobody delivers to it, or the delivery thread is silent.'),
  })
  .meta({ id: 'DestinationStatus' });

const recoverySchema = z
  .object({
    durationMs: z.number().min(0),
    tornBytes: count.describe('Cut off the end of the log: nobody had been told of them.'),
    replayed: count.describe('Purchases above the low-water mark: they were not confirmed everywhere.'),
    unknownBefore: count.describe('Purchases up to this one are not known any more; 0: all are known.'),
  })
  .meta({ id: 'Recovery', description: 'What the last start found.' });

const admissionSchema = z
  .object({
    pending: count.describe('Purchases under way now.'),
    pendingMax: count.describe('PENDING_MAX: more are refused.'),
    refusing: z
      .enum(['disk-full', 'disk-reserve', 'backlog', 'overloaded', 'closed', 'failed'])
      .nullable()
      .describe('Why new purchases are refused now; null: they are taken.'),
    backlogBytesMax: count.nullable().describe('BACKLOG_BYTES_MAX; null: no bound.'),
  })
  .meta({ id: 'Admission', description: 'Whether purchases are taken.' });

export const statusSchema = z
  .object({
    log: logSchema,
    disk: diskSchema.nullable(),
    admission: admissionSchema,
    deliveryThread: z
      .enum(['answers', 'silent'])
      .describe(
        '`silent`: it has not answered within a second; what only it knows is `null`, all else is as on record. Purchases are taken.',
      ),
    destinations: z.record(z.string(), destinationSchema).describe('By name.'),
    recovery: recoverySchema,
  })
  .meta({ id: 'Status' });
