// The model calls of callers in every format, at the paths of the vendors. Managing the gateway is admin's business.
export { type GatewayOptions, refuse, registerGateway } from './gateway-routes.ts';
