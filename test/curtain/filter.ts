/**
 * The censor's filter: counts the packets of each TCP connection and, above its limit, drops all that
 * follows, both ways, silently, without a reset. It sees whole IPv4 packets, as a box on the way does.
 */

/** A limit of packets both ways together, or of bytes of TCP payload to the client. */
export type Filter = { name: string; packets?: number; bytesToClient?: number; roundTrip: number };

/** What one connection has sent so far, dropped packets not counted. */
export type Connection = { packets: number; bytesToClient: number; dropped: number };
export type Direction = 'to server' | 'to client';

export const filters: Filter[] = [
  { name: '16 KB, 60 ms', bytesToClient: 16_384, roundTrip: 60 },
  { name: '25 packets, 60 ms', packets: 25, roundTrip: 60 },
  { name: '25 packets, 300 ms', packets: 25, roundTrip: 300 },
  // No phone is this near: nothing shares a packet, so the limit is reached with the least in it.
  { name: '25 packets, 0 ms', packets: 25, roundTrip: 0 },
];

/** Counts into `connections` and says whether the packet passes. Nothing but TCP over IPv4 does. */
export function passes(
  packet: Uint8Array,
  direction: Direction,
  filter: Filter,
  connections: Map<number, Connection>,
): boolean {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (packet.length < 40 || view.getUint8(0) >> 4 !== 4 || view.getUint8(9) !== 6) return false;
  const tcp = (view.getUint8(0) & 15) * 4;
  const clientPort = view.getUint16(direction === 'to server' ? tcp : tcp + 2);
  const payload = view.getUint16(2) - tcp - (view.getUint8(tcp + 12) >> 4) * 4;

  const connection = connections.get(clientPort) ?? { packets: 0, bytesToClient: 0, dropped: 0 };
  connections.set(clientPort, connection);
  const bytes = direction === 'to client' ? payload : 0;
  const frozen =
    connection.dropped > 0 ||
    connection.packets + 1 > (filter.packets ?? Infinity) ||
    connection.bytesToClient + bytes > (filter.bytesToClient ?? Infinity);
  if (frozen) {
    connection.dropped++;
  } else {
    connection.packets++;
    connection.bytesToClient += bytes;
  }
  return !frozen;
}
