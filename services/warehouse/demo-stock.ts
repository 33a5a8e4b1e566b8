/** What lies in the warehouse when it is opened for the first time. There is always too little of something. */
export const demoStock: Readonly<Record<string, number>> = Object.freeze({
  'BOOK-1': 1_000_000,
  'PEN-1': 250_000,
  'MUG-1': 10_000,
  'CHAIR-1': 40,
  'LAMP-1': 5,
  'GLOBE-1': 0,
});
