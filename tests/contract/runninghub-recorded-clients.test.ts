/** What RunningHub's clients send, as the notes recorded it: composed without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';

testRecordings('runninghub', { only: ['clients'] });
