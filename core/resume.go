package core

// resumed is a Pass that a network's graph runs through as through any other,
// but that goes on from before a mixture of adapters (MoA): operations that come
// earlier do nothing. It counts the MoAs that have come by, which tells it where in
// the graph it is.
type resumed struct {
	Pass
	from    int               // the MoA from before which the pass goes on; -1: it starts at the beginning
	start   func() Activation // gives both streams as they were there
	encoder int               // MoAs of the encoder
	next    int               // the MoA that comes next
	blocks  int               // that were not computed
}

// done tells whether start holds the result of an operation on the streams.
func (p *resumed) done() bool { return p.next <= p.from }

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

// Mixture implements Pass. What an earlier MoA decided is not known here.
func (p *resumed) Mixture(z Activation, w *Mixture, s *Steering) (prompts, gates Activation) {
	p.next++
	if p.next <= p.from {
		return nil, nil
	}
	return p.Pass.Mixture(z, w, s)
}

// Fuse implements Pass.
func (p *resumed) Fuse(z, prompts Activation, w *Fusion, s *Steering) {
	if !p.done() {
		p.Pass.Fuse(z, prompts, w, s)
	}
}

// Measure implements Pass. It comes right before a Mixture, and is due for that
// which the pass goes on from.
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
