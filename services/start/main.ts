import { EnvironmentError } from '../../shared/environment/index.js';
import { exitNeedsPerson } from '../../shared/http/index.js';
import { readConfig, type Config } from './config.js';
import { serviceProcesses } from './service-processes.js';
import { Supervisor } from './supervisor.js';
import { waitUntilReady } from './wait-until-ready.js';
import { welcome } from './welcome.js';

const parentPollIntervalMs = 250;

try {
  await run(readConfig());
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error;
  process.stderr.write(`start: ${error.message}\n`);
  process.exit(exitNeedsPerson);
}

async function run(config: Config): Promise<never> {
  const services = serviceProcesses(config);
  const supervisor = new Supervisor(services, config.shutdownDelayMs);
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
    void supervisor.stop();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', stop);
  if (config.startedByNpm) whenParentGoes(stop);

  const addresses = services.map(({ address }) => address);
  waitUntilReady(addresses, stopping.signal).then(
    () => process.stdout.write(welcome(config, services)),
    (error: unknown) => {
      if (!stopping.signal.aborted) throw error;
    },
  );
  process.exit(await supervisor.ended);
}

/**
 * npm starts this process through a shell. SIGTERM to npm is handed to that shell, which dies of it and hands on nothing: what
 * is left to see here is that the parent has become another one.
 */
function whenParentGoes(stop: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentPollIntervalMs);
}
