const axios = require('axios');
const breakwater = require('@breakwater/axios');
const core = require('@breakwater/core');
const testing = require('@breakwater/core/testing');
const { report } = require('./axios-suite.cjs');

import('@breakwater/axios').then((other) => report({ axios, breakwater, core, testing, other }));
