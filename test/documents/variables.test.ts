import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { optionVariables } from '../../services/load/config.js';
import { usage as loadUsage } from '../../services/load/usage.js';
import { serviceVariables } from '../../shared/environment/index.js';

const services = ['checkout', 'warehouse', 'finance'] as const;
type Service = (typeof services)[number];
const fromRoot = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const compose = fromRoot('docker-compose.yml');

const configs: Readonly<Record<Service, string>> = {
  checkout: 'services/checkout/config.ts',
  warehouse: 'shared/receiver-service/config.ts',
  finance: 'shared/receiver-service/config.ts',
};

/** What a service reads: what all services do, and the keys of its own schema. */
function readBy(service: Service): string[] {
  const own = fromRoot(configs[service]).matchAll(/\b([A-Z][A-Z_]+): /g);
  return [...Object.keys(serviceVariables(0)), ...[...own].map(([, name]) => name!)].sort();
}

/** The README's table of variables: who reads each. */
function tabled(): Map<string, string> {
  const rows = fromRoot('README.md').matchAll(/^\| `([A-Z][A-Z_]+)` *\| (all|checkout) *\|/gm);
  return new Map([...rows].map(([, name = '', who = '']) => [name, who]));
}

/** The lines `NAME: value` that follow a heading in the compose file, up to the first that is less indented. */
function linesBelow(heading: RegExp, indent: string): Map<string, string> {
  const rest = compose.slice(compose.search(heading)).split('\n').slice(1);
  const end = rest.findIndex((line) => !line.startsWith(indent));
  const lines = rest.slice(0, end).map((line) => /^ +([A-Z][A-Z_]+): (.*)$/.exec(line));
  return new Map(lines.flatMap((found) => (found ? [[found[1]!, found[2]!] as const] : [])));
}

/** What the container of a service gets. */
function passedTo(service: Service): Map<string, string> {
  const common = linesBelow(/^x-environment: &environment$/m, '  ');
  const block = new RegExp(`^ {4}command: node dist/services/${service}/main\\.js\\n {4}environment:$`, 'm');
  const start = compose.slice(compose.search(block)).split('\n    environment:\n', 2)[1] ?? '';
  expect(start).toMatch(/^ {6}<<: \*environment\n/);
  const lines = start.split(/^ {0,5}\S/m)[0]!.matchAll(/^ {6}([A-Z][A-Z_]+): (.*)$/gm);
  return new Map([...common, ...[...lines].map(([, name, value]) => [name!, value!] as const)]);
}

describe('the variables', () => {
  it('are all in the README, each with those who read it, and no other is: what is told there can be set', () => {
    const table = tabled();
    for (const service of services) {
      const told = [...table].filter(([, who]) => who === 'all' || who === service).map(([name]) => name);
      expect([service, told.sort()]).toEqual([service, readBy(service)]);
    }
  });

  it.each(services)('all reach %s in its container, or one that is set would do nothing and say nothing', (service) => {
    const passed = passedTo(service);
    expect([...passed.keys()].sort()).toEqual(readBy(service));
    // Where it listens and stores inside the container is the file's own; ports and volumes say where that is outside.
    const own = ['DATA_DIR', 'HOST', 'PORT'];
    const asGiven = [...passed].filter(([name, value]) => value.startsWith(`\${${name}:-`));
    expect(asGiven.map(([name]) => name).sort()).toEqual(readBy(service).filter((name) => !own.includes(name)));
    expect(compose).toContain(`:\${${service.toUpperCase()}_PORT:-${passed.get('PORT')}}:${passed.get('PORT')}'`);
  });

  it('of the load reach it in its container, and are all in its usage', () => {
    const names = Object.values(optionVariables);
    const block = compose
      .split('command: node dist/services/load/main.js\n    environment:\n', 2)[1]!
      .split('    depends_on:')[0]!;
    const passed = [...block.matchAll(/^ {6}([A-Z][A-Z_]+): (.*)$/gm)].map(
      ([, name, value]) => [name!, value!] as const,
    );
    expect(passed.map(([name]) => name).sort()).toEqual([...names].sort());
    const asGiven = passed.filter(([name, value]) => new RegExp(`^\\$\\{${name}:?-\\w*\\}$`).test(value));
    expect(asGiven).toHaveLength(names.length - 1);
    for (const name of names) expect(loadUsage).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
