const axios = require('axios');
const breakwater = require('@breakwater/axios');
const core = require('@breakwater/core');
const testing = require('@breakwater/core/testing');
const { tests } = require('./axios-suite.cjs');

for (const { name, run } of tests({ axios, breakwater, core, testing })) test(name, run, 20_000);
