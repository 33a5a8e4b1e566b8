/** The three services of the shop. */
export type ServiceName = 'checkout' | 'warehouse' | 'finance';

/** Those that are delivered to. */
export type ReceiverName = Exclude<ServiceName, 'checkout'>;

export const receivers: readonly ReceiverName[] = ['warehouse', 'finance'];
