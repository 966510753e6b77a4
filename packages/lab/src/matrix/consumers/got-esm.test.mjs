import * as core from '@breakwater/core';
import * as testing from '@breakwater/core/testing';
import * as breakwater from '@breakwater/got';
import * as client from 'got';
import { tests } from './got-suite.mjs';

const parts = { got: client.default, names: client, breakwater, core, testing };
for (const { name, run } of tests(parts)) test(name, run, 20_000);
