import { Circuit } from './circuit.js';
import { RateLimit } from './rate-limit.js';
import { Sender } from './sender.js';
import type { Clock, DestinationOptions, OutboxLog, Transport } from './types.js';
import { Verification } from './verification.js';

/** How one lane reaches its destination. */
export interface Sending {
  readonly circuit: Circuit;
  readonly rate: RateLimit;
  readonly sender: Sender;
}

export interface SendingSurroundings {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: OutboxLog;
}

/** A sender with what it asks before each request; whenever one of those admits again, the sender looks what it may send. */
export function createSending(options: DestinationOptions, surroundings: SendingSurroundings): Sending {
  const { transport, clock, random, log } = surroundings;
  const onAdmitting = () => {
    sender.pumpSoon();
  };
  const circuit = new Circuit(options, { clock, random, log, onAdmitting });
  const rate = new RateLimit(options.ratePerSecondMax, clock, onAdmitting);
  const verification = new Verification(options, { clock, log });
  const sender: Sender = new Sender(options, { transport, circuit, rate, verification, clock });
  return { circuit, rate, sender };
}
