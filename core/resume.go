package core

// resumed is a Pass that a network's graph runs through as through any other,
// but that goes on from a checkpoint: operations before it do nothing. It counts
// the mixtures of adapters (MoAs) that have come by, which tells it where in the
// graph it is.
type resumed struct {
	Pass           // the backend's
	keeper  Keeper // the same
	store   *Checkpoints
	trail   *trail
	spare   []Kept // memory to use again
	encoder int    // MoAs of the encoder
	from    int    // the MoA whose checkpoint the pass goes on from; -1: it starts at the beginning
	next    int    // the MoA that comes next
	blocks  int    // that were not computed
}

// done tells whether the checkpoint holds the result of an operation on the
// streams.
func (p *resumed) done() bool { return p.next <= p.from }

// start is both streams as the checkpoint has them.
func (p *resumed) start() Activation { return p.keeper.Recall(p.trail.moas[p.from].before) }

// Embed implements Pass.
func (p *resumed) Embed(w *PatchEmbed, pos *Table) Activation {
	switch {
	case !p.done():
		return p.Pass.Embed(w, pos)
	case p.from < p.encoder:
		return p.start()
	default:
		return nil // Project brings the streams in
	}
}

// Attention implements Pass.
func (p *resumed) Attention(z Activation, w *Attention, shift int) {
	if p.done() {
		p.blocks++
		return
	}
	p.Pass.Attention(z, w, shift)
}

// MLP implements Pass.
func (p *resumed) MLP(z Activation, w *MLP) {
	if !p.done() {
		p.Pass.MLP(z, w)
	}
}

// LocalConv implements Pass.
func (p *resumed) LocalConv(z Activation, w *LocalConv) {
	if !p.done() {
		p.Pass.LocalConv(z, w)
	}
}

// Mixture implements Pass.
func (p *resumed) Mixture(z Activation, w *Mixture, s *Steering) (prompts, gates Activation) {
	at := &p.trail.moas[p.next]
	if p.next < p.from {
		p.next++
		return p.keeper.Recall(at.prompts), p.keeper.Recall(at.gates)
	}
	if p.next > p.from {
		p.leave(at, z)
	}
	prompts, gates = p.Pass.Mixture(z, w, s)
	p.note(at, s, prompts, gates)
	if p.next++; p.next == len(p.trail.moas) {
		p.release()
	}
	return prompts, gates
}

// note keeps what a MoA was told and decided.
func (p *resumed) note(at *waypoint, s *Steering, prompts, gates Activation) {
	if p.trail.known != p.next {
		return
	}
	p.store.put(p.trail, &at.prompts, p.keeper.Keep(prompts, at.prompts), true)
	p.store.put(p.trail, &at.gates, p.keeper.Keep(gates, at.gates), true)
	if at.prompts != nil && at.gates != nil {
		at.steering = s.clone()
		p.trail.known++
	}
}

// leave makes a checkpoint, if it can be reached again.
func (p *resumed) leave(at *waypoint, z Activation) {
	if p.trail.known < p.next {
		return
	}
	var old Kept
	if n := len(p.spare); n > 0 {
		old, p.spare = p.spare[n-1], p.spare[:n-1]
	}
	p.store.put(p.trail, &at.before, p.keeper.Keep(z, old), p.next == 0)
}

// release lets go of the memory that was not used again.
func (p *resumed) release() {
	for _, k := range p.spare {
		k.Release()
	}
	p.spare = nil
}

// Fuse implements Pass.
func (p *resumed) Fuse(z, prompts Activation, w *Fusion, s *Steering) {
	if !p.done() {
		p.Pass.Fuse(z, prompts, w, s)
	}
}

// Measure implements Pass. It comes right before a Mixture, and is due for that
// of the checkpoint.
func (p *resumed) Measure(z Activation) Activation {
	if p.next < p.from {
		return nil
	}
	return p.Pass.Measure(z)
}

// Renormalise implements Pass.
func (p *resumed) Renormalise(z, stats Activation) {
	if !p.done() {
		p.Pass.Renormalise(z, stats)
	}
}

// Norm implements Pass.
func (p *resumed) Norm(z Activation, w *Norm) {
	if !p.done() {
		p.Pass.Norm(z, w)
	}
}

// Project implements Pass.
func (p *resumed) Project(z Activation, w *Linear, pos *Table) Activation {
	if p.done() {
		return p.start()
	}
	return p.Pass.Project(z, w, pos)
}
