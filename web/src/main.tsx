import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { currentMessage, WordsProvider } from './i18n/index.tsx';
import { SessionProvider } from './session.tsx';
import './styles/index.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
createRoot(root, {
  // React takes everything away then; a sentence is better than nothing.
  onUncaughtError(error) {
    reportError(error);
    root.textContent = currentMessage('shell.broken');
  },
}).render(
  <StrictMode>
    <WordsProvider>
      <SessionProvider>
        <App />
      </SessionProvider>
    </WordsProvider>
  </StrictMode>,
);
