import { startThread } from './start-thread.js';
import type { Verification } from './verify-log.js';

/** Work over the whole file that would hold up the event loop for seconds, so it has a thread and a connection of its own. */
export type Upkeep =
  | { readonly kind: 'verify'; readonly path: string }
  | { readonly kind: 'backup'; readonly path: string; readonly target: string };

/** @throws what the work throws */
export function runUpkeep(task: Upkeep): Promise<Verification | undefined> {
  return new Promise((resolve, reject) => {
    const thread = startThread('upkeep-thread', task);
    thread.once('message', (result: Verification | undefined) => resolve(result));
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error(`${task.kind} of ${task.path} ended without a result`)));
  });
}
