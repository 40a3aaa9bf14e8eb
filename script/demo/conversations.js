// What people say in the forums. The first post begins the conversation; `by` is a sign-in's start.

export const traffordThreads = [
  {
    title: 'Has anybody tried the trampolining in Sale?',
    posts: [
      { by: 'parent2', text: 'Callum loves to bounce but a busy hall is too much for him. Is it loud? Is there somewhere quiet to go?' },
      { by: 'parent', text: 'We went in the summer. They turn the music off if you ask, and there is a small room with beanbags. Zayn talked about it for days.' },
      { by: 'parent6', text: 'The coaches were kind, and they knew what to do when Tom had had enough. On our own it was dear. Sharing it would make it possible.' },
      { by: 'facilitator', text: 'A few of you have asked about Saturday mornings. I can look for a group – tell me on your family’s page which times suit you.' },
    ],
  },
  {
    title: 'Sharing a lift on Saturdays from Urmston',
    posts: [
      { by: 'parent8', text: 'We go to the youth club from Urmston and have two seats free. Anybody near?' },
      { by: 'parent4', text: 'Not this term, but please keep us in mind. Ellie gets car sick, so short trips only!' },
    ],
  },
  {
    title: 'How was your budget worked out?',
    posts: [
      { by: 'parent5', text: 'I got a letter with a number and no reason. Has anybody seen how it is made up?' },
      { by: 'parent9', text: 'Look at “My money” here: it lists each stream. I had no idea that ours came from two.' },
      { by: 'facilitator', text: 'Ring me and we go through it together. Nobody should have to guess.' },
    ],
  },
  {
    title: 'Puppets: our success story',
    posts: [
      { by: 'parent12', text: 'Lily stood up in front of thirty people and made her fox bow. Four families shared it and it cost each of us less than swimming.' },
      { by: 'parent11', text: 'I cried a bit, I admit. Niamh wants to do it again.' },
    ],
  },
  {
    title: 'What is there for over-16s?',
    posts: [{ by: 'parent14', text: 'Everything seems to stop at sixteen. Ismail would like something with computers, not a playground.' }],
  },
]

export const plymouthThreads = [
  {
    title: 'Sailing with a wheelchair – how does it work?',
    posts: [
      { by: 'parent2.plymouth', text: 'Poppy would love to try. Is the hoist easy, and how long is she on the water?' },
      { by: 'parent.plymouth', text: 'About an hour. The hoist takes five minutes and the crew are lovely. Bring a hat.' },
      { by: 'facilitator.plymouth', text: 'You need permission for the part that you pool. I write the request with you, it takes ten minutes.' },
    ],
  },
  {
    title: 'Sharing a personal assistant: who is the employer?',
    posts: [
      { by: 'parent5.plymouth', text: 'We would like to share one with another family. Who pays the insurance and the tax?' },
      { by: 'facilitator.plymouth', text: 'With Sound and Shore the provider is the employer, so neither of you is. It is in the price.' },
    ],
  },
]

export const missing = [
  { by: 'parent14', what: 'A coding or gaming club for over-16s, in the evening', activity_type: 'Groups: Youth', place: 'M32' },
  { by: 'parent13', what: 'Swimming with a hoist and two carers', activity_type: 'Groups: Sports and outdoor activities', place: 'M31' },
  { by: 'parent7', what: 'A holiday week that takes children with epilepsy', activity_type: 'Weekend and holiday groups' },
]
