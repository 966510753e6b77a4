import * as breakwater from '@breakwater/axios';
import * as core from '@breakwater/core';
import * as testing from '@breakwater/core/testing';
import axios from 'axios';
import { tests } from './axios-suite.mjs';

for (const { name, run } of tests({ axios, breakwater, core, testing })) test(name, run, 20_000);
