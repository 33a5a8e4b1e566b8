import { z } from 'zod';

/** It is shown in terminals: of control characters, only those of an indented text. */
const text = /^[^\p{Cc}\p{Cs}]*(?:[\t\n\r][^\p{Cc}\p{Cs}]*)*$/u;

const reason = z
  .string('must be a string')
  .trim()
  .min(1, 'must say why')
  .max(500, 'must be at most 500 characters')
  .regex(text, 'must be text, without control characters');

/** Of a retry of one or all and of a pause, where the body may be left out. */
export const decisionSchema = z.strictObject({ reason: reason.optional() });

/** Purchases per second until the destination has caught up; null: as fast as it takes them. */
const rate = z
  .number('must be a number of purchases per second, or null for no limit')
  .min(0.01, 'must be at least 0.01')
  .max(1_000_000, 'must be at most 1000000')
  .nullable();

/** Of a resume, where the body may be left out. Without a rate it goes on at the one it had. */
export const resumeSchema = z.strictObject({ reason: reason.optional(), rate: rate.optional() });

const sequences = z
  .array(z.int('must be a whole number').min(1, 'must be at least 1'), 'must be an array of sequences')
  .min(1, 'must name at least one purchase')
  .max(1000, 'must name at most 1000 purchases')
  .refine((all) => new Set(all).size === all.length, 'must name no purchase twice')
  .meta({ uniqueItems: true });

/** What a destination said it had is delivered again with a reason. */
export const redeliverySchema = z.strictObject({ sequences, reason });

/** What is given up for good is given up with a reason. */
export const discardSchema = z.strictObject({ reason });
