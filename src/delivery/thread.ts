/**
 * A thread that opens: gets what opening needs once, then groups of rows, and sends back what became of
 * them. A fault ends it, and whoever started it is told.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type OpenedGroup, openGroup, type Opener } from './open-group.ts';
import type { LocalRow } from './rows-file.ts';

/** Sent once, before all work. */
export type Start = { opener: Opener };
/** The rows of some id hashes. */
export type Work = { groups: LocalRow[][] };
/** What became of them, in any order. */
export type Done = OpenedGroup[];

function serve(port: MessagePort): void {
  let opener: Opener | undefined;
  const open = async (groups: readonly LocalRow[][], by: Opener) => {
    const opened = await Promise.all(groups.map((group) => openGroup(group, by)));
    port.postMessage(opened.filter((one) => one !== undefined));
  };
  port.on('message', (message: Start | Work) => {
    if ('opener' in message) opener = message.opener;
    else if (opener) void open(message.groups, opener);
  });
}

if (parentPort) serve(parentPort);
