import { createRequire } from 'node:module';
import * as core from '@breakwater/core';
import * as testing from '@breakwater/core/testing';
import * as breakwater from '@breakwater/got';
import * as client from 'got';
import { report } from './got-suite.mjs';

const got = client.default;
const names = 'RequestError' in client ? client : got;
const other = createRequire(import.meta.url)('@breakwater/got');
await report({ got, names, breakwater, core, testing, other });
