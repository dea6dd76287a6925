import { describe, expect, it } from '@jest/globals';
import { Q800, Story } from '../../../test/domain/story.js';
import { effectiveEvents } from './effective.js';
import { endOf, type HostProcess } from './host-process.js';
import { processesOf } from './processes.js';

const processes = (tell: (story: Story) => void): readonly HostProcess[] => {
  const story = new Story();
  tell(story);
  return processesOf(effectiveEvents(story.events));
};
/** How many reports each process took, and how it ended. */
const outline = (tell: (story: Story) => void): readonly string[] =>
  processes(tell).map((process) => {
    const { host, starts, arrivals, activity, ends, prepared, launchingAt } = process;
    const asked =
      prepared === null ? '' : launchingAt === null && starts.length === 0 ? 'asked ' : 'incoming ';
    const end = endOf(process)?.reason ?? 'up';
    return `${host}: ${asked}${starts.length} starts ${arrivals.length} arrivals ${activity.length} signs ${ends.length} ends, ${end}`;
  });

describe('reports of one host about one process', () => {
  it('are one process, whether hooks, event lines or a log tell of it', () => {
    const told = outline((story) => {
      story.startHooks(0, 'a', null);
      story.launched(0.015, 'a', Q800); // the log's start line, between `prepare` and `start`
      story.launched(0.51, 'a', null); // `Started Booted`
      story.stopped(60, 'a', 'unknown'); // `stopped`
      story.stopped(60.01, 'a', 'destroyed'); // `release`
      story.stopped(60.02, 'a', 'destroyed'); // `Stopped Destroyed`
      story.stopped(60.3, 'a', 'destroyed'); // the log's last line
    });
    expect(told).toEqual(['a: 3 starts 0 arrivals 0 signs 4 ends, destroyed']);
  });

  it('are one incoming process, from `migrate begin` to the arrival', () => {
    const told = outline((story) => {
      story.incomingHooks(0, 'b', null);
      story.incoming(0.025, 'b', Q800);
      story.incoming(0.6, 'b', null);
      story.arrived(0.9, 'b');
    });
    expect(told).toEqual(['b: incoming 3 starts 1 arrivals 0 signs 0 ends, up']);
  });

  it('make a process of any sign of life', () => {
    expect(outline((story) => story.reset(0, 'a'))).toEqual(['a: 0 starts 0 arrivals 1 signs 0 ends, up']);
    expect(outline((story) => story.stopped(0, 'a', 'shutdown'))).toEqual([
      'a: 0 starts 0 arrivals 0 signs 1 ends, shutdown',
    ]);
  });

  it('tell the most by the most telling reason', () => {
    const told = processes((story) => {
      story.launched(0, 'a', null);
      story.stopped(10, 'a', 'unknown');
      story.left(10.02, 'a');
    });
    expect(told.map(endOf)).toEqual([{ at: told[0]?.ends[0]?.at, reason: 'migrated' }]);
  });
});

describe('one process after the other on a host', () => {
  it('is told by the end between them', () => {
    const told = outline((story) => {
      story.launched(0, 'a', null);
      story.stopped(10, 'a', 'destroyed');
      story.launched(10.5, 'a', null);
    });
    expect(told).toEqual([
      'a: 1 starts 0 arrivals 0 signs 1 ends, destroyed',
      'a: 1 starts 0 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('is told by a later start too, when the end was lost', () => {
    const told = processes((story) => {
      story.startHooks(0, 'a', null);
      story.startHooks(600, 'a', null);
    });
    expect(told.map(endOf)).toEqual([{ at: told[1]?.launchingAt, reason: 'unknown' }, null]);
  });

  it('keeps an event line with the process that it trails, though the next one is being made', () => {
    const told = outline((story) => {
      story.startHooks(0, 'a', null);
      story.stopped(20, 'a', 'unknown');
      story.stopped(20.01, 'a', 'destroyed');
      story.startHooks(20.2, 'a', null);
      story.stopped(20.3, 'a', 'destroyed'); // the line of the first one's end
    });
    expect(told).toEqual([
      'a: 1 starts 0 arrivals 0 signs 3 ends, destroyed',
      'a: 1 starts 0 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('keeps a trailing sign of life with the process that ended', () => {
    const told = outline((story) => {
      story.launched(0, 'a', null);
      story.left(10, 'a');
      story.reset(10.05, 'a');
    });
    expect(told).toEqual(['a: 1 starts 0 arrivals 1 signs 1 ends, migrated']);
  });

  it('is a new one where a cold boot follows a sign of life of one whose end was lost', () => {
    const told = outline((story) => {
      story.reset(0, 'a');
      story.launched(30, 'a', null);
    });
    expect(told).toEqual([
      'a: 0 starts 0 arrivals 1 signs 0 ends, unknown',
      'a: 1 starts 0 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('is a new one where an arrival follows a cold boot', () => {
    const told = outline((story) => {
      story.launched(0, 'a', null);
      story.arrived(500, 'a');
    });
    expect(told).toEqual([
      'a: 1 starts 0 arrivals 0 signs 0 ends, unknown',
      'a: 0 starts 1 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('stays the same one over a restart of libvirtd', () => {
    const told = outline((story) => {
      story.launched(0, 'a', null);
      story.adopted(5_000, 'a', null);
      story.reset(6_000, 'a');
    });
    expect(told).toEqual(['a: 2 starts 0 arrivals 1 signs 0 ends, up']);
  });
});

describe('a process that was asked for', () => {
  it('and never made stands alone: `migrate begin` of a refused or offline migration', () => {
    const told = outline((story) => {
      story.asked(0, 'b');
      story.startHooks(3_600, 'b', null);
    });
    expect(told).toEqual([
      'b: asked 0 starts 0 arrivals 0 signs 0 ends, up',
      'b: 1 starts 0 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('leaves the one that runs there alone', () => {
    const told = outline((story) => {
      story.launched(0, 'a', null);
      story.asked(100, 'a');
      story.reset(101, 'a');
      story.stopped(102, 'a', 'shutdown');
    });
    expect(told).toEqual([
      'a: 1 starts 0 arrivals 1 signs 1 ends, shutdown',
      'a: asked 0 starts 0 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('is no hop when it booted after all: offline migration, then a start at once', () => {
    const told = outline((story) => {
      story.asked(0, 'b');
      story.startHooks(30, 'b', null);
      story.launched(30.51, 'b', null);
    });
    expect(told).toEqual([
      'b: asked 0 starts 0 arrivals 0 signs 0 ends, up',
      'b: 2 starts 0 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('is given up by an end without a start', () => {
    const told = outline((story) => {
      story.asked(0, 'b');
      story.startHooks(0.02, 'b', null, null, false);
      story.stopped(0.1, 'b', 'unknown');
      story.stopped(0.12, 'b', 'failed');
    });
    expect(told).toEqual(['b: incoming 0 starts 0 arrivals 0 signs 2 ends, failed']);
  });

  it('is tried again at once, the line of the first refusal still on its way', () => {
    const told = outline((story) => {
      story.incomingHooks(0, 'b', null);
      story.stopped(0.9, 'b', 'unknown');
      story.stopped(0.91, 'b', 'failed');
      story.incomingHooks(1, 'b', null);
      story.stopped(1.1, 'b', 'failed');
      story.incoming(1.6, 'b', null);
      story.arrived(2, 'b');
    });
    expect(told).toEqual([
      'b: incoming 1 starts 0 arrivals 0 signs 3 ends, failed',
      'b: incoming 2 starts 1 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('keeps `Started Migrated` that comes after it was refused', () => {
    const told = outline((story) => {
      story.incomingHooks(0, 'b', null);
      story.stopped(0.8, 'b', 'failed');
      story.incoming(0.9, 'b', null);
    });
    expect(told).toEqual(['b: incoming 2 starts 0 arrivals 0 signs 1 ends, failed']);
  });
});

describe('a migration within one host', () => {
  const local = (story: Story): void => {
    story.launched(0, 'a', null);
    story.asked(100, 'a');
    story.incoming(100.1, 'a', null);
  };

  it('ends the process beneath by its departure', () => {
    const told = outline((story) => {
      local(story);
      story.arrived(101, 'a');
      story.left(101.1, 'a');
    });
    expect(told).toEqual([
      'a: 1 starts 0 arrivals 0 signs 1 ends, migrated',
      'a: incoming 1 starts 1 arrivals 0 signs 0 ends, up',
    ]);
  });

  it('that never arrives leaves the process beneath running', () => {
    const told = outline((story) => {
      local(story);
      story.refused(101, 'a', 'load of migration failed');
      story.stopped(101.1, 'a', 'failed');
      story.reset(200, 'a');
    });
    expect(told).toEqual([
      'a: 1 starts 0 arrivals 1 signs 0 ends, up',
      'a: incoming 1 starts 0 arrivals 0 signs 2 ends, failed',
    ]);
  });
});

describe('the word of a source', () => {
  it('that a hop failed does not end the process that goes on', () => {
    const [process] = processes((story) => {
      story.launched(0, 'a', null);
      story.refused(10, 'a', 'State blocked by non-migratable device');
    });
    expect([process?.ends.length, process?.failedDepartures.length]).toEqual([0, 1]);
  });
});

describe('what no host attests', () => {
  it('makes no process', () => {
    const story = new Story();
    story.retracted(1, story.corrected(0, 'x', { reason: 'y' }));
    expect(processesOf(effectiveEvents(story.events))).toEqual([]);
  });
});
