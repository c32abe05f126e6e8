//go:build js && wasm

// Command page is the user interface. site/index.html holds its whole
// structure and its opening, which site/opening.js lets one compare before this
// program arrives; the program brings the rest to life. It reaches the network
// only through the module site/tcmoa.js, which site/page.js puts in the global
// tcmoa.
//
// The page is one state and some components. A user's act is a method of page:
// it changes the state and calls render, which has every component write what
// it shows. Components keep no state of their own besides what the document
// cannot tell. Whatever waits for a promise runs in a goroutine, since a
// listener that waits would stop the event loop, and finds out by itself
// whether the state still wants its result. All goroutines share one thread
// and change places only where they wait, so the state needs no lock.
package main
