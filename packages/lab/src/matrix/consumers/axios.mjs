import { createRequire } from 'node:module';
import * as breakwater from '@breakwater/axios';
import * as core from '@breakwater/core';
import * as testing from '@breakwater/core/testing';
import axios from 'axios';
import { report } from './axios-suite.mjs';

const other = createRequire(import.meta.url)('@breakwater/axios');
await report({ axios, breakwater, core, testing, other });
