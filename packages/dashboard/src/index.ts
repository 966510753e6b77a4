export type { Authorize, Authorized } from './access/authorize.js';
export { type Dashboard, dashboard } from './dashboard.js';
export type { DashboardOptions } from './options.js';
export type {
  DeltaView,
  FleetInstance,
  FleetRow,
  FleetView,
  FullView,
  InstanceRow,
  KeyRow,
  LogEntry,
  LogLevel,
  PolicyRow,
} from './view/wire.js';
