/** What Vidu's pages say may be sent and is answered, composed from the notes without a look at the decoder. */
import { everyModel } from '../support/every-model.ts';
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vidu', {
  only: ['documented', 'errors'],
  catalog: everyModel(),
  files: makeRecordedFiles,
  variables: recordedTexts,
});
