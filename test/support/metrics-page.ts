/** One metric, as a page describes it. */
export interface ShownMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Those of its samples, but for the buckets of a histogram; undefined where it has no sample now. */
  readonly labels: readonly string[] | undefined;
}

/** Reads a page in the Prometheus text format, as far as it says what there is. */
export function readMetricsPage(text: string): ShownMetric[] {
  return text
    .split(/^# HELP /m)
    .slice(1)
    .map(readMetric);
}

function readMetric(block: string): ShownMetric {
  const [head = '', typeLine = '', ...samples] = block.trimEnd().split('\n');
  const space = head.indexOf(' ');
  const type = typeLine.split(' ').at(-1) ?? '';
  const names = samples.flatMap((sample) => [...sample.matchAll(/([a-z_]+)="/g)].map(([, label]) => label ?? ''));
  const labels = [...new Set(names)].filter((label) => type !== 'histogram' || label !== 'le');
  return {
    name: head.slice(0, space),
    type,
    help: head.slice(space + 1),
    labels: samples.length > 0 ? labels : undefined,
  };
}
