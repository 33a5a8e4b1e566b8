import { styleText } from 'node:util';

/** Marks text for the eye; what it says must be clear without. */
export interface Paint {
  title(text: string): string;
  aside(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const plain = (text: string) => text;

/** `colour`: whether the text goes to a terminal whose owner has not asked for none. */
export function createPaint(colour: boolean): Paint {
  if (!colour) return { title: plain, aside: plain, good: plain, bad: plain };
  return {
    title: (text) => styleText('bold', text),
    aside: (text) => styleText('dim', text),
    good: (text) => styleText('green', text),
    bad: (text) => styleText('red', text),
  };
}
