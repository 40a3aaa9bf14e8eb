import { Empty, Loaded, More, Page, Table } from '../parts/page'
import { useList } from '../resource'
import type { AccountView, LogEntryView } from '../types'
import { instantText, loggedActions } from '../words'

/** Who changed what, and who took which file away; only ever added to. */
export function AccessLogPage() {
  const entries = useList<LogEntryView>('/v1/identity/access-log')
  const accounts = useList<AccountView>('/v1/identity/accounts?limit=500')
  const nameOf = (entry: LogEntryView) => {
    if (!entry.account) return 'The command line'
    return accounts.value?.find((account) => account.id === entry.account)?.name ?? entry.account
  }
  return (
    <Page title="Access log" lead="Who changed what, and who took which file away. Nothing in it can be changed.">
      <Loaded of={entries}>
        {(items) => items.length === 0 ? <Empty title="Nothing has been written yet" /> : (
          <>
            <Table
              caption="Access log" hideCaption rows={items} rowKey={(entry) => entry.id}
              columns={[
                { title: 'When', cell: (entry) => instantText(entry.at) },
                { title: 'What', cell: (entry) => loggedActions[entry.action] ?? entry.action },
                { title: 'Who', cell: nameOf },
                { title: 'About', cell: (entry) => entry.subject },
              ]}
            />
            <More list={entries} />
          </>
        )}
      </Loaded>
    </Page>
  )
}
