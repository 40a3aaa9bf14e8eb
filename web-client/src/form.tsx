// Forms: what was typed, one submission, and errors shown at the fields and above the form.
import type { ComponentChildren } from 'preact'
import { createContext } from 'preact'
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks'
import { Problem, Submission, type FieldProblem } from './api'

export interface Form {
  problem: Problem | undefined
  busy: boolean
  /** Runs the submission; `check` may refuse first with errors of its own. */
  submit: (event: Event) => Promise<void>
}

export type Send = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, version?: number) => Promise<T>

/** A form whose `run` sends what it has to through `send`, under one idempotency key. It may throw
 *  `refused(...)` for what can be seen to be wrong before anything is sent. What can be done but
 *  `once` has a key of its own: doing it again, even from another page, answers what the first did. */
export function useForm(run: (send: Send) => Promise<void>, once?: string): Form {
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const submission = useRef(new Submission(once ? () => once : undefined))
  const running = useRef(false)
  return {
    problem,
    busy,
    submit: async (event) => {
      event.preventDefault()
      if (running.current) return
      running.current = true
      setBusy(true)
      setProblem(undefined)
      try {
        await run((method, path, body, version) => submission.current.send(method, path, body, version))
      } catch (error) {
        setProblem(error instanceof Problem ? error : new Problem(0, 'broken', 'Something went wrong on this page.'))
        if (!(error instanceof Problem)) console.error(error)
      } finally {
        running.current = false
        setBusy(false)
      }
    },
  }
}

export const refused = (fields: FieldProblem[]): Problem =>
  new Problem(422, 'invalid-fields', 'Some answers need another look.', fields)

/** The form that a field is in: several on one page may have fields of the same name. */
const FormContext = createContext<{ id: string; problem?: Problem | undefined }>({ id: '' })

/** `/children/0/nickname` as an element's id, in the form of this id. */
export const fieldId = (pointer: string, form = ''): string => `field${form}${pointer.replaceAll('/', '-')}`

/** The error of the field, or of something inside it (an amount's `/pence`). */
export function errorOf(problem: Problem | undefined, pointer: string): string | undefined {
  return problem?.fields.find((field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`))?.detail
}

/** The nearest element for a pointer: the field itself, or the part of the form that it is in. */
function elementOf(pointer: string, form: string): HTMLElement | null {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf('/'))) {
    const element = document.getElementById(fieldId(at, form)) ?? document.getElementById(fieldId(at))
    if (element) return element
  }
  return null
}

export function ErrorSummary({ problem }: { problem: Problem | undefined }) {
  const box = useRef<HTMLDivElement>(null)
  const { id } = useContext(FormContext)
  useEffect(() => {
    if (problem) box.current?.focus()
  }, [problem])
  if (!problem) return null
  return (
    <div class="govuk-error-summary" ref={box} tabIndex={-1} role="alert" aria-labelledby={`error-summary${id}`}>
      <h2 class="govuk-error-summary__title" id={`error-summary${id}`}>There is a problem</h2>
      <div class="govuk-error-summary__body">
        {problem.fields.length === 0 && <p>{problem.detail}</p>}
        <ul class="govuk-list govuk-error-summary__list">
          {problem.fields.map((field) => (
            <li key={field.pointer}>
              <a
                href={`#${fieldId(field.pointer, id)}`}
                onClick={(event) => {
                  event.preventDefault()
                  const element = elementOf(field.pointer, id)
                  element?.scrollIntoView({ block: 'center' })
                  element?.focus()
                }}
              >
                {field.detail}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

export function FormBox(props: { form: Form; children: ComponentChildren; class?: string; label?: string }) {
  const id = useId()
  return (
    <FormContext.Provider value={{ id, problem: props.form.problem }}>
      <form
        noValidate
        class={props.class}
        aria-label={props.label}
        onSubmit={(event) => void props.form.submit(event)}
      >
        <ErrorSummary problem={props.form.problem} />
        {props.children}
      </form>
    </FormContext.Provider>
  )
}

interface FieldProps {
  name: string
  label: string
  hint?: string | undefined
}

function useField({ name, hint }: FieldProps) {
  const form = useContext(FormContext)
  const error = errorOf(form.problem, name)
  const id = fieldId(name, form.id)
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return { id, error, describedBy: described || undefined }
}

function Around(props: FieldProps & { id: string; error: string | undefined; children: ComponentChildren }) {
  return (
    <div class={`govuk-form-group${props.error ? ' govuk-form-group--error' : ''}`}>
      <label class="govuk-label" for={props.id}>{props.label}</label>
      {props.hint && <div class="govuk-hint" id={`${props.id}-hint`}>{props.hint}</div>}
      {props.error && <FieldError id={props.id} text={props.error} />}
      {props.children}
    </div>
  )
}

const FieldError = ({ id, text }: { id: string; text: string }) => (
  <p class="govuk-error-message" id={`${id}-error`}>
    <span class="govuk-visually-hidden">Error:</span> {text}
  </p>
)

export function Input(
  props: FieldProps & {
    value: string
    onValue: (value: string) => void
    type?: 'text' | 'email' | 'password' | 'date' | 'time' | 'month'
    autoComplete?: string
    inputMode?: 'numeric' | 'decimal' | 'email'
    prefix?: string
    suffix?: string
    width?: 3 | 4 | 5 | 10 | 20
    list?: string[]
  },
) {
  const field = useField(props)
  const input = (
    <input
      class={`govuk-input${props.width ? ` govuk-input--width-${props.width}` : ''}${field.error ? ' govuk-input--error' : ''}`}
      id={field.id}
      name={props.name.slice(1)}
      // Preact's types tie the type of an input to what else it may have; here it varies.
      {...({ type: props.type ?? 'text', list: props.list ? `${field.id}-list` : undefined } as { type: 'text' })}
      value={props.value}
      inputMode={props.inputMode}
      autoComplete={props.autoComplete ?? 'off'}
      aria-describedby={field.describedBy}
      aria-invalid={field.error ? true : undefined}
      onInput={(event) => props.onValue(event.currentTarget.value)}
    />
  )
  return (
    <Around {...props} {...field}>
      {props.prefix || props.suffix ? (
        <div class="govuk-input__wrapper">
          {props.prefix && <div class="govuk-input__prefix" aria-hidden="true">{props.prefix}</div>}
          {input}
          {props.suffix && <div class="govuk-input__suffix" aria-hidden="true">{props.suffix}</div>}
        </div>
      ) : input}
      {props.list && (
        <datalist id={`${field.id}-list`}>{props.list.map((item) => <option key={item} value={item} />)}</datalist>
      )}
    </Around>
  )
}

export function TextArea(props: FieldProps & { value: string; onValue: (value: string) => void; rows?: number }) {
  const field = useField(props)
  return (
    <Around {...props} {...field}>
      <textarea
        class={`govuk-textarea${field.error ? ' govuk-textarea--error' : ''}`}
        id={field.id}
        name={props.name.slice(1)}
        rows={props.rows ?? 5}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        value={props.value}
        onInput={(event) => props.onValue(event.currentTarget.value)}
      />
    </Around>
  )
}

export type Choice = readonly [value: string, label: string, hint?: string]

export function Select(props: FieldProps & { value: string; onValue: (value: string) => void; choices: Choice[] }) {
  const field = useField(props)
  return (
    <Around {...props} {...field}>
      <select
        class={`govuk-select${field.error ? ' govuk-select--error' : ''}`}
        id={field.id}
        name={props.name.slice(1)}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        value={props.value}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.choices.map(([value, label]) => (
          <option key={value} value={value} selected={value === props.value}>{label}</option>
        ))}
      </select>
    </Around>
  )
}

/** A question with several answers to tick (`many`) or one to choose. */
export function Choices(
  props: FieldProps & { many?: boolean; values: string[]; onValues: (values: string[]) => void; choices: Choice[]; inline?: boolean },
) {
  const field = useField(props)
  const kind = props.many ? 'checkboxes' : 'radios'
  const change = (value: string, on: boolean) => {
    if (!props.many) props.onValues([value])
    else props.onValues(on ? [...props.values, value] : props.values.filter((each) => each !== value))
  }
  return (
    <div class={`govuk-form-group${field.error ? ' govuk-form-group--error' : ''}`}>
      <fieldset class="govuk-fieldset" aria-describedby={field.describedBy}>
        <legend class="govuk-fieldset__legend">{props.label}</legend>
        {props.hint && <div class="govuk-hint" id={`${field.id}-hint`}>{props.hint}</div>}
        {field.error && <FieldError id={field.id} text={field.error} />}
        <div class={`govuk-${kind} govuk-${kind}--small${props.inline ? ` ${kind}-inline` : ''}`}>
          {props.choices.map(([value, label, hint], index) => {
            const id = index === 0 ? field.id : `${field.id}-${value}`
            return (
              <div class={`govuk-${kind}__item`} key={value}>
                <input
                  class={`govuk-${kind}__input`}
                  id={id}
                  name={props.name.slice(1)}
                  type={props.many ? 'checkbox' : 'radio'}
                  value={value}
                  checked={props.values.includes(value)}
                  aria-describedby={hint ? `${id}-item-hint` : undefined}
                  onChange={(event) => change(value, event.currentTarget.checked)}
                />
                <label class={`govuk-label govuk-${kind}__label`} for={id}>{label}</label>
                {hint && <div class={`govuk-hint govuk-${kind}__hint`} id={`${id}-item-hint`}>{hint}</div>}
              </div>
            )
          })}
        </div>
      </fieldset>
    </div>
  )
}

export const Tick = (props: FieldProps & { value: boolean; onValue: (value: boolean) => void }) => {
  const field = useField(props)
  return (
    <div class={`govuk-form-group${field.error ? ' govuk-form-group--error' : ''}`}>
      <div class="govuk-checkboxes govuk-checkboxes--small">
        <div class="govuk-checkboxes__item">
          <input
            class="govuk-checkboxes__input"
            id={field.id}
            name={props.name.slice(1)}
            type="checkbox"
            checked={props.value}
            aria-describedby={field.describedBy}
            onChange={(event) => props.onValue(event.currentTarget.checked)}
          />
          <label class="govuk-label govuk-checkboxes__label" for={field.id}>{props.label}</label>
          {props.hint && <div class="govuk-hint govuk-checkboxes__hint" id={`${field.id}-hint`}>{props.hint}</div>}
        </div>
      </div>
      {field.error && <FieldError id={field.id} text={field.error} />}
    </div>
  )
}

/** `of` tells those who hear the page which of several like buttons this is. */
export function Button(
  props: { children: ComponentChildren; kind?: 'secondary' | 'warning'; busy?: boolean; onClick?: () => void; of?: string },
) {
  return (
    <button
      type={props.onClick ? 'button' : 'submit'}
      class={`govuk-button${props.kind ? ` govuk-button--${props.kind}` : ''}`}
      aria-disabled={props.busy || undefined}
      onClick={props.onClick}
    >
      {props.children}
      {props.of && <span class="govuk-visually-hidden"> {props.of}</span>}
    </button>
  )
}

/** A button that sends one thing and shows what went wrong beside itself. */
export function Action(
  props: {
    children: ComponentChildren
    kind?: 'secondary' | 'warning'
    run: (send: Send) => Promise<void>
    of?: string
    once?: string
  },
) {
  const form = useForm(props.run, props.once)
  return (
    <form class="action" noValidate onSubmit={(event) => void form.submit(event)}>
      {form.problem && (
        <p class="govuk-error-message" role="alert">{form.problem.fields[0]?.detail ?? form.problem.detail}</p>
      )}
      <Button {...(props.kind ? { kind: props.kind } : {})} busy={form.busy} {...(props.of ? { of: props.of } : {})}>
        {props.children}
      </Button>
    </form>
  )
}
