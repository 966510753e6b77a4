// A jest sequencer. Simulations go first: they take longest, and if one of them began last, the other workers would be
// done long before it.
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
