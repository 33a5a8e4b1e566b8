/** What the shop sells, the most wanted first. Some of it the demonstration's warehouse has, too little of a few things. */
export interface Product {
  readonly sku: string;
  /** In pence. */
  readonly price: number;
}

const priced: readonly (readonly [sku: string, price: number])[] = [
  ['BOOK-1', 1250],
  ['PEN-1', 180],
  ['MUG-1', 899],
  ['BOOK-2', 899],
  ['NOTEBOOK-1', 450],
  ['TEA-1', 395],
  ['CARD-1', 299],
  ['BOOK-3', 1899],
  ['PEN-2', 2400],
  ['SOCKS-1', 750],
  ['CANDLE-1', 1450],
  ['COFFEE-1', 825],
  ['BAG-1', 1200],
  ['GIFT-NOTE-1', 0],
  ['PUZZLE-1', 1699],
  ['SCARF-1', 2900],
  ['LAMP-1', 4900],
  ['BOOK-4', 3500],
  ['CABLE-1', 999],
  ['UMBRELLA-1', 1999],
  ['PLANT-1', 1550],
  ['POSTER-1', 1100],
  ['CUSHION-1', 2250],
  ['BOTTLE-1', 1795],
  ['CLOCK-1', 3200],
  ['TOWEL-1', 1350],
  ['BLANKET-1', 4500],
  ['HEADPHONES-1', 8900],
  ['LAMP-2', 7900],
  ['BACKPACK-1', 6500],
  ['KETTLE-1', 5400],
  ['KEYBOARD-1', 9900],
  ['CHAIR-1', 18_900],
  ['GLOBE-1', 12_500],
  ['DESK-1', 34_900],
  ['BICYCLE-1', 89_900],
];

export const catalogue: readonly Product[] = priced.map(([sku, price]) => ({ sku, price }));
