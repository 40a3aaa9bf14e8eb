// What a page asks the program for, and asks again when it changed.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { get, Problem } from './api'
import type { Page } from './types'

export interface Resource<T> {
  value: T | undefined
  problem: Problem | undefined
  reload: () => Promise<void>
  set: (value: T) => void
}

const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, 'broken', 'Something went wrong on this page. Load it again.')

/** Loads `path`, and again when it changes; without a path nothing is asked. */
export function useGet<T>(path: string | undefined): Resource<T> {
  const [state, setState] = useState<{ path?: string; value?: T; problem?: Problem }>({})
  const wanted = useRef(path)
  wanted.current = path
  const reload = useCallback(async () => {
    if (!path) return
    try {
      const value = await get<T>(path)
      if (wanted.current === path) setState({ path, value })
    } catch (error) {
      if (wanted.current === path) setState({ path, problem: asProblem(error) })
    }
  }, [path])
  useEffect(() => void reload(), [reload])
  const set = useCallback((value: T) => setState(path ? { path, value } : { value }), [path])
  const current = state.path === path
  return {
    value: current ? state.value : undefined,
    problem: current ? state.problem : undefined,
    reload,
    set,
  }
}

export interface List<T> extends Resource<T[]> {
  more: (() => Promise<void>) | undefined
}

/** A list by pages: `more` asks for the next one, where there is one. */
export function useList<T>(path: string | undefined): List<T> {
  const first = useGet<Page<T>>(path)
  const [rest, setRest] = useState<{ of?: Page<T>; items: T[]; next?: string | null }>({ items: [] })
  const of = first.value
  const fresh = rest.of === of ? rest : { items: [] as T[], next: of?.next ?? null }
  const next = rest.of === of ? rest.next : of?.next
  return {
    value: of && [...of.items, ...fresh.items],
    problem: first.problem,
    reload: first.reload,
    set: (items) => first.set({ items, next: null }),
    more: next && of
      ? async () => {
          const page = await get<Page<T>>(next)
          setRest({ of, items: [...fresh.items, ...page.items], next: page.next ?? null })
        }
      : undefined,
  }
}
