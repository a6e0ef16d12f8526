/** What RunningHub's documents and traps are, as the notes recorded them: composed without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';

testRecordings('runninghub', { only: ['free', 'keys', 'other-calls', 'refusals', 'states', 'submit'] });
