export { GroupTransaction } from './group-transaction.js';
export { DatabaseVersionError, openDatabase, openDatabaseReadonly } from './open-database.js';
export type { Migrations } from './open-database.js';
