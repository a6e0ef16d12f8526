/** What Vtrix's pages say may be sent and is answered, composed from the notes without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vtrix', {
  only: ['pages'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
