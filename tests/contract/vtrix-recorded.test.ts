/** What Vtrix's clients send, as the notes recorded it: composed without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vtrix', {
  only: ['clients', 'models', 'queue'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
