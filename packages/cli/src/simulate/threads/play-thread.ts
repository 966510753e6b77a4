// Entry of a thread: plays one task after the other.
import { parentPort } from 'node:worker_threads';
import { play } from '../play.js';
import { receivedTask, type SentTask } from './play-task.js';

parentPort?.on('message', async (task: SentTask) => {
  const { policy, scenario, seed } = receivedTask(task);
  // A rejection ends the thread by an `error` event.
  parentPort?.postMessage(await play(scenario, policy, seed));
});
