/** What Vidu's clients send, as the notes recorded it: composed without a look at the decoder. */
import { testRecordings } from '../support/recorded.ts';
import { makeRecordedFiles, recordedTexts } from '../support/recorded-media.ts';

testRecordings('vidu', {
  only: ['comfyui', 'new-api', 'tryagi'],
  files: makeRecordedFiles,
  variables: recordedTexts,
});
