export { createHttpClient, NoAnswerError, type Answer, type HttpClient } from './http-client.js';
export { ifThere } from './if-there.js';
export { RepeatedLook } from './repeated-look.js';
export { receivers, type ReceiverName, type ServiceName } from './service-names.js';
export type {
  Audited,
  CheckoutStatus,
  DeliveryCounts,
  DeliveryState,
  DestinationStatus,
  FinanceSummary,
  ListedDelivery,
  PurchaseView,
  Redelivery,
  WarehouseSummary,
} from './shop-answers.js';
export { anOrder, NotReadyError, ShopClient, UnexpectedAnswerError } from './shop-client.js';
export { waitUntil, type WaitOptions } from './wait-until.js';
