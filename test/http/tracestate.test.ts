import { describe, expect, it } from '@jest/globals';

import { readTracestate } from '../../shared/http/tracestate.js';

const members = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=1`).join(',');

describe('a tracestate', () => {
  it.each([
    ['of two systems', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['of a tenant', 'fw529a3039@dt=FfpmyOcGwZcCEqrjHm7CBQ', 'fw529a3039@dt=FfpmyOcGwZcCEqrjHm7CBQ'],
    ['with spaces and empty members', 'rojo=1 ,\t congo=2,, ', 'rojo=1,congo=2'],
    ['with a space inside a value', 'rojo=a b', 'rojo=a b'],
    ['whose value has what separates others', 'rojo=a:b;c', 'rojo=a:b;c'],
    ['of as many as there may be', members(32), members(32)],
  ])('%s is sent on as it is', (_what, header, sent) => {
    expect(readTracestate(header)).toBe(sent);
  });

  it.each([
    ['nothing', ''],
    ['members that are empty', ' , ,'],
    ['a member without a value', 'rojo'],
    ['an empty value', 'rojo='],
    ['a key with a capital letter', 'Rojo=1'],
    ['two equals signs', 'rojo=1=2'],
    ['a key that stands there twice', 'rojo=1,rojo=2'],
    ['one member more than there may be', members(33)],
    ['a value that is too long', `rojo=${'x'.repeat(257)}`],
    ['a character that is not ASCII', 'rojo=\u00e4'],
  ])('is not read from %s: the trace goes on without', (_what, header) => {
    expect(readTracestate(header)).toBeUndefined();
  });

  it('is cut to 512 characters: long members go first, then the oldest; none is cut in two', () => {
    const long = `long=${'x'.repeat(200)}`;
    const short = (name: string) => `${name}=${'y'.repeat(98)}`;
    const header = [short('a'), long, ...['b', 'c', 'd', 'e', 'f'].map(short)].join(',');
    expect(readTracestate(header)).toBe(['a', 'b', 'c', 'd', 'e'].map(short).join(','));
    const whole = [short('a'), long, short('b'), short('c')].join(',');
    expect(readTracestate(whole)).toBe(whole);
    expect(readTracestate(['a', 'b'].map((key) => `${key}=${'x'.repeat(256)}`).join(','))).toBeUndefined();
  });
});
