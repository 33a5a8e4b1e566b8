import type { EpochMs } from './types.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the form that is to be sent. */
const imfFixdate = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|[+-]0000)$/;
/** `Sunday, 06-Nov-94 08:49:37 GMT`, of RFC 850. */
const rfc850Date = /^[A-Z][a-z]{5,8}, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
/** `Sun Nov  6 08:49:37 1994`, of C's asctime(): it names no zone, and is GMT all the same. */
const asctimeDate = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

/**
 * A date of RFC 9110, 5.6.7, in each of the three forms that a recipient must take; undefined for anything else. Not
 * `Date.parse`: that reads the third form in the machine's own zone, and takes much that is no HTTP-date.
 *
 * @param now decides the century of a year with two digits: more than 50 years ahead is meant as the past
 */
export function parseHttpDate(text: string, now: EpochMs): EpochMs | undefined {
  const [, day, month, year, ...time] = imfFixdate.exec(text) ?? [];
  if (year !== undefined) return epochOf(Number(year), month, day, time);
  const [, day850, month850, shortYear, ...time850] = rfc850Date.exec(text) ?? [];
  if (shortYear !== undefined) return epochOf(fullYear(Number(shortYear), now), month850, day850, time850);
  const [, monthC, dayC, hours = '', minutes = '', seconds = '', yearC] = asctimeDate.exec(text) ?? [];
  return yearC === undefined ? undefined : epochOf(Number(yearC), monthC, dayC, [hours, minutes, seconds]);
}

function epochOf(year: number, monthName = '', day = '', time: readonly string[]): EpochMs | undefined {
  const month = MONTHS.indexOf(monthName);
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number);
  const midnight = new Date(Date.UTC(year, month, Number(day)));
  // 31 Feb would be taken for a day in March. A second of 60 is a leap second, and in order.
  const exists = midnight.getUTCMonth() === month && midnight.getUTCDate() === Number(day);
  if (!exists || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  return (midnight.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000) as EpochMs;
}

function fullYear(shortYear: number, now: EpochMs): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + shortYear;
  return year > thisYear + 50 ? year - 100 : year;
}
