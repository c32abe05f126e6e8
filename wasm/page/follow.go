//go:build js && wasm

package main

import (
	"math"
	"syscall/js"
	"time"

	"tcmoa/core"
)

// The result follows the task and the settings: at once in a small version of the pictures
// where the whole ones take long, and as soon as nothing changes any more in the
// whole ones. What was begun for settings that are outdated is broken off.

// follower is how far that is.
type follower struct {
	running  bool
	turn     int      // changes when the follower is stopped
	whole    js.Value // AbortController of the fusion of the whole pictures at work, or null
	at       order    // that one
	fraction float64  // of that
	cost     float64  // milliseconds that the whole pictures take if nothing is kept
}

const (
	// patient is how many milliseconds a fusion may take to be shown without a
	// preview.
	patient = 250
	// calm is how long nothing may change before the whole pictures are begun.
	calm = 120 * time.Millisecond
	// previewWindows is how many windows of the network a preview has at most.
	previewWindows = 4
)

// follow brings the stage up to what is set.
func (p *page) follow() {
	f := &p.follower
	switch {
	case p.result == nil || p.obstacle() != nil: // nothing is there that could follow
	case p.fusion != nil: // it follows when it is done, or takes all this when it starts
	case p.result.recorded:
		if p.behind() {
			p.request()
		}
	case !f.running:
		f.running = true
		p.steering.render(&p.state)
		go p.catchUp()
	case f.slow() && f.whole.Truthy() && p.overtaken(f.at):
		f.whole.Call("abort")
	}
}

// behind tells whether the stage shows another task or other settings than those
// that are set. The recorded example stays what it is as long as nobody steers it:
// who chooses a task there is about to bring pictures.
func (p *page) behind() bool {
	r := p.result
	if r == nil || p.fusion != nil {
		return false
	}
	return p.coarse != nil || !r.settings.Equal(p.fitted()) || !r.recorded && r.task != p.task
}

// overtaken tells whether an order is no longer what is set.
func (p *page) overtaken(o order) bool { return o.task != p.task || !o.settings.Equal(p.fitted()) }

func (f *follower) slow() bool { return f.cost > patient }

// stop ends whatever follows.
func (f *follower) stop() {
	f.turn++
	f.running = false
	if f.whole.Truthy() {
		f.whole.Call("abort")
	}
	f.whole = js.Null()
}

// catchUp follows until the stage shows what is set.
func (p *page) catchUp() {
	f := &p.follower
	turn := f.turn
	for p.behind() {
		o := p.order()
		if f.slow() {
			p.preview(o, turn)
			time.Sleep(calm)
			if f.turn != turn {
				return
			}
			if p.overtaken(o) {
				continue
			}
		}
		f.whole, f.at, f.fraction = js.Global().Get("AbortController").New(), o, 0
		signal := f.whole.Get("signal")
		fused, err := p.model.fuser.fuse(o, signal, func(s step) {
			if f.turn == turn {
				f.fraction = s.fraction
				p.steering.render(&p.state)
			}
		})
		if f.turn != turn {
			return
		}
		f.whole = js.Null()
		if err == nil {
			p.took(fused, o)
			p.status.write(say("The result follows, in {time}.", duration(fused.milliseconds)))
		} else if !signal.Get("aborted").Bool() {
			p.failure, p.coarse = err, nil
			break
		}
		p.render()
	}
	f.running = false
	p.render()
}

// took is a fusion of the whole pictures that came to its end.
func (p *page) took(fused *fused, o order) {
	p.result = &result{fused: fused, task: o.task, settings: o.settings, name: p.resultName(o.task)}
	p.coarse = nil
	if fused.reused == 0 {
		p.follower.cost = fused.milliseconds
	}
}

// preview shows a fusion of small versions of the pictures. Where it fails, the
// whole ones will tell.
func (p *page) preview(o order, turn int) {
	width, height := previewSize(p.model.fuser.variant, o.width, o.height)
	if width*height*2 > o.width*o.height { // it would hardly be faster
		return
	}
	pictures := [2]*picture{p.sources[first].picture, p.sources[second].picture}
	for s, picture := range pictures {
		small, err := picture.reduced(width, height)
		if err != nil {
			return
		}
		o.sources[s] = small
	}
	o.width, o.height, o.maps = width, height, false
	fused, err := p.model.fuser.fuse(o, js.Undefined(), func(step) {})
	if err == nil && p.follower.turn == turn {
		p.coarse = &result{fused: fused, task: o.task, settings: o.settings}
		p.render()
	}
}

// previewSize is the largest size of a picture's shape that takes at most
// previewWindows.
func previewSize(cfg core.Config, width, height int) (w, h int) {
	best := 0.0
	for columns := 1; columns <= previewWindows; columns++ {
		rows := previewWindows / columns
		best = max(best, min(float64(columns*cfg.Span())/float64(width), float64(rows*cfg.Span())/float64(height)))
	}
	side := func(n int) int { return max(1, int(math.Round(best*float64(n)))) }
	return side(width), side(height)
}

// following tells what is going on.
func (p *page) following() string {
	f := &p.follower
	switch r := p.result; {
	case f.whole.Truthy():
		return say("Updating … {share}", percent(f.fraction))
	case f.running:
		return say("Updating …")
	case r == nil || r.recorded:
		return ""
	case p.behind(): // a fusion was cancelled, or has failed
		return say("The result is as it was before your last changes.")
	case r.reused > 0:
		return say("Up to date after {time}; {share} of the layers were kept from before.", duration(r.milliseconds), percent(r.reused))
	default:
		return ""
	}
}
