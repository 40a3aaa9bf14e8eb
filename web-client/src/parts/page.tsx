// What every page is made of: its heading and title, cards, tags, notes, tables.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../api'
import type { List } from '../resource'
import { hasMoved } from '../router'
import type { DerivationLine } from '../types'

/** The heading; it gives the document its title and takes the focus when the page was changed. */
export function Page(
  props: { title: string; caption?: string | undefined; lead?: ComponentChildren; children: ComponentChildren; aside?: ComponentChildren },
) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${props.title} – Common Purse`
  }, [props.title])
  useEffect(() => {
    if (hasMoved()) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <>
      <div class="page-head">
        <div>
          {props.caption && <p class="page-caption">{props.caption}</p>}
          <h1 tabIndex={-1} ref={heading}>{props.title}</h1>
          {props.lead && <p class="page-lead">{props.lead}</p>}
        </div>
        {props.aside && <div class="page-aside">{props.aside}</div>}
      </div>
      {props.children}
    </>
  )
}

/** Children once there is a value; before that a quiet note, or what went wrong. */
export function Loaded<T>(
  props: { of: { value: T | undefined; problem: Problem | undefined }; children: (value: T) => ComponentChildren },
) {
  if (props.of.value !== undefined) return <>{props.children(props.of.value)}</>
  if (props.of.problem) return <Note kind="problem">{props.of.problem.detail}</Note>
  return <Waiting />
}

/** Says that we are at work only when it takes long enough to wonder. */
export function Waiting() {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 400)
    return () => clearTimeout(timer)
  }, [])
  return <p class="waiting" role="status">{shown ? 'One moment…' : ''}</p>
}

export const Card = (
  props: { title?: ComponentChildren; children: ComponentChildren; class?: string; level?: 2 | 3; id?: string },
) => {
  const Heading = props.level === 3 ? 'h3' : 'h2'
  return (
    <section class={`card ${props.class ?? ''}`} id={props.id}>
      {props.title && <Heading class="card-title">{props.title}</Heading>}
      {props.children}
    </section>
  )
}

export const Note = (props: { kind?: 'good' | 'problem' | 'plain'; title?: string; children: ComponentChildren }) => (
  <div class={`note note-${props.kind ?? 'plain'}`} role={props.kind === 'problem' ? 'alert' : undefined}>
    {props.title && <p class="note-title">{props.title}</p>}
    <div>{props.children}</div>
  </div>
)

/** What was done, for everybody: seen, and read out. */
export const Said = ({ text }: { text: string | undefined }) => (
  <div role="status" aria-live="polite">{text && <div class="note note-good">{text}</div>}</div>
)

export const Tag = (props: { kind?: 'good' | 'wait' | 'bad' | 'quiet'; children: ComponentChildren }) => (
  <span class={`tag tag-${props.kind ?? 'quiet'}`}>{props.children}</span>
)

export const Empty = (props: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{props.title}</p>
    {props.children}
  </div>
)

export const Facts = ({ items }: { items: [string, ComponentChildren][] }) => (
  <dl class="facts">
    {items.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

export interface Column<T> {
  title: string
  cell: (row: T) => ComponentChildren
  number?: boolean
}

/** A table that scrolls by itself where it is wider than the screen, also by keyboard. */
export function Table<T>(
  props: { caption: string; hideCaption?: boolean; columns: Column<T>[]; rows: T[]; rowKey: (row: T) => string; marked?: (row: T) => boolean },
) {
  return (
    <div class="table-box" role="region" aria-label={props.caption} tabIndex={0}>
      <table class="govuk-table">
        <caption class={props.hideCaption ? 'govuk-visually-hidden' : 'govuk-table__caption govuk-table__caption--s'}>
          {props.caption}
        </caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.title} scope="col" class={`govuk-table__header${column.number ? ' govuk-table__header--numeric' : ''}`}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)} class={props.marked?.(row) ? 'marked' : undefined}>
              {props.columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.title} scope="row" class="govuk-table__header">{column.cell(row)}</th>
                ) : (
                  <td key={column.title} class={`govuk-table__cell${column.number ? ' govuk-table__cell--numeric' : ''}`}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** How an amount was worked out, a step a line. */
export const Derivation = ({ steps }: { steps: DerivationLine[] }) =>
  steps.length === 1 ? <span class="small">{steps[0]!.text}</span> : (
    <ol class="derivation small">
      {steps.map((step, index) => <li key={index}>{step.text}</li>)}
    </ol>
  )

export function More<T>({ list }: { list: List<T> }) {
  const [problem, setProblem] = useState(false)
  if (!list.more) return null
  return (
    <>
      {problem && <p role="alert" class="govuk-error-message">We could not get more. Try again.</p>}
      <button
        type="button"
        class="govuk-button govuk-button--secondary"
        onClick={() => list.more?.().then(() => setProblem(false), () => setProblem(true))}
      >
        Show more
      </button>
    </>
  )
}

export const Details = (props: { summary: string; children: ComponentChildren; open?: boolean }) => (
  <details class="govuk-details" open={props.open}>
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">{props.summary}</span></summary>
    <div class="govuk-details__text">{props.children}</div>
  </details>
)
