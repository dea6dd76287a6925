/** A Jest reporter that keeps in a file the name of the suite that runs, so that whoever ends a stuck run can name it. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

export default class RunningSuite {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onTestFileStart({ path }) {
    this.write(relative(this.rootDir, path));
  }

  onRunComplete() {
    this.write('');
  }

  write(text) {
    const file = process.env.HOPLEDGER_TEST_RUNNING;
    if (file !== undefined) writeFileSync(file, text);
  }
}
