// A small router over the History API: plain `<a href>` elements, one table of pages.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

export type Parameters = Record<string, string>
export interface Route {
  path: string
  page: ComponentType<{ parameters: Parameters }>
}

/** The values of `:name` parts where the path is of this pattern. */
export function matchPath(pattern: string, path: string): Parameters | undefined {
  const wanted = pattern.split('/')
  const given = path.replace(/(.)\/$/, '$1').split('/')
  if (wanted.length !== given.length) return undefined
  const parameters: Parameters = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith(':')) {
      if (!value) return undefined
      parameters[part.slice(1)] = decodeURIComponent(value)
    } else if (part !== value) return undefined
  }
  return parameters
}

export interface Place {
  path: string
  query: URLSearchParams
}
const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) })

const listeners = new Set<() => void>()
const announce = () => {
  for (const listener of listeners) listener()
}

/** Whether the first page is behind us: only then does focus move to a new page's heading. */
let moved = false
export const hasMoved = (): boolean => moved

export function navigate(address: string, replace = false): void {
  moved = true
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  if (!replace) scrollTo(0, 0)
  announce()
}

/** Lets every link to one of our own pages change the page without loading it anew. */
export function followLinks(): void {
  addEventListener('popstate', () => {
    moved = true
    announce()
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = (event.target as Element | null)?.closest('a')
    const href = link?.getAttribute('href')
    if (!link || !href?.startsWith('/') || link.target || link.hasAttribute('download')) return
    event.preventDefault()
    navigate(href)
  })
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here)
  useEffect(() => {
    const listener = () => setPlace(here())
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [])
  return place
}
