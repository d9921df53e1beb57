// Says in words, in the page's own place for messages, that a passkey was not used; allauth's scripts do the rest.
(() => {
  const { message } = document.currentScript.dataset
  document.addEventListener('allauth.error', (event) => {
    const region = document.querySelector('.messages')
    if (!region) return
    event.preventDefault()
    const line = document.createElement('p')
    line.className = 'message warning'
    line.textContent = message
    region.replaceChildren(line)
    line.scrollIntoView({ block: 'nearest' })
  })
})()
