// A jest sequencer. Simulations go first, in a young process each: they make millions of promises, and in a process
// that has run many suites they take up to seven times as long.
import Sequencer from '@jest/test-sequencer';

const SIMULATION = /[\\/]packages[\\/]simulator[\\/]test[\\/]/;

// biome-ignore lint/style/noDefaultExport: jest takes the default export of a sequencer
export default class SimulationsFirst extends Sequencer {
  sort(tests) {
    const isFirst = ({ path }) => SIMULATION.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(isFirst), ...sorted.filter((test) => !isFirst(test))];
  }
}
