/** So many of one SKU. */
export interface PurchaseLine {
  readonly sku: string;
  readonly quantity: number;
}

/** What became of one SKU of a purchase; `quantity` is `reserved` and `backOrdered` together. */
export interface ReservationLine extends PurchaseLine {
  readonly reserved: number;
  readonly backOrdered: number;
}

/** What the warehouse did for a purchase. */
export interface Reservation {
  readonly purchaseId: string;
  readonly sequence: number;
  readonly lines: readonly ReservationLine[];
}

/** All purchases received, and all units in them, reserved or back-ordered. */
export interface Summary {
  readonly purchases: number;
  readonly units: number;
}
