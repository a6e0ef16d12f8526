/** What a browser sees that is not signed in: how to get a link, and a place for a key. */
import { type FormEvent, useState } from 'react';
import { type Session, signIn } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Notice } from '../parts/notice.tsx';

type SignInProps = { readonly isLinkSpent: boolean; readonly onSignedIn: (session: Session) => void };

export function SignInPage({ isLinkSpent, onSignedIn }: SignInProps) {
  const { t } = useWords();
  const [key, setKey] = useState('');
  const [isRefused, setRefused] = useState(false);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const given = key.trim();
    const session =
      (await signIn({ key: given, isOwnerKey: false })) ?? (await signIn({ key: given, isOwnerKey: true }));
    setBusy(false);
    setRefused(session === undefined);
    if (session !== undefined) onSignedIn(session);
  };

  return (
    <main className="sign-in">
      <p className="mark">Framegate</p>
      <h1>{t('signIn.title')}</h1>
      {isLinkSpent ? <Notice kind="problem">{t('signIn.linkSpent')}</Notice> : null}
      <p>{t('signIn.link')}</p>
      <pre>npx framegate sign-in</pre>
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor="key">{t('signIn.orKey')}</label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        {isRefused ? <Notice kind="problem">{t('signIn.refused')}</Notice> : null}
        <button type="submit" className="primary" disabled={isBusy}>
          {t('signIn.submit')}
        </button>
      </form>
      <p className="faint">{t('signIn.privacy')}</p>
    </main>
  );
}
