/** What Vidu's pages say may be sent and is answered, composed from the notes without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vidu', {
  only: ['documented'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
