//go:build js && wasm

package main

import (
	"syscall/js"
	"time"

	"honnef.co/go/js/dom/v2"
)

// blinker shows two pictures one after the other, so that the eye finds what
// moves or changes between them. It can be stopped, and changed over by hand.
type blinker struct {
	frame   *dom.BasicHTMLElement
	button  *dom.HTMLButtonElement
	label   *text
	on      bool // whether there are two pictures to blink
	running bool
	run     int  // counts the runs, so that those before end
	right   bool // which of the two is shown
}

// blinkPeriod is how long either picture stays. It is well below the three
// flashes a second that can hurt.
const blinkPeriod = 800 * time.Millisecond

func newBlinker(d document, frame *dom.BasicHTMLElement) *blinker {
	b := &blinker{frame: frame, button: d.button("blink-run"), label: d.text("blink-label")}
	listen(b.button, "click", func(*dom.BasicEvent) { b.start(!b.running) })
	listen(d.element("pan"), "keydown", func(e *dom.BasicEvent) {
		if e.Get("key").String() == " " && b.on {
			e.PreventDefault()
			b.change()
		}
	})
	return b
}

// set begins or ends the blinking. Who wants less motion begins it by the
// button.
func (b *blinker) set(on bool) {
	if on != b.on {
		b.on, b.right = on, false
		b.start(on && !js.Global().Call("matchMedia", "(prefers-reduced-motion: reduce)").Get("matches").Bool())
	}
	b.show()
}

// start lets it blink by itself, or not.
func (b *blinker) start(running bool) {
	b.run++
	b.running = running
	b.show()
	if !running {
		return
	}
	go func(run int) {
		for {
			time.Sleep(blinkPeriod)
			if b.run != run {
				return
			}
			b.right = !b.right
			b.show()
		}
	}(b.run)
}

// change shows the other picture and stays there.
func (b *blinker) change() {
	if b.on {
		b.right = !b.right
		b.start(false)
	}
}

func (b *blinker) show() {
	shown, label := "left", say("Start blinking")
	if b.right {
		shown = "right"
	}
	if b.running {
		label = say("Stop blinking")
	}
	b.frame.SetAttribute("data-blink", shown)
	b.label.write(label)
	setHidden(b.button, !b.on)
}
