// Sessions in which both sides speak, over WebSocket. Plain request and answer belongs to gateway and admin.
export { isRealtime, type RealtimeOptions, registerRealtime } from './realtime-routes.ts';
