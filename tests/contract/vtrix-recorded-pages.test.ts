/** What Vtrix's pages say may be sent and is answered, composed from the notes without a look at the decoder. */
import { everyModel } from '../support/every-model.ts';
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vtrix', {
  only: ['pages', 'errors', 'object', 'switches', 'late', 'free', 'limits'],
  catalog: everyModel(),
  files: makeRecordedFiles,
  variables: recordedTexts,
});
