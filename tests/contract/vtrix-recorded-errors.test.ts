/** What Vtrix's pages say is refused, and how, composed from the notes without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vtrix', {
  only: ['errors'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
