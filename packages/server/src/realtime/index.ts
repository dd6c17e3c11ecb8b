// Live views and duplex sessions over WebSocket and server-sent events will live here. Plain request and
// answer belongs to gateway and admin.

export {};
