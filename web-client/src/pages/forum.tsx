import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { Action, Button, FormBox, Input, TextArea, useForm } from '../form'
import { useLive } from '../live'
import { Card, Details, Empty, Loaded, More, Page, Said, Tag } from '../parts/page'
import { useGet, useList } from '../resource'
import { navigate, usePlace, type Parameters } from '../router'
import { useAccount } from '../session'
import type { PostView, ReportView, ThreadView } from '../types'
import { count, instantText, roleNames } from '../words'

export function ForumPage() {
  const account = useAccount()
  const { query } = usePlace()
  const asked = query.get('q') ?? ''
  const threads = useList<ThreadView>(withQuery('/v1/forum/threads', { q: asked }))
  useLive(account.authority ? `board:${account.authority}` : undefined, () => void threads.reload())
  const [q, setQ] = useState(asked)
  const search = useForm(async () => navigate(withQuery('/forum', { q })))
  return (
    <Page title="Forum" caption={account.authority_name ?? undefined} lead="The only way many of us find out anything is through other parents. Ask, and tell.">
      <div class="columns">
        <div class="stack">
          <Card class="search-bar">
            <FormBox form={search} label="Search the forum">
              <div class="fields">
                <Input name="/q" label="Search the forum" width={20} value={q} onValue={setQ} />
                <Button kind="secondary">Search</Button>
              </div>
            </FormBox>
          </Card>
          <Card title={asked ? `Found for “${asked}”` : 'Conversations'}>
            <Loaded of={threads}>
              {(items) => items.length === 0 ? <Empty title={asked ? 'Nothing found' : 'Nobody has written yet'} /> : (
                <>
                  <ul class="rows">
                    {items.map((thread) => (
                      <li key={thread.id}>
                        <div class="row-line">
                          <h3><a href={`/forum/${thread.id}`}>{thread.title}</a></h3>
                          {thread.hidden && <Tag kind="bad">Hidden</Tag>}
                        </div>
                        <p class="quiet small">{thread.author_name} · {count(thread.posts, 'post')} · last {instantText(thread.last_post)}</p>
                      </li>
                    ))}
                  </ul>
                  <More list={threads} />
                </>
              )}
            </Loaded>
          </Card>
        </div>
        {account.role === 'commissioner' ? <p /> : <NewThread />}
      </div>
    </Page>
  )
}

function NewThread() {
  const { role } = useAccount()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const form = useForm(async (send) => {
    const thread = await send<ThreadView>('POST', '/v1/forum/threads', { title: title.trim(), text: text.trim() })
    navigate(`/forum/${thread.id}`)
  })
  return (
    <Card title="Start a conversation" class="card-tint">
      <FormBox form={form} label="Start a conversation">
        <Input name="/title" label="What is it about?" value={title} onValue={setTitle} />
        <TextArea name="/text" label="Your message" hint="Families and facilitators of your place can read it. Leave out full names and addresses." value={text} onValue={setText} />
        <Button busy={form.busy}>Post</Button>
      </FormBox>
      {role === 'facilitator' && <p><a href="/forum/reports">Reported posts</a></p>}
    </Card>
  )
}

export function ThreadPage({ parameters }: { parameters: Parameters }) {
  const account = useAccount()
  const path = `/v1/forum/threads/${parameters.thread}`
  const thread = useGet<ThreadView>(path)
  const posts = useList<PostView>(`${path}/posts`)
  useLive(account.authority ? `board:${account.authority}` : undefined, () => void posts.reload())
  const [text, setText] = useState('')
  const [said, setSaid] = useState<string>()
  const form = useForm(async (send) => {
    setSaid(undefined)
    await send('POST', `${path}/posts`, { text: text.trim() })
    setText('')
    setSaid('Your post is there.')
    await posts.reload()
  })
  return (
    <Page title={thread.value?.title ?? 'Conversation'} caption="Forum">
      <p class="back"><a href="/forum">All conversations</a></p>
      <Card>
        <Loaded of={posts}>
          {(items) => (
            <>
              {items.map((post) => <Post key={post.id} post={post} changed={() => void posts.reload()} />)}
              <More list={posts} />
            </>
          )}
        </Loaded>
      </Card>
      {account.role !== 'commissioner' && (
        <Card title="Reply">
          <Said text={said} />
          <FormBox form={form} label="Reply">
            <TextArea name="/text" label="Your message" value={text} onValue={setText} />
            <Button busy={form.busy}>Post</Button>
          </FormBox>
        </Card>
      )}
    </Page>
  )
}

function Post({ post, changed }: { post: PostView; changed: () => void }) {
  const { role } = useAccount()
  return (
    <article class="post">
      <div class="post-head">
        <strong>{post.author_name}</strong>
        {post.author_role !== 'parent' && <Tag kind="good">{roleNames[post.author_role]}</Tag>}
        {post.mine && <Tag>You</Tag>}
        {post.hidden && <Tag kind="bad">Hidden</Tag>}
        <span class="quiet small">{instantText(post.created)}</span>
      </div>
      {post.hidden && role !== 'facilitator'
        ? <p class="hidden-text">A facilitator has hidden this post.</p>
        : <p class="prose">{post.text}</p>}
      <div class="post-foot">
        {!post.mine && role === 'parent' && !post.hidden && <ReportPost post={post} />}
        {role === 'facilitator' && <HidePost post={post} changed={changed} />}
      </div>
    </article>
  )
}

function ReportPost({ post }: { post: PostView }) {
  const [reason, setReason] = useState('')
  const [done, setDone] = useState(false)
  const form = useForm(async (send) => {
    await send('POST', `/v1/forum/posts/${post.id}/reports`, { reason: reason.trim() })
    setDone(true)
  })
  if (done) return <p role="status">Thank you. A facilitator looks at it.</p>
  return (
    <Details summary="Report this post">
      <FormBox form={form} label="Report this post">
        <Input name="/reason" label="What is wrong with it?" value={reason} onValue={setReason} />
        <Button kind="secondary" busy={form.busy}>Report</Button>
      </FormBox>
    </Details>
  )
}

function HidePost({ post, changed }: { post: PostView; changed: () => void }) {
  const [reason, setReason] = useState('')
  const path = `/v1/forum/posts/${post.id}/hiding`
  const form = useForm(async (send) => {
    await send('PUT', path, { hidden: true, reason: reason.trim() })
    changed()
  })
  if (post.hidden) {
    return (
      <Action kind="secondary" run={async (send) => {
        await send('PUT', path, { hidden: false, reason: '' })
        changed()
      }}>Show it again</Action>
    )
  }
  return (
    <Details summary="Hide this post">
      <FormBox form={form} label="Hide this post">
        <Input name="/reason" label="Why?" hint="Kept for the record." value={reason} onValue={setReason} />
        <Button kind="warning" busy={form.busy}>Hide it</Button>
      </FormBox>
    </Details>
  )
}

export function ForumReportsPage() {
  const reports = useList<ReportView>('/v1/forum/reports')
  return (
    <Page title="Reported posts" caption="Forum">
      <Card>
        <Loaded of={reports}>
          {(items) => items.length === 0 ? <Empty title="Nobody has reported anything" /> : (
            <ul class="rows">
              {items.map((report) => (
                <li key={report.id}>
                  <p><strong>{report.reason || 'No reason given'}</strong> {report.post_hidden && <Tag kind="bad">Hidden</Tag>}</p>
                  <p class="prose">{report.post_author}: {report.post_text}</p>
                  <p class="quiet small">{instantText(report.created)} · <a href={`/forum/${report.thread}`}>Go to the conversation</a></p>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Card>
    </Page>
  )
}
