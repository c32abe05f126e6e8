package core

import (
	"errors"
	"fmt"
	"math"
)

// Controls steer a fusion. The zero value of a field changes nothing, save for
// Router, which Task and Mix set.
type Controls struct {
	// Router has a weight for each task's router: one 1 for a single task, or a
	// convex mix of them (beyond the paper), which mixes gate logits and modal
	// shifts.
	Router []float32
	// Experts says which experts take part; nil means all.
	Experts []bool
	// Prompts has the scale and shift of each MoA's prompts, encoder first; nil
	// means no change.
	Prompts []Prompt
	// Region moves the prompts' shift from place to place; nil means nowhere.
	Region *Region
}

// Prompt is a change of a MoA's prompts (the paper's Eq. 8, with μ = 0.5):
// p_x ← μ + Alpha·(p_x - μ) + Beta, p_t ← μ + Alpha·(p_t - μ) - Beta. Beta
// moves the dominance from the second source to the first, Alpha scales how
// selective the prompts are.
type Prompt struct{ Alpha, Beta float32 }

// NoChange leaves a MoA's prompts as the network made them.
var NoChange = Prompt{Alpha: 1}

// Region adds to every MoA's Beta, place by place: a Height×Width grid laid
// over the whole picture, linear between the centres of its cells.
type Region struct {
	Width, Height int
	Beta          []float32
}

// TaskControls are those of one task's router and nothing else.
func TaskControls(c Config, task string) (Controls, error) {
	k, err := c.Task(task)
	if err != nil {
		return Controls{}, err
	}
	router := make([]float32, len(c.Tasks))
	router[k] = 1
	return Controls{Router: router}, nil
}

// SetPrompt gives every MoA the same change.
func (c *Controls) SetPrompt(cfg Config, p Prompt) {
	c.Prompts = make([]Prompt, cfg.MoAs())
	for j := range c.Prompts {
		c.Prompts[j] = p
	}
}

// Validate reports what in c does not fit a network of this configuration.
func (c Controls) Validate(cfg Config) error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	finite := func(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

	if len(c.Router) != len(cfg.Tasks) {
		fail("router has %d weights, want one for each of %v", len(c.Router), cfg.Tasks)
	}
	sum := float32(0)
	for _, v := range c.Router {
		if !finite(v) || v < 0 {
			fail("router weight %v is not a share from 0 to 1", v)
		}
		sum += v
	}
	if math.Abs(float64(sum)-1) > 1e-3 {
		fail("router weights sum to %v, want 1", sum)
	}
	if c.Experts != nil {
		on := 0
		for _, e := range c.Experts {
			if e {
				on++
			}
		}
		if len(c.Experts) != cfg.Experts {
			fail("experts has %d switches, want %d", len(c.Experts), cfg.Experts)
		} else if on == 0 {
			fail("every expert is switched off: leave at least one on")
		}
	}
	if c.Prompts != nil && len(c.Prompts) != cfg.MoAs() {
		fail("prompts has %d entries, want one for each of %d mixtures of adapters", len(c.Prompts), cfg.MoAs())
	}
	for j, p := range c.Prompts {
		if !finite(p.Alpha) || !finite(p.Beta) {
			fail("prompt %d: alpha %v, beta %v are not finite", j, p.Alpha, p.Beta)
		}
	}
	if r := c.Region; r != nil {
		if n, err := Elements([]int{r.Height, r.Width}); err != nil || n == 0 || n != len(r.Beta) {
			fail("region is %d×%d with %d values", r.Height, r.Width, len(r.Beta))
		}
		for _, v := range r.Beta {
			if !finite(v) {
				fail("region holds the value %v", v)
				break
			}
		}
	}
	return errors.Join(errs...)
}

// Steering is what one MoA is told of the controls.
type Steering struct {
	Router  []float32 // weights over the tasks, sum 1
	Experts []bool    // which take part; nil: all
	Prompt  Prompt
	Beta    []float32 // N values added to Prompt.Beta token by token; nil: none
}

// steering is MoA j's part of the controls, on a tile whose share of a region
// is beta.
func (c Controls) steering(j int, beta []float32) *Steering {
	s := &Steering{Router: c.Router, Experts: c.Experts, Prompt: NoChange, Beta: beta}
	if c.Prompts != nil {
		s.Prompt = c.Prompts[j]
	}
	return s
}

// sample is the region's Beta at a point of a width×height picture, in pixels.
func (r *Region) sample(x, y float64, width, height int) float32 {
	at := func(p float64, size, cells int) (i, j int, f float32) {
		v := min(max(float64(p/float64(size)*float64(cells))-0.5, 0), float64(cells-1))
		i = int(v)
		return i, min(i+1, cells-1), float32(v - float64(i))
	}
	x0, x1, fx := at(x, width, r.Width)
	y0, y1, fy := at(y, height, r.Height)
	row := func(y int) float32 {
		return Lerp(r.Beta[y*r.Width+x0], r.Beta[y*r.Width+x1], fx)
	}
	return Lerp(row(y0), row(y1), fy)
}
