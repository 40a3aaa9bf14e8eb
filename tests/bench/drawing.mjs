// Line charts as SVG: a few series over a logarithmic or plain axis, with a legend that does not rely on colour alone.
const width = 720
const height = 400
const left = 70
const right = 190
const top = 44
const bottom = 56
const colours = ['#0b5cad', '#b3261e', '#1b7f3b', '#7a4a00', '#6a1b9a', '#333333', '#00727f']
const dashes = ['', '7 4', '2 4', '10 4 2 4', '1 2', '4 2', '14 3 2 3']

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const rounded = (value) => Number(value.toFixed(1))

function scale(axis, from, to) {
  const place = axis.logarithmic ? Math.log10 : (value) => value
  const [least, most] = [place(axis.least), place(axis.most)]
  return (value) => rounded(from + (to - from) * Math.min(1, Math.max(0, (place(value) - least) / (most - least))))
}

/**
 * `x` and `y` are axes `{ label, least, most, ticks, logarithmic, text }`; a series is `{ name, points: [[x, y], ...] }`, drawn
 * as steps where `steps` says so. Values outside an axis are drawn at its end.
 */
export function chart({ title, x, y, series, steps = false }) {
  const across = scale(x, left, width - right)
  const up = scale(y, height - bottom, top)
  const text = (axis, value) => escaped((axis.text ?? String)(value))
  const grid = [
    ...x.ticks.map((tick) => `<path d="M${across(tick)} ${top}V${height - bottom}" stroke="#ddd"/><text x="${across(tick)}" y="${height - bottom + 18}" text-anchor="middle">${text(x, tick)}</text>`),
    ...y.ticks.map((tick) => `<path d="M${left} ${up(tick)}H${width - right}" stroke="#ddd"/><text x="${left - 8}" y="${up(tick) + 4}" text-anchor="end">${text(y, tick)}</text>`),
  ]
  const lines = series.flatMap(({ name, points }, at) => {
    const path = points.map(([px, py], index) => {
      if (index === 0) return `M${across(px)} ${up(py)}`
      return steps ? `H${across(px)}V${up(py)}` : `L${across(px)} ${up(py)}`
    }).join('')
    const style = `fill="none" stroke="${colours[at % colours.length]}" stroke-width="2.5" stroke-dasharray="${dashes[at % dashes.length]}"`
    const legend = top + 12 + at * 22
    return [
      `<path d="${path}" ${style}/>`,
      ...(steps ? [] : points.map(([px, py]) => `<circle cx="${across(px)}" cy="${up(py)}" r="3.5" fill="${colours[at % colours.length]}"/>`)),
      `<path d="M${width - right + 14} ${legend}h34" ${style}/><text x="${width - right + 54}" y="${legend + 4}">${escaped(name)}</text>`,
    ]
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${left}" y="24" font-size="15" font-weight="bold">${escaped(title)}</text>
${grid.join('\n')}
<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#333"/>
<text x="${(left + width - right) / 2}" y="${height - 14}" text-anchor="middle">${escaped(x.label)}</text>
<text transform="translate(18 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>
${lines.join('\n')}
</svg>
`
}
