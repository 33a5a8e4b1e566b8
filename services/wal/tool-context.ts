import { inspectLog, nodeFiles, type InspectionEvent, type Sequence } from '../../shared/wal/index.js';
import type { KnownLog } from './known-elsewhere.js';
import type { Output } from '../../shared/command-line/index.js';
import { Progress } from './progress.js';

/** What a command has of the world besides the log. */
export interface ToolContext {
  readonly output: Output;
  /** Standard error: progress, and what is no result. */
  readonly errors: { readonly isTTY?: boolean; write(text: string): unknown };
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Bytes in all segments. */
export function bytesIn({ survey }: KnownLog): number {
  return survey.segments.reduce((sum, { size }) => sum + size, 0);
}

/** The inspection of a log that tells how far it is and ends with an interruption. */
export async function* inspectTold(
  context: ToolContext,
  log: KnownLog,
  options: { readonly progress: Progress; readonly from?: Sequence },
): AsyncGenerator<InspectionEvent> {
  const { survey, known, payloadOf } = log;
  const from = options.from === undefined ? {} : { from: options.from };
  for await (const event of inspectLog({ files: nodeFiles, survey, known, payloadOf, ...from })) {
    context.interrupted.throwIfAborted();
    if (event.type === 'frames') options.progress.add(event.piece.end - event.piece.offset);
    yield event;
  }
}

/** Progress on standard error. */
export function startProgress(
  context: ToolContext,
  what: string,
  options: { asked: boolean; total: number },
): Progress {
  return new Progress({ stream: context.errors, what, ...options });
}
