import type { Part, PartStatus } from '@parts/core';

const SEEDED_AT = '2026-01-05T09:00:00.000Z';

const ROWS: readonly (readonly [string, string, string, PartStatus])[] = [
  ['PCB-1001', 'Main controller board', 'Six-layer board with MCU, CAN and Ethernet', 'Draft'],
  ['PCB-1002', 'Power distribution board', '48 V input, four fused outputs', 'In Review'],
  ['PCB-1003', 'Sensor breakout board', 'Carries two IMUs and a barometer', 'Draft'],
  ['ENC-2001', 'Enclosure, lower half', 'Die-cast aluminium, IP65 with gasket', 'Approved'],
  ['ENC-2002', 'Enclosure, upper half', 'Die-cast aluminium, with antenna window', 'In Review'],
  ['CBL-3001', 'Motor cable, 2 m', 'Shielded, 4 x 1.5 mm², M23 connector', 'Approved'],
  ['CBL-3002', 'Encoder cable, 2 m', 'Shielded twisted pairs, M12 connector', 'Draft'],
  ['MTR-4001', 'Servo motor, 400 W', 'With brake and 23-bit absolute encoder', 'Rejected'],
  ['MTR-4002', 'Servo motor, 750 W', 'With brake and 23-bit absolute encoder', 'In Review'],
  [
    'BRG-5001',
    'Deep groove ball bearing 6204',
    '20 x 47 x 14 mm, sealed on both sides',
    'Approved',
  ],
  ['HSK-6001', 'Heat sink, finned', 'Extruded aluminium, 1.2 K/W', 'Draft'],
  ['PSU-7001', 'Power supply, 48 V 10 A', 'DIN rail, conformal coating', 'Rejected'],
];

/** The parts of a new storage, unless its options have others. */
export const SEED: readonly Part[] = ROWS.map(
  ([part_number, name, description, status], index) => ({
    id: index + 1,
    part_number,
    name,
    description,
    status,
    version: 1,
    created_at: SEEDED_AT,
    updated_at: SEEDED_AT,
    retired_at: null,
  }),
);
