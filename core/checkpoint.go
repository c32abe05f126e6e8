package core

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// Keeper is a Pass whose activations can outlive it. A backend that implements
// it computes anew only what a change of the controls concerns; for others
// every pass starts at the beginning.
type Keeper interface {
	Pass
	// Keep copies an activation. It returns nil where the pass has failed or
	// ended, so that the activation may be incomplete. old is a copy that is not
	// needed any more, whose memory is used again or let go, or nil.
	Keep(a Activation, old Kept) Kept
	// Recall makes an activation of this pass from one that an earlier pass of
	// the same backend, over a grid of the same size, has kept.
	Recall(k Kept) Activation
}

// Kept is an activation that outlives its pass; only its backend looks inside.
type Kept interface {
	// Bytes is how much memory it takes.
	Bytes() int
	// Whole tells whether the copy was made. A backend that first records a pass
	// and computes it at its end, if it comes to that, knows only afterwards.
	Whole() bool
	// Release lets its memory go.
	Release()
}

// Checkpoints keep both streams as they were before each mixture of adapters
// (MoA), for the tiles that were computed last. Nothing before the first MoA
// depends on the controls, and nothing before a later one on how that one is
// steered: a pass over the same pixels goes on from the first MoA whose steering
// differs. Its results are those of a whole pass, bit for bit.
//
// Checkpoints serve one Network and, like its Backend, one pass at a time.
type Checkpoints struct {
	limit  int // bytes
	held   int // bytes
	passes int // so far
	trails []*trail
}

// NewCheckpoints returns an empty store that never holds more than limit bytes.
// The streams before one MoA take 8 bytes a token and channel: 25 MB a megapixel
// for a network of 192 channels and 8-pixel tokens.
func NewCheckpoints(limit int) *Checkpoints { return &Checkpoints{limit: limit} }

// Bytes is how much memory the checkpoints take.
func (c *Checkpoints) Bytes() int { return c.held }

// Clear lets go of all checkpoints.
func (c *Checkpoints) Clear() {
	for _, t := range c.trails {
		c.forget(t)
	}
	c.trails = nil
}

// patience is for how many passes a tile may go unused before it is forgotten.
const patience = 64

// trail is what the passes over one tile have left behind.
type trail struct {
	source uint64 // fingerprint of the pixels
	used   int    // number of the last pass that used it
	moas   []waypoint
	known  int // the MoAs whose steering and route are those of the last pass
}

// waypoint is a place before a MoA. What lies before it depends on the steering
// of the waypoints before, and not on its own.
type waypoint struct {
	before         Kept // both streams; nil where there was no room
	steering       Steering
	prompts, gates Kept
}

// resume prepares a pass of a keeper's backend that goes on from the last checkpoint
// that the controls leave valid, and leaves checkpoints itself.
func (c *Checkpoints) resume(p Pass, k Keeper, in Input, controls Controls, beta []float32) *recorded {
	t := c.find(fingerprint(in), in.Config.MoAs())
	changed := 0 // the first MoA that is steered in another way than last time
	for changed < t.known && t.moas[changed].decided() && t.moas[changed].steering.equal(controls.steering(changed, beta)) {
		changed++
	}
	r := &recorded{keeper: k, store: c, trail: t}
	r.resumed = resumed{
		Pass: p, from: -1, encoder: in.Config.EncoderMoAs(),
		start: func() Activation { return k.Recall(t.moas[r.from].before) },
	}
	t.known = changed
	for j := range t.moas {
		switch w := &t.moas[j]; {
		case w.before == nil:
		case j <= changed && w.before.Whole():
			r.from = j
		default:
			r.spare = append(r.spare, c.drop(&w.before))
		}
	}
	return r
}

// find is the trail of a tile, a new one where there is none, and forgets those
// that nobody has followed for long.
func (c *Checkpoints) find(source uint64, moas int) *trail {
	c.passes++
	c.trails = slices.DeleteFunc(c.trails, func(t *trail) bool {
		stale := c.passes-t.used > patience
		if stale {
			c.forget(t)
		}
		return stale
	})
	for _, t := range c.trails {
		if t.source == source {
			t.used = c.passes
			return t
		}
	}
	t := &trail{source: source, used: c.passes, moas: make([]waypoint, moas)}
	c.trails = append(c.trails, t)
	return t
}

// drop takes an activation out of the books, and returns it.
func (c *Checkpoints) drop(k *Kept) Kept {
	old := *k
	if old != nil {
		c.held -= old.Bytes()
	}
	*k = nil
	return old
}

func (c *Checkpoints) forget(t *trail) {
	for j := range t.moas {
		w := &t.moas[j]
		for _, k := range [...]*Kept{&w.before, &w.prompts, &w.gates} {
			if old := c.drop(k); old != nil {
				old.Release()
			}
		}
	}
	t.known = 0
}

// put keeps an activation of a trail if there is room for it. For that other
// trails lose checkpoints, the one that was not used for longest first. A later
// checkpoint saves more work, but the first of a tile is valid whatever the
// controls: the later ones go before the first ones, and these only for what is
// vital to a trail.
func (c *Checkpoints) put(t *trail, to *Kept, k Kept, vital bool) {
	c.drop(to)
	if k == nil {
		return
	}
	for c.held+k.Bytes() > c.limit {
		victim := c.oldest(t, func(o *trail) bool { return o.last() > 0 })
		if victim == nil && vital {
			victim = c.oldest(t, func(o *trail) bool { return o.last() == 0 })
		}
		if victim == nil {
			k.Release()
			return
		}
		c.drop(&victim.moas[victim.last()].before).Release()
	}
	*to = k
	c.held += k.Bytes()
}

// oldest is the trail that was not used for longest among the others that fit.
func (c *Checkpoints) oldest(but *trail, fits func(*trail) bool) *trail {
	var found *trail
	for _, t := range c.trails {
		if t != but && fits(t) && (found == nil || t.used < found.used) {
			found = t
		}
	}
	return found
}

// last is the number of the last MoA that has a checkpoint, or -1.
func (t *trail) last() int {
	for j := len(t.moas) - 1; j >= 0; j-- {
		if t.moas[j].before != nil {
			return j
		}
	}
	return -1
}

// decided tells whether what the MoA came to is at hand.
func (w *waypoint) decided() bool { return w.prompts.Whole() && w.gates.Whole() }

// equal tells whether two steerings have the same effect.
func (s *Steering) equal(o *Steering) bool {
	return s.Prompt == o.Prompt && slices.Equal(s.Router, o.Router) &&
		slices.Equal(s.Experts, o.Experts) && slices.Equal(s.Beta, o.Beta)
}

// clone is a copy that shares nothing with s.
func (s *Steering) clone() Steering {
	return Steering{slices.Clone(s.Router), slices.Clone(s.Experts), s.Prompt, slices.Clone(s.Beta)}
}

// fingerprint is a number that only a pass over the same pixels has: the chance
// that another pair comes to the same is one in 2⁶⁴.
func fingerprint(in Input) uint64 {
	h := uint64(1)
	mix := func(v uint64) { h = bits.RotateLeft64(h^v, 29) * 0x9e3779b97f4a7c15 }
	for _, p := range [2]Picture{in.A, in.B} {
		width, height := p.Size()
		for _, v := range [...]int{width, height, in.Tile.Min.X, in.Tile.Min.Y, in.Tile.Max.X, in.Tile.Max.Y} {
			mix(uint64(v))
		}
		x0, x1 := reach(in.Tile.Min.X, in.Tile.Max.X, width)
		y0, y1 := reach(in.Tile.Min.Y, in.Tile.Max.Y, height)
		if rgba, ok := p.(*RGBA); ok { // as it is, which takes a fraction of the time
			for y := y0; y < y1; y++ {
				row := rgba.Pix[4*(y*width+x0) : 4*(y*width+x1)]
				for ; len(row) >= 8; row = row[8:] {
					mix(binary.LittleEndian.Uint64(row))
				}
				if len(row) > 0 {
					mix(uint64(binary.LittleEndian.Uint32(row)))
				}
			}
			continue
		}
		row := make([]float32, 3*(x1-x0))
		for y := y0; y < y1; y++ {
			p.ReadRow(row, y, x0, x1)
			for _, v := range row {
				mix(uint64(math.Float32bits(v)))
			}
		}
	}
	return h
}
