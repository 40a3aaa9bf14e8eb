import { useEffect } from 'preact/hooks'
import { Page } from '../parts/page'
import { navigate } from '../router'
import { useSession } from '../session'

/** Several purses that overlap: what the program is about, drawn. */
const Drawing = () => (
  <svg viewBox="0 0 320 250" aria-hidden="true" focusable="false">
    <circle cx="118" cy="96" r="78" fill="#f3c567" />
    <circle cx="206" cy="96" r="78" fill="#e9886a" fill-opacity="0.88" />
    <circle cx="162" cy="160" r="78" fill="#fdf8ef" fill-opacity="0.9" />
    <g fill="none" stroke="#1d5b57" stroke-width="5" stroke-linecap="round">
      <circle cx="92" cy="74" r="11" /><path d="M74 112c3-22 33-22 36 0" />
      <circle cx="232" cy="74" r="11" /><path d="M214 112c3-22 33-22 36 0" />
      <circle cx="162" cy="186" r="11" /><path d="M144 224c3-22 33-22 36 0" />
      <path d="M162 98v36M146 116h32" stroke="#a8432b" />
    </g>
  </svg>
)

export function WelcomePage() {
  const { account } = useSession()
  useEffect(() => {
    if (account) navigate('/home', true)
  }, [account])
  return (
    <>
      <div class="hero">
        <div>
          <Page title="Together, your short break money goes further">
            <p>
              Join with other families of disabled children near you. Share the cost of an activity, a second worker,
              a minibus – and see to the penny what it costs you before you say yes.
            </p>
            <p class="actions">
              <a class="govuk-button" href="/sign-up">Join as a parent</a>
              <a class="plain" href="/sign-in">I have an account</a>
            </p>
          </Page>
        </div>
        <Drawing />
      </div>
      <ul class="three">
        <li class="card">
          <p class="number" aria-hidden="true">1</p>
          <h2>See what there is</h2>
          <p>Look through short breaks near you, with who they are for and what they cost. No account needed.</p>
          <p><a href="/breaks">Find a break</a></p>
        </li>
        <li class="card">
          <p class="number" aria-hidden="true">2</p>
          <h2>Know what it costs you</h2>
          <p>Every priced activity has a calculator: what you would pay on your own, and in a group of two, four or eight.</p>
        </li>
        <li class="card">
          <p class="number" aria-hidden="true">3</p>
          <h2>Share it with others</h2>
          <p>Your facilitator brings together families who fit and does the paperwork. You pay only your share, and only for what took place.</p>
        </li>
      </ul>
    </>
  )
}
