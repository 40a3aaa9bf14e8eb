import { render } from 'preact'
import { App } from './app'
import { followLinks } from './router'
import './styles/main.scss'

followLinks()
const root = document.getElementById('app')
if (root) render(<App />, root)
