import { moneyText } from '../money'
import { Card, Empty, Loaded, More, Page, Table, Tag } from '../parts/page'
import { invoiceStanding } from '../payments'
import { useList } from '../resource'
import type { InvoiceView } from '../types'
import { dateText, monthText } from '../words'

export function InvoicesPage() {
  const invoices = useList<InvoiceView>('/v1/payments/invoices')
  return (
    <Page title="Invoices" lead="One for each pool and month, with a line for every session that took place.">
      <Loaded of={invoices}>
        {(items) => items.length === 0 ? <Empty title="No session has taken place yet" /> : (
          <div class="stack">
            {items.map((invoice) => (
              <Card key={invoice.id} title={<><a href={`/pools/${invoice.pool}`}>{invoice.pool_title}</a>, {monthText(invoice.period)}</>}>
                <div class="row-line"><p class="big-money">{moneyText(invoice.total)}</p><Tag kind={invoiceStanding(invoice.state).kind}>{invoiceStanding(invoice.state).text}</Tag></div>
                <Table
                  caption={`Lines of the invoice for ${invoice.pool_title}`} hideCaption rows={invoice.lines} rowKey={(line) => `${line.session}-${line.amount.pence}`}
                  columns={[
                    { title: 'Session', cell: (line) => line.session },
                    { title: 'Day', cell: (line) => dateText(line.date) },
                    { title: 'Amount', number: true, cell: (line) => moneyText(line.amount) },
                  ]}
                />
              </Card>
            ))}
            <More list={invoices} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
