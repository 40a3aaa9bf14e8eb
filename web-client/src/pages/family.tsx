import { useState } from 'preact/hooks'
import { withQuery } from '../api'
import { Button, Choices, FormBox, Input, refused, Select, Tick, useForm, type Choice } from '../form'
import { Loaded, Page, Said } from '../parts/page'
import { useGet } from '../resource'
import { useAccount } from '../session'
import type { Behaviour, ChildInput, FamilyInput, FamilyView, Interest, Need, PlaceView, Slot } from '../types'
import { behaviourOfChild, behaviourOfOthers, behaviours, languageNames, minuteOf, needNames, needs, timeField, weekdays } from '../words'
import { whole } from '../agreement'

const newChild = (): ChildInput => ({
  nickname: '', birth_month: '', needs: [], support_adults: 1, support_children: 1, wheelchair: false, behaviours: [],
})
const emptyFamily: FamilyInput = {
  known_as: '', children: [newChild()], place: '', slots: [{ weekday: 6, from_minute: 600, to_minute: 960 }],
  interests: [], max_miles: 10, mixing: 'either', with: [], not_with: [], languages: [], needs_shared_language: false, not_with_behaviours: [], wished_groups: null, looking: true,
}

/** The parent's own family, made by its first saving. */
export function FamilyPage() {
  const { authority_name } = useAccount()
  const family = useGet<FamilyView>('/v1/families/mine')
  const missing = family.problem?.status === 404
  return (
    <Page title="My family" lead="What we need to find families who fit. Only your facilitator and you see this page.">
      <Loaded of={missing ? { value: null, problem: undefined } : family}>
        {(value) => <FamilyForm family={value} path="/v1/families/mine" authority={authority_name ?? ''} saved={family.set} />}
      </Loaded>
    </Page>
  )
}

const ratios: Choice[] = [
  ['0:1', 'No adult of their own'], ['1:4', 'One adult for four children'], ['1:3', 'One adult for three children'],
  ['1:2', 'One adult for two children'], ['1:1', 'One adult for this child'], ['2:1', 'Two adults for this child'],
]
const ratioOf = (child: ChildInput): string =>
  child.support_adults === 0 ? '0:1' : `${child.support_adults}:${child.support_children}`

function inputOf(family: FamilyView): FamilyInput {
  const { children, id: _id, authority: _authority, version: _version, ...profile } = family
  return { ...profile, children: children.map(({ age_band: _age_band, ...child }) => child) }
}

export function FamilyForm(props: { family: FamilyView | null; path: string; authority: string; saved: (family: FamilyView) => void }) {
  const [family, setFamily] = useState<FamilyInput>(() => (props.family ? inputOf(props.family) : emptyFamily))
  const [miles, setMiles] = useState(String(family.max_miles))
  const [said, setSaid] = useState<string>()
  const places = useGet<{ items: PlaceView[] }>(withQuery('/v1/families/places', { authority: props.authority }))
  const types = useGet<{ items: { type: string }[] }>(withQuery('/v1/catalogue/types', { authority: props.authority }))
  const set = (change: Partial<FamilyInput>) => setFamily({ ...family, ...change })
  const setChild = (index: number, change: Partial<ChildInput>) =>
    set({ children: family.children.map((child, at) => (at === index ? { ...child, ...change } : child)) })

  const form = useForm(async (send) => {
    setSaid(undefined)
    if (!family.place) throw refused([{ pointer: '/place', detail: 'Choose the area you live in' }])
    const body = { ...family, max_miles: whole(miles, '/max_miles') }
    const answer = await send<FamilyView>('PUT', props.path, body, props.family?.version)
    // New children have their ids now: saved again without them, they would be other children.
    setFamily(inputOf(answer))
    setSaid('Saved.')
    props.saved(answer)
  })

  return (
    <>
      <Said text={said} />
      <FormBox form={form} class="card">
        <Input name="/known_as" label="What should other families call you?" hint="A first name or a nickname. It is all that others in a pool see of you." width={20} value={family.known_as} onValue={(known_as) => set({ known_as })} />
        <h2 class="spaced">Your disabled children</h2>
        {family.children.map((child, index) => (
          <ChildFields
            key={index} child={child} index={index} set={(change) => setChild(index, change)}
            remove={family.children.length > 1 ? () => set({ children: family.children.filter((_, at) => at !== index) }) : undefined}
          />
        ))}
        {family.children.length < 8 && (
          <Button kind="secondary" onClick={() => set({ children: [...family.children, newChild()] })}>Add another child</Button>
        )}
        <h2 class="spaced">Where and when</h2>
        <Select name="/place" label="Which area do you live in?" hint="The first half of your postcode is enough." value={family.place} onValue={(place) => set({ place })}
          choices={[['', 'Choose an area'], ...(places.value?.items ?? []).map((each): Choice => [each.district, `${each.district} ${each.name}`])]} />
        <Input name="/max_miles" label="How far would you go?" suffix="miles" width={3} inputMode="numeric" value={miles} onValue={setMiles} />
        <Slots slots={family.slots} set={(slots) => set({ slots })} />
        <h2 class="spaced">What you would like</h2>
        <Interests interests={family.interests} types={(types.value?.items ?? []).map((each) => each.type)} set={(interests) => set({ interests })} />
        <Choices name="/mixing" label="What kind of group?" values={[family.mixing]} onValues={([mixing]) => set({ mixing: mixing as FamilyInput['mixing'] })}
          choices={[['either', 'We do not mind'], ['mixed', 'Children with different needs'], ['similar', 'Children with needs like ours']]} />
        <Choices name="/not_with_behaviours" label="What should your children not be near?" hint="Others are not told. Leave this empty if it is no matter." many inline values={family.not_with_behaviours}
          onValues={(values) => set({ not_with_behaviours: values as Behaviour[] })} choices={behaviours.map((each): Choice => [each, behaviourOfOthers[each]])} />
        <Languages family={family} set={set} />
        <Select name="/wished_groups" label="How many groups would you like to be in at the same time?" value={String(family.wished_groups ?? '')}
          onValue={(value) => set({ wished_groups: value ? Number(value) : null })}
          choices={[['', 'We take it as it comes: one more each time'], ['1', 'One'], ['2', 'Two'], ['3', 'Three'], ['4', 'Four'], ['5', 'Five']]} />
        <Tick name="/looking" label="Look for groups for us" hint="Your details take part in the search. You are asked before anything is decided, and you can say no." value={family.looking} onValue={(looking) => set({ looking })} />
        <Button busy={form.busy}>Save</Button>
      </FormBox>
    </>
  )
}

function ChildFields(props: { child: ChildInput; index: number; set: (change: Partial<ChildInput>) => void; remove: (() => void) | undefined }) {
  const { child, index, set } = props
  const at = `/children/${index}`
  return (
    <fieldset class="child">
      <legend>Child {index + 1}</legend>
      <div class="fields">
        <Input name={`${at}/nickname`} label="Name or nickname" width={10} value={child.nickname} onValue={(nickname) => set({ nickname })} />
        <Input name={`${at}/birth_month`} label="Month of birth" hint="Such as 2014-03" width={10} type="month" value={child.birth_month} onValue={(birth_month) => set({ birth_month })} />
        <Select name={`${at}/support_adults`} label="Support in a group" value={ratioOf(child)} choices={ratios.some(([value]) => value === ratioOf(child)) ? ratios : [...ratios, [ratioOf(child), ratioOf(child)]]}
          onValue={(value) => {
            const [adults, children] = value.split(':').map(Number)
            set({ support_adults: adults ?? 0, support_children: children ?? 1 })
          }} />
      </div>
      <Choices name={`${at}/needs`} label="What does the group have to know about?" many inline values={child.needs}
        onValues={(values) => set({ needs: values as Need[] })} choices={needs.map((need): Choice => [need, needNames[need]])} />
      <Choices name={`${at}/behaviours`} label="Does any of this happen?" hint="So that no group is hard on anybody. Other families are not told." many inline values={child.behaviours}
        onValues={(values) => set({ behaviours: values as Behaviour[] })} choices={behaviours.map((each): Choice => [each, behaviourOfChild[each]])} />
      <Tick name={`${at}/wheelchair`} label="Uses a wheelchair" value={child.wheelchair} onValue={(wheelchair) => set({ wheelchair })} />
      {props.remove && <Button kind="secondary" onClick={props.remove} of={`child ${index + 1}`}>Remove</Button>}
    </fieldset>
  )
}

function Languages({ family, set }: { family: FamilyInput; set: (change: Partial<FamilyInput>) => void }) {
  return (
    <>
      <Choices name="/languages" label="Which languages do you speak or sign?" many inline values={family.languages}
        onValues={(languages) => set({ languages })} choices={Object.entries(languageNames).map(([tag, name]): Choice => [tag, name])} />
      <Tick name="/needs_shared_language" label="We need one language in common with every family of a group" value={family.needs_shared_language}
        onValue={(needs_shared_language) => set({ needs_shared_language })} />
    </>
  )
}

function Slots({ slots, set }: { slots: Slot[]; set: (slots: Slot[]) => void }) {
  const change = (index: number, part: Partial<Slot>) => set(slots.map((slot, at) => (at === index ? { ...slot, ...part } : slot)))
  return (
    <fieldset class="child">
      <legend>When could you come?</legend>
      {slots.map((slot, index) => (
        <div class="fields" key={index}>
          <Select name={`/slots/${index}/weekday`} label="Day" value={String(slot.weekday)} onValue={(value) => change(index, { weekday: Number(value) })}
            choices={weekdays.map((name, at): Choice => [String(at + 1), name])} />
          <Input name={`/slots/${index}/from_minute`} label="From" type="time" width={10} value={timeField(slot.from_minute)} onValue={(value) => change(index, { from_minute: minuteOf(value) ?? slot.from_minute })} />
          <Input name={`/slots/${index}/to_minute`} label="To" type="time" width={10} value={timeField(slot.to_minute)} onValue={(value) => change(index, { to_minute: minuteOf(value) ?? slot.to_minute })} />
          <Button kind="secondary" onClick={() => set(slots.filter((_, at) => at !== index))} of={`time ${index + 1}`}>Remove</Button>
        </div>
      ))}
      <Button kind="secondary" onClick={() => set([...slots, { weekday: 6, from_minute: 600, to_minute: 900 }])}>Add a time</Button>
    </fieldset>
  )
}

const weights: Choice[] = [['0', 'Not for us'], ['1', 'Would be nice'], ['3', 'We would like it'], ['5', 'We want it most']]

function Interests({ interests, types, set }: { interests: Interest[]; types: string[]; set: (interests: Interest[]) => void }) {
  const all = [...new Set([...types, ...interests.map((each) => each.activity_type)])]
  const weightOf = (type: string) => interests.find((each) => each.activity_type === type)?.weight ?? 0
  return (
    <fieldset class="child">
      <legend>Which kinds of break?</legend>
      <div class="fields">
        {all.map((type, index) => {
          const weight = String(weightOf(type))
          return (
            <Select key={type} name={`/interests/${index}`} label={type} value={weight}
              choices={weights.some(([value]) => value === weight) ? weights : [...weights, [weight, `${weight} of 5`]]}
              onValue={(value) => {
                const rest = interests.filter((each) => each.activity_type !== type)
                set(value === '0' ? rest : [...rest, { activity_type: type, weight: Number(value) }])
              }} />
          )
        })}
      </div>
    </fieldset>
  )
}
