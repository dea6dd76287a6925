import { beforeEach, describe, expect, it } from '@jest/globals';
import { toPosition } from '../ledger/position.js';
import { START, type Position } from '../ledger/port.js';
import { DomainNames } from './domain-names.js';

const [OLD, NEW] = ['11111111-2222-4333-8444-0000000000aa', '11111111-2222-4333-8444-0000000000bb'];
const web = { host: 'hv1', name: 'web' };

describe(DomainNames.name, () => {
  let views: { position: Position; uuid: string | null };
  let names: DomainNames;
  const uuid = (): string | null => names.uuidOf('hv1', 'web');
  beforeEach(() => {
    views = { position: START, uuid: null };
    names = new DomainNames({ domainUuid: () => views.uuid, position: () => views.position });
  });

  it('knows what was told here before the views do', () => {
    names.learn({ ...web, uuid: OLD, at: toPosition(4) });
    expect(uuid()).toBe(OLD);
    expect(names.uuidOf('hv2', 'web')).toBeNull();
  });

  it('believes the views once they are as far: another server was told of another VM', () => {
    names.learn({ ...web, uuid: OLD, at: toPosition(4) });
    views = { position: toPosition(3), uuid: NEW };
    expect(uuid()).toBe(OLD);
    views = { position: toPosition(9), uuid: NEW };
    expect(uuid()).toBe(NEW);
  });

  it('keeps what no event says, until the views know the name', () => {
    names.learn({ ...web, uuid: OLD, at: START });
    views = { position: toPosition(9), uuid: null };
    expect(uuid()).toBe(OLD);
    views = { position: toPosition(10), uuid: NEW };
    expect(uuid()).toBe(NEW);
    views = { position: toPosition(11), uuid: null };
    expect(uuid()).toBeNull();
  });

  it('is not led back by a report of before that comes late', () => {
    names.learn({ ...web, uuid: NEW, at: toPosition(8) });
    names.learn({ ...web, uuid: OLD, at: toPosition(4) });
    expect(uuid()).toBe(NEW);
    views = { position: toPosition(8), uuid: null };
    names.learn({ ...web, uuid: OLD, at: START });
    expect(uuid()).toBe(OLD);
  });
});
