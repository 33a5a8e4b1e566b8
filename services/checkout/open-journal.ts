import type { CrashPoint } from '../../shared/crash-points/index.js';
import { makeDataDirectory } from '../../shared/environment/index.js';
import {
  nodeFiles,
  openLocalJournal,
  type DiskStatus,
  type Journal,
  type JournalObserver,
} from '../../shared/journal/index.js';
import { openWhenThereIsSpace } from '../../shared/sqlite/index.js';
import type { Logger } from '../../shared/telemetry/index.js';
import type { CheckoutConfig } from './config.js';
import { CrashingFiles } from './crash-points/crashing-files.js';
import { DeliveryThread } from './delivery/delivery-thread.js';
import { describeBacklog } from './describe-backlog.js';
import { describeDisk } from './describe-disk.js';

export interface OpenJournal {
  readonly journal: Journal;
  /** That has the journal's other half. */
  readonly thread: DeliveryThread;
}

export interface OpenJournalOptions {
  /** That waits to be told what to work on. */
  readonly thread: DeliveryThread;
  /** Where the process is to be killed, if anywhere. */
  readonly crashPoint: CrashPoint | undefined;
  /** Called when opening waits for space on the disk. */
  readonly onWaiting: () => void;
  readonly log: Logger;
  /** Hears what the log takes. */
  readonly observer: JournalObserver;
}

/**
 * Opens the journal on the data directory, which recovers the log, and sets the delivery thread to work. On a full disk it
 * says so, and opens it once there is space.
 */
export async function openJournal(config: CheckoutConfig, options: OpenJournalOptions): Promise<OpenJournal> {
  const { crashPoint, log, observer } = options;
  const {
    dataDirectory: directory,
    segmentBytes,
    segmentAgeMs,
    diskReserveBytes,
    backlogBytesMax,
    logLevel,
    logFormat,
  } = config;
  let { thread } = options;
  let used = false;
  let told: DiskStatus['state'] = 'room';
  /** Once for each change, however often opening is tried. */
  const tell = (disk: DiskStatus) => {
    if (disk.state === told) return;
    told = disk.state;
    // The end of it is as loud as its beginning: whoever reads warnings only would believe that it lasts.
    log.warn({ disk: disk.state }, describeDisk(disk, directory));
  };

  const open = async (): Promise<OpenJournal> => {
    makeDataDirectory(directory);
    if (used) {
      // A thread whose half of the journal could not be opened ends.
      await thread.ended;
      thread = new DeliveryThread();
      used = false;
    }
    const crashingFiles = crashPoint && new CrashingFiles(nodeFiles, crashPoint);
    const opening = openLocalJournal({
      ...{ directory, segmentBytes, segmentAgeMs, observer },
      ...(diskReserveBytes !== undefined && { diskReserveBytes }),
      ...(backlogBytesMax !== undefined && { backlogBytesMax }),
      onBacklogChanged: (backlog) => {
        log.warn({ backlogBytes: backlog.bytes, refusing: backlog.refusing }, describeBacklog(backlog));
      },
      onDiskChanged: tell,
      onDiskUnseen: (error) => {
        log.warn(
          { reason: reasonOf(error) },
          'it cannot be seen how much space is left on the disk: purchases are taken unchecked',
        );
      },
      startDelivery: (port) => {
        used = true;
        const crashAt = crashPoint?.at;
        const { destinations, removedDestinations } = config;
        thread.open({ port, directory, destinations, removedDestinations, logLevel, logFormat, crashAt });
      },
      ...(crashingFiles && { files: crashingFiles }),
    });
    const journal = await Promise.race([opening, thread.failed]);
    crashingFiles?.opened();
    return { journal, thread };
  };

  const opened = await openWhenThereIsSpace(open, {
    directory,
    onWaiting: (error) => {
      log.warn(
        { reason: reasonOf(error) },
        `the disk that holds DATA_DIR (${directory}) is full: free some space; the checkout starts by itself then`,
      );
      options.onWaiting();
    },
  });
  // A try that found space where the one before found none has nothing to tell of a change.
  const disk = opened.journal.disk();
  if (disk) tell(disk);
  crashPoint?.pass('before-ready');
  return opened;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
