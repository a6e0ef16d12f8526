/** Who is signed in, for every component below. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { client, readSession, type Session, signIn, signOut } from './api.ts';
import { SignInPage } from './shell/sign-in.tsx';

type Signed = Session & { readonly leave: () => Promise<void> };

const SessionContext = createContext<Signed | undefined>(undefined);
const signInPath = '/ui/sign-in';

/** A link from the start has its code behind the #, which no server sees; it is used, and then it is gone from the address. */
async function beginSession(): Promise<{ readonly session: Session; readonly isLinkSpent: boolean }> {
  const code = location.pathname === signInPath ? location.hash.slice(1) : '';
  if (code === '') return { session: await readSession(), isLinkSpent: false };
  const signed = await signIn({ code });
  history.replaceState(null, '', '/ui/');
  const session = signed ?? (await readSession());
  return { session, isLinkSpent: !session.signed_in };
}

let begun: ReturnType<typeof beginSession> | undefined;

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<Awaited<ReturnType<typeof beginSession>>>();
  useEffect(() => {
    // Once for the page: a code works only once, however often this is mounted.
    begun ??= beginSession();
    begun.then(setState, () =>
      setState({ session: { signed_in: false, owner: false, version: '' }, isLinkSpent: false }),
    );
  }, []);
  if (state === undefined) return null;
  const { session, isLinkSpent } = state;
  if (!session.signed_in) {
    return (
      <SignInPage isLinkSpent={isLinkSpent} onSignedIn={(next) => setState({ session: next, isLinkSpent: false })} />
    );
  }
  const leave = async () => {
    await signOut();
    setState({ session: { ...session, signed_in: false, owner: false }, isLinkSpent: false });
  };
  return <SessionContext value={{ ...session, leave }}>{children}</SessionContext>;
}

export function useSession(): Signed {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession is called outside SessionProvider');
  return session;
}

export const readAccount = (signal: AbortSignal) => client.call('getAccount', {}, { signal });
