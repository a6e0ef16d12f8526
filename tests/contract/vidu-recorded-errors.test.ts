/** What Vidu's pages say is refused, and how, composed from the notes without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vidu', {
  only: ['errors'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
