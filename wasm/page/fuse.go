//go:build js && wasm

package main

import "syscall/js"

// fuse starts a fusion, or has one wait for the model, and shows where.
func (p *page) fuse() {
	if p.request(); p.fusion != nil {
		p.stage.reveal()
	}
}

// request starts a fusion, or has one wait for the model.
func (p *page) request() {
	if p.fusion != nil {
		return
	}
	p.follower.stop()
	p.failure = nil
	if obstacle := p.obstacle(); obstacle != nil {
		if p.mismatch() == nil { // which is on the page already
			p.failure = obstacle
		}
		p.render()
		return
	}
	p.endExample()
	p.fusion = &fusion{controller: js.Global().Get("AbortController").New()}
	p.render()
	switch {
	case p.model.fuser != nil:
		p.start()
	case p.model.failure != nil:
		go p.loadModel()
	}
}

// start computes the fusion that waits.
func (p *page) start() {
	f := p.fusion
	f.started = true
	p.status.write(say("Fusing."))
	p.render()
	o := p.order()
	go func() {
		fused, err := p.model.fuser.fuse(o, f.controller.Get("signal"), func(s step) {
			if p.fusion == f {
				f.step = s
				p.fusing.render(&p.state)
			}
		})
		if p.fusion != f { // cancelled, or the pictures are others by now
			return
		}
		p.fusion = nil
		if err != nil {
			p.failure, p.coarse = err, nil
		} else {
			p.took(fused, o)
			p.status.write(say("Fused in {time}.", duration(fused.milliseconds)))
		}
		p.render()
		p.follow() // what was chosen and set meanwhile
	}()
}

// cancel is the user's act, abandon what it does: the last whole result is on the
// stage again.
func (p *page) cancel() {
	p.abandon()
	p.status.write(say("Cancelled."))
	p.render()
}

func (p *page) abandon() {
	p.follower.stop()
	if p.fusion != nil {
		p.fusion.controller.Call("abort")
		p.fusion = nil
	}
	p.coarse = nil
}

// resultName is NAME-fused-mef.png.
func (p *page) resultName(t *task) string {
	name := p.sources[first].picture.stem()
	if p.sample != nil {
		name = p.sample.id
	}
	return name + "-fused-" + t.id + ".png"
}

// loadModel streams the weights in, and starts a fusion that waits for them.
func (p *page) loadModel() {
	p.model = model{}
	p.render()
	f, err := p.module.load(p.backend, func(a arrival) {
		p.model.arrival = a
		p.modelLine.render(&p.state)
	})
	if err != nil {
		p.model.failure = err
		if p.fusion != nil {
			p.abandon()
			p.failure = problem("The fusion could not start, because the model did not arrive.")
		}
		p.render()
		return
	}
	p.model.fuser = &f
	go p.changeBackend(&f) // another may have been chosen meanwhile
	if p.fusion != nil {
		p.start()
	}
	p.render()
}
