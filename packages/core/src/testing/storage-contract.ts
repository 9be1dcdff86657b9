import { testAuditContract } from './audit-contract.ts';
import { testContentContract } from './content-contract.ts';
import type { CreateStore, TestRunner } from './contract.ts';
import { testImportContract } from './import-contract.ts';
import { testPartsContract } from './parts-contract.ts';
import { testTwoOpeningsContract } from './two-openings-contract.ts';
import {
  testMaintenanceContract,
  testOutboxCursorContract,
  testStatisticsContract,
} from './upkeep-contract.ts';

/** Runs the contract suites of all ports of `Storage` against an engine. */
export function testStorageContract(runner: TestRunner, createStore: CreateStore): void {
  testPartsContract(runner, createStore);
  testContentContract(runner, createStore);
  testImportContract(runner, createStore);
  testAuditContract(runner, createStore);
  testOutboxCursorContract(runner, createStore);
  testMaintenanceContract(runner, createStore);
  testStatisticsContract(runner, createStore);
  testTwoOpeningsContract(runner, createStore);
}
