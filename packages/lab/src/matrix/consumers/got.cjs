// From got 12 on this needs a Node that can require ESM.
const client = require('got');
const breakwater = require('@breakwater/got');
const core = require('@breakwater/core');
const testing = require('@breakwater/core/testing');
const { report } = require('./got-suite.cjs');

const got = client.default;
const names = 'RequestError' in client ? client : got;
import('@breakwater/got').then((other) => report({ got, names, breakwater, core, testing, other }));
