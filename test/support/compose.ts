import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const outputBytesMax = 64 * 1024 * 1024;

/** `docker` with these arguments; returns what it printed. @throws with its output when it fails */
async function docker(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const options = { env: { ...process.env, ...environment }, maxBuffer: outputBytesMax };
  const { stdout } = await run('docker', args, options);
  return stdout.trim();
}

export type ComposeProject = ReturnType<typeof composeProject>;

/** The compose file at the root of the repository, as a project with a name, and so with containers and volumes, of its own. */
export function composeProject(name: string, environment: Readonly<Record<string, string>>) {
  const compose = (...args: string[]) => docker(['compose', '--project-name', name, ...args], environment);

  async function container(service: string): Promise<string> {
    const id = await compose('ps', '--quiet', service);
    if (id === '') throw new Error(`${service} has no container`);
    return id;
  }

  /** One value of `docker inspect`, as a Go template. */
  async function inspect(service: string, template: string): Promise<string> {
    return docker(['inspect', '--format', template, await container(service)]);
  }

  return { compose, container, inspect };
}
