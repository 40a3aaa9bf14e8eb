// Who is signed in, for every page that asks.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { AccountView } from './types'

export interface Session {
  /** `undefined` while we ask, `null` when nobody is signed in. */
  account: AccountView | null | undefined
  refresh: () => Promise<void>
  signOut: () => Promise<void>
}
export const SessionContext = createContext<Session>({
  account: undefined,
  refresh: async () => {},
  signOut: async () => {},
})
export const useSession = (): Session => useContext(SessionContext)

/** The account on a page that only signed-in people reach. */
export function useAccount(): AccountView {
  const { account } = useSession()
  if (!account) throw new Error('this page needs an account')
  return account
}
