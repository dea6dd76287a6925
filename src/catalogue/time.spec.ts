import { loadCatalogue } from './load.js';
test('t', () => { for (let i=0;i<6;i++){const t=performance.now(); const c=loadCatalogue(); console.log(performance.now()-t, c.revision, c.pins.length, c.machineTypes.size, c.releases.length);} });
