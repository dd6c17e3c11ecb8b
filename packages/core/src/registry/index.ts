// Model cards, capabilities, prices, cost and drift will live here, as pure arithmetic over data. Reading
// registry files or the network does not belong here.

export {};
