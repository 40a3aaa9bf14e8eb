// What the program sends and takes, as `/openapi.json` says it.
import type { Money } from './money'

export type Role = 'parent' | 'facilitator' | 'provider' | 'commissioner' | 'administrator'
export type Need =
  | 'learning' | 'autism' | 'physical' | 'sensory_hearing' | 'sensory_vision' | 'communication'
  | 'behaviour' | 'adhd' | 'complex' | 'palliative' | 'personal_care' | 'epilepsy' | 'other'
export type SpendingStream =
  | 'short_breaks' | 'social_care' | 'health' | 'education_transport' | 'equipment' | 'own_money'
export type PoolState = 'proposed' | 'agreement' | 'holding' | 'active' | 'closed' | 'dissolved'
export type MemberState = 'invited' | 'accepted' | 'declined' | 'leaving' | 'left'
export type SessionState = 'planned' | 'delivered' | 'cancelled'

export interface Page<T> {
  items: T[]
  next?: string | null
}

// identity
export interface AccountView {
  id: string
  role: Role
  name: string
  email: string
  authority?: string | null
  authority_name?: string | null
  family?: string | null
  provider?: string | null
}
export interface LogEntryView {
  id: string
  at: string
  action: string
  account?: string | null
  authority?: string | null
  subject: string
}
export interface AuthorityView {
  id: string
  name: string
  slug: string
}
export interface SpendingRule {
  stream: SpendingStream
  category: string
  rule: 'allowed' | 'not_allowed' | 'ask'
  reason: string
}
export interface BudgetRules {
  carry_over_percent: number
  carry_over_pence?: number | null
  pence_per_point?: number | null
  keep_permille: number
  rise_permille: number
}
export interface PolicyView {
  free_percent: number
  permission_required: boolean
  ras_threshold_points?: number | null
  spending_rules: SpendingRule[]
  budget: BudgetRules
  currency?: string
  version: number
}

// families
export interface ChildInput {
  id?: string
  nickname: string
  birth_month: string
  needs: Need[]
  support_adults: number
  support_children: number
  wheelchair: boolean
  behaviours: Behaviour[]
}
export type Behaviour = 'loud' | 'rough' | 'running_off' | 'close_contact' | 'throwing'
export interface Slot {
  weekday: number
  from_minute: number
  to_minute: number
}
export interface Interest {
  activity_type: string
  weight: number
}
export interface FamilyInput {
  known_as: string
  children: ChildInput[]
  place: string
  slots: Slot[]
  interests: Interest[]
  max_miles: number
  mixing: 'mixed' | 'similar' | 'either'
  with: string[]
  not_with: string[]
  languages: string[]
  needs_shared_language: boolean
  not_with_behaviours: Behaviour[]
  wished_groups: number | null
  looking: boolean
}
export interface ChildView extends ChildInput {
  id: string
  age_band: string
}
export interface FamilyView extends FamilyInput {
  children: ChildView[]
  id: string
  authority: string
  version: number
}
export interface FamilySummary {
  id: string
  known_as: string
  children: number
  looking: boolean
  place: string
}
export interface PlaceView {
  district: string
  name: string
  authority_name: string
}

// catalogue
export interface ServiceView {
  id: string
  authority_name: string
  tier: string
  name: string
  type: string
  needs_text: string
  needs: Need[]
  age_min?: number | null
  age_max?: number | null
  age_note: string
  ages_known: boolean
  provider?: string | null
  provider_name: string
  provider_kind: string
  referral_route: string
  session_hours: string
  capacity: string
  pattern: string
  place?: string | null
  distance_miles?: number | null
  offer_count: number
}
export interface ServiceDetail extends ServiceView {
  offers: OfferView[]
}
export interface MarketView {
  authority?: string | null
  total: number
  rows: { type: string; tier: string; count: number }[]
}
export interface PriceTier {
  from_children: number
  fixed: Money
  per_child: Money
  per_hour: Money
}
export interface RunView {
  id: string
  weekday: number
  from_minute: number
  to_minute: number
  first_date: string
  dates: string[]
  places: number
}
export interface OfferInput {
  authorities: string[]
  title: string
  activity_type: string
  description: string
  age_min: number
  age_max: number
  needs_catered: Need[]
  wheelchair_access: 'yes' | 'no' | 'unknown'
  staff_checks: 'known' | 'unknown'
  staff_adults: number
  staff_children: number
  place: string
  minimum_children: number
  maximum_children: number
  minutes_per_session: number
  tiers: PriceTier[]
}
export interface OfferView extends OfferInput {
  id: string
  provider: string
  provider_name: string
  service: string
  distance_miles?: number | null
  vetting: string
  runs: RunView[]
  state: 'published' | 'withdrawn'
  version: number
}
export interface ProviderView {
  id: string
  name: string
  kind: string
  vetting: { authority: string; authority_name: string; state: string; note: string }[]
}

// payments
export interface StreamAmount {
  stream: SpendingStream
  amount: Money
  from?: string
}
export interface StreamView {
  stream: SpendingStream
  from?: string | null
  allocated: Money
  held: Money
  charged: Money
  left: Money
  returned: Money
}
export interface AllocationView { table: Money; amount: Money; broker_support: boolean; steps: DerivationLine[] }
export interface HandOverView { stream: SpendingStream; instalment?: string | null; holder: string; from: string; reason: string }
export interface HoldersView {
  today: { stream: SpendingStream; instalment?: string | null; holder: string }[]
  hand_overs: HandOverView[]
}
export type FeeKind = 'broker' | 'payroll' | 'insurance' | 'holding' | 'other'
export type FeeBasis = 'fixed' | 'hourly' | 'yearly' | 'percent'
export interface FeeView {
  id: string
  plan: string
  kind: FeeKind
  payee: string
  stream: SpendingStream
  derivation: string
  reserved: Money
  charged: Money
  agreed: string
}
export interface PlanView {
  id: string
  family: string
  authority: string
  child_label?: string | null
  state: 'indicative' | 'agreed'
  starts: string
  ends: string
  holder: string
  streams: StreamView[]
  pooled_cap: Money
  pooled_used: Money
  headroom: Money
  version: number
}
export interface QuotePool {
  children: number
  families?: number | null
  per_session_group: Money
  my_share_per_session: Money
  my_total: Money
  my_month?: Money | null
  my_plan_year?: Money | null
  saving?: Money | null
  tier_from_children: number
  affordable?: boolean | null
  left_after?: Money | null
  left_for_other_things?: Money | null
  one_leaves: QuoteOneLeaves
}
export interface QuoteOneLeaves {
  children: number
  stands: boolean
  share_after?: Money | null
  rise?: Money | null
  needs_percent?: number | null
  ceiling?: Money | null
  inside_ceiling?: boolean | null
  text: string
}
export interface QuoteAlone {
  available: boolean
  per_session?: Money | null
  total?: Money | null
  per_month?: Money | null
  plan_year?: Money | null
  why_not?: string | null
}
export interface QuoteView {
  sessions: number
  alone: QuoteAlone
  pools: QuotePool[]
  smallest_saving_size?: number | null
  largest_saving_size?: number | null
  largest_group_that_saves?: number | null
  most_sessions_a_month?: number | null
  sessions_in_plan_year?: number | null
  derivation: string[]
}
export interface AuditRow {
  month: string
  stream: SpendingStream
  allocated: Money
  paid_in: Money
  carried: Money
  returned: Money
  fees: Money
  held: Money
  charged: Money
  released: Money
  refunded: Money
  left: Money
  planned: Money
  booked: Money
  actual: Money
}
export interface AuditView { from: string; to: string; rows: AuditRow[] }
export interface ReversalView { operation: number; undone: number; corrected: string; amount: Money }
export interface IssuedNote { number: number; first: string; last: string; made: string; through: number; sha256: string }
/** One step of how an amount was worked out. */
export interface DerivationLine { what: string; text: string; amount?: Money | null }
export interface StatementLine {
  operation: number
  at: string
  effective: string
  kind: 'allocation' | 'hold' | 'charge' | 'release' | 'refund' | 'paid_in' | 'paid_back' | 'fee' | 'fee_charge' | 'fee_release'
    | 'carried_in' | 'carried_over' | 'returned'
  plan: string
  pool?: string | null
  pool_title: string
  session?: number | null
  stream: SpendingStream
  from?: string | null
  amount: Money
  derivation: DerivationLine[]
}
export interface StatementView {
  family: string
  plans: PlanView[]
  lines: StatementLine[]
  totals: { allocated: Money; held: Money; charged: Money; left: Money; headroom: Money }
  head: LedgerHeadView
  next?: string | null
}
export interface LedgerHeadView {
  sequence: number
  hash: string
  at: string
  public_key: string
  signature: string
}
export interface PlanVersionView {
  version: number
  at: string
  reason: string
  streams: string
}
export interface InvoiceView {
  id: string
  provider: string
  pool: string
  pool_title: string
  authority: string
  period: string
  lines: { session: number; date: string; amount: Money }[]
  total: Money
  owed: Money
  settled: Money
  state: InvoiceState
}
export type InvoiceState = 'open' | 'batched' | 'sent' | 'settled' | 'returned'
export interface BankDetailsView {
  id: string
  provider: string
  sort_code: string
  account_number: string
  requested_at: string
  digits: 'valid' | 'invalid' | 'not-checked'
  withdrawn: boolean
  confirmations: { authority: string; at: string; usable_from: string; withdrawn: boolean }[]
}
export interface PayerChangeView {
  id: string
  sort_code: string
  account_number: string
  service_user_number: string
  requested_by: string
  requested_at: string
}
export interface PayerView {
  change?: PayerChangeView | null
  configured: boolean
  sort_code: string
  account_number: string
  service_user_number: string
  version: number
}
export interface ToCollect { holder: string; plan: string; family: string; amount: Money }
export interface PayableView {
  invoice: string
  pool: string
  pool_title: string
  provider: string
  period: string
  total: Money
  owed: Money
  payable: boolean
  to_collect: ToCollect[]
}
export type PaymentStep = 'batched' | 'sent' | 'settled' | 'returned' | 'cancelled'
export interface RunPaymentView {
  provider: string
  details: string
  amount: Money
  step: PaymentStep
  reference: string
  invoices: { pool: string; pool_title: string; period: string; amount: Money }[]
}
export interface RunPreview {
  pay_on: string
  total: Money
  releases_needed: number
  payments: RunPaymentView[]
  excluded: { provider: string; pool: string; pool_title: string; amount: Money; reason: string }[]
}
export interface RunView {
  id: string
  state: 'draft' | 'released' | 'sent' | 'cancelled'
  made_by: string
  made_at: string
  pay_on: string
  total: Money
  releases_needed: number
  releases: { account: string; at: string }[]
  digest: string
  payments: RunPaymentView[]
}
export interface BankStatementView {
  id: string
  at: string
  lines: number
  settled: number
  returned: number
  unmatched: number
}
export interface BankLineView {
  id: string
  statement: string
  place: string
  direction: 'credit' | 'debit'
  amount: Money
  booked: string
  reference: string
  reason: string
  candidates: { run: string; provider: string }[]
  state: string
  version: number
}

// pools
export type SplitKind = 'by_child' | 'equal' | 'by_hours' | 'by_support_ratio' | 'by_weight'
export interface SupportRatio {
  adults: number
  children: number
}
export interface AgreementMember {
  family: string
  weight?: number | null
  ratio?: SupportRatio | null
  minutes?: number[] | null
  fixed?: Money | null
  can_pay?: Money | null
  carries_to?: Money | null
}
export interface AgreementCost {
  kind: 'fee' | 'insurance' | 'other'
  label: string
  per_session?: Money | null
  once?: Money | null
}
export interface NewAgreement {
  notice_sessions: number
  ceiling_percent: number
  minimum_children: number
  split: SplitKind
  members: AgreementMember[]
  costs: AgreementCost[]
}
export interface AgreementView {
  version: number
  price_per_session: Money
  sessions: number
  notice_sessions: number
  ceiling_percent: number
  minimum_children: number
  split: SplitKind
  costs: AgreementCost[]
  text: string
}
export interface PoolMember {
  family: string
  known_as: string
  children: number
  state: MemberState
  accepted_version?: number | null
  share_per_session: Money
  total: Money
  ceiling_per_session?: Money | null
  terms?: AgreementMember | null
}
export interface MyShare {
  family: string
  state: MemberState
  accepted_version?: number | null
  share_per_session: Money
  total: Money
  ceiling_per_session?: Money | null
  pays_until?: number | null
  derivation: DerivationLine[]
  terms?: AgreementMember | null
}
export interface PoolSession {
  number: number
  date: string
  state: SessionState
}
export interface PoolView {
  id: string
  authority: string
  state: PoolState
  title: string
  offer: string
  run: string
  provider: string
  provider_name: string
  activity_type: string
  weekday: number
  from_minute: number
  to_minute: number
  minutes_per_session: number
  minimum_children: number
  maximum_children: number
  children: number
  agreement?: AgreementView | null
  members: PoolMember[]
  sessions: PoolSession[]
  reasons: string[]
  my?: MyShare | null
  created: string
  version: number
}
export interface PoolSummary {
  id: string
  title: string
  state: PoolState
  activity_type: string
  members: number
  children: number
  sessions: number
  delivered: number
  weekday: number
  from_minute: number
  my_state?: MemberState | null
  created: string
  version: number
}

// matching
export interface GroupFamily {
  family: string
  known_as?: string | null
  children: number
  share: Money
  alone?: Money | null
}
export interface GroupView {
  id: string
  offer: string
  offer_title: string
  run: string
  weekday: number
  from_minute: number
  to_minute: number
  sessions: number
  families: GroupFamily[]
  reasons: string[]
  score: number
  terms: { name: string; title: string; value: number }[]
  pool?: string | null
}
export interface LeftOut {
  family: string
  known_as?: string | null
  code: string
  text: string
  what_would_help: string
}
export interface MatchingRunSummary {
  id: string
  authority: string
  created: string
  families: number
  offers: number
  took_ms: number
  activity_type?: string | null
  from?: string | null
  score: number
  bound?: number | null
  gap?: number | null
  night?: string | null
  rather_elsewhere?: number | null
}
export interface MatchingChange {
  kind: 'pin' | 'forbid' | 'swap' | 'remove'
  family: string
  run?: string | null
  other?: string | null
}
export interface MatchingChangeView extends MatchingChange {
  known_as?: string | null
  other_known_as?: string | null
}
export interface RunMap {
  places: { district: string; latitude: number; longitude: number; offers: string[]; families: { family: string; known_as: string }[] }[]
}
export interface WhatIfFamily {
  family: string
  known_as?: string | null
  before?: Money | null
  now?: Money | null
}
export interface WhatIfView {
  score_before: number
  score_after: number
  gained: WhatIfFamily[]
  lost: WhatIfFamily[]
  paying: WhatIfFamily[]
  groups: GroupView[]
}
export interface MatchingRunView extends MatchingRunSummary {
  changes: MatchingChangeView[]
  groups: GroupView[]
  left_out: LeftOut[]
  unmet: UnmetGroup[]
}
export interface UnmetGroup extends Slot {
  activity_type: string
  within_miles: number
  children: number
  age_min: number
  age_max: number
  text: string
  families: { family: string; known_as?: string | null }[]
}
export interface NotTogether {
  code: string
  text: string
  what_would_help: string
  for_parents: string
}
export interface FamilyProposal {
  matching_run: string
  group: string
  offer: string
  offer_title: string
  run: string
  weekday: number
  from_minute: number
  to_minute: number
  sessions: number
  families: number
  children: number
  my_share: Money
  alone?: Money | null
  reasons: string[]
}
export interface FamilyProposals {
  items: FamilyProposal[]
  left_out?: { code: string; text: string; what_would_help: string } | null
}

// forum
export interface ThreadView {
  id: string
  title: string
  author_name: string
  created: string
  last_post: string
  posts: number
  hidden: boolean
}
export interface PostView {
  id: string
  author_name: string
  author_role: Role
  mine: boolean
  text: string
  created: string
  hidden: boolean
}
export interface ReportView {
  id: string
  post: string
  thread: string
  reason: string
  post_text: string
  post_author: string
  post_hidden: boolean
  created: string
}
export interface UnmetNeedView {
  id: string
  what: string
  activity_type?: string | null
  place?: string | null
  created: string
}
