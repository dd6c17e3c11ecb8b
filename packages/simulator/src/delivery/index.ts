/** From an answer to packets: what goes over the wire, when, and with which fault. */
export { deliver } from './deliver.ts';
export { planDelivery, planReply } from './plan-delivery.ts';
