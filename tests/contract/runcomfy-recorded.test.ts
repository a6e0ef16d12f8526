/** What RunComfy's clients send, as the notes recorded it: composed without a look at the decoder. */
import { deployment } from '../support/deployment-model.ts';
import { testRecordings } from '../support/recorded.ts';

testRecordings('runcomfy', { more: [deployment] });
