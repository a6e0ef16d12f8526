/** What Vtrix's two pages say of each other otherwise, by the switch for it, composed without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vtrix', {
  only: ['object', 'switches', 'late', 'free', 'limits'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
