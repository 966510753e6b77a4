const axios = require('axios');
const breakwater = require('@breakwater/axios');
const core = require('@breakwater/core');
const testing = require('@breakwater/core/testing');
const { report } = require('./axios-suite.cjs');

// As axios-retry 1 to 3 were called, and 4 is.
const axiosRetry = require('@breakwater/axios/axios-retry');
for (const way of [axiosRetry, axiosRetry.default]) {
  if (typeof way !== 'function' || typeof way.exponentialDelay !== 'function')
    throw new Error('axios-retry is not callable');
}
if (axiosRetry.namespace !== 'axios-retry') throw new Error('axios-retry has lost its exports');

import('@breakwater/axios').then((other) => report({ axios, breakwater, core, testing, other }));
