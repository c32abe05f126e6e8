package cpu_test

import (
	"context"
	"image"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant/golden"
)

// ramp is a picture whose pixels follow from its seed.
type ramp struct{ side, seed int }

func (p ramp) Size() (int, int) { return p.side, p.side }
func (p ramp) ReadRow(rgb []float32, y, x0, x1 int) {
	for x := x0; x < x1; x++ {
		for c := range 3 {
			rgb[3*(x-x0)+c] = float32((x*(7+p.seed)+y*(3+c)+p.seed*41)%256) / 255
		}
	}
}

// walk steps through controls, each a small change of the one before.
type walk struct {
	rng      *rand.Rand
	cfg      core.Config
	controls core.Controls
	beta     []float32
}

func newWalk(seed uint64, cfg core.Config) *walk {
	w := &walk{rng: rand.New(rand.NewPCG(seed, 1)), cfg: cfg}
	w.controls, _ = core.TaskControls(cfg, cfg.Tasks[0])
	w.controls.SetPrompt(cfg, core.NoChange)
	return w
}

func (w *walk) step(tokens int) {
	c := &w.controls
	switch w.rng.IntN(8) {
	case 0: // the same again
	case 1:
		c.Router = []float32{0.5, 0.25, 0.25}
		w.rng.Shuffle(3, func(i, j int) { c.Router[i], c.Router[j] = c.Router[j], c.Router[i] })
	case 2:
		c.Experts = make([]bool, w.cfg.Experts)
		c.Experts[w.rng.IntN(w.cfg.Experts)] = true
	case 3:
		w.beta = make([]float32, tokens)
		w.beta[w.rng.IntN(tokens)] = 0.25
	case 4:
		w.beta = nil
	default: // in place: checkpoints must not share the caller's memory
		c.Prompts[w.rng.IntN(len(c.Prompts))] = core.Prompt{Alpha: 1, Beta: float32(w.rng.IntN(3)) / 4}
	}
}

// A pass that goes on from a checkpoint must give what a whole one gives, bit
// for bit, whatever was changed, forgotten or broken off before.
func TestCheckpoints(t *testing.T) {
	steps := 16
	if testing.Short() {
		steps = 8
	}
	for _, model := range golden.Models {
		net := load(t, golden.Model(t, goldenDir(), model), cpu.Options{Precision: cpu.Float32})
		cfg := net.Config
		side := cfg.Span()
		tile := image.Rect(0, 0, side, side)
		tokens := cfg.Window * cfg.Window
		one := 8 * tokens * cfg.Dim // bytes of the streams
		for name, limit := range map[string]int{"nothing": 0, "a route": 100, "one": one + one/2, "few": 4 * one, "all": 1 << 30} {
			t.Run(model+"/"+name, func(t *testing.T) {
				store := core.NewCheckpoints(limit)
				w := newWalk(uint64(limit), cfg)
				reused := 0
				for i := range steps {
					w.step(tokens)
					pair := i / 3 % 2 * 5 // two pairs in turn
					job := core.TileJob{
						A: ramp{side - 3, pair}, B: ramp{side - 3, pair + 1}, Rect: tile,
						Controls: w.controls, Beta: w.beta, Maps: true,
					}
					want, err := net.RunTile(context.Background(), job, nil)
					if err != nil {
						t.Fatal(err)
					}
					job.Checkpoints = store
					if i%4 == 3 {
						breakOff(t, net, job, w.rng.IntN(cfg.Depth+cfg.DecoderDepth))
					}
					got, err := net.RunTile(context.Background(), job, nil)
					if err != nil {
						t.Fatal(err)
					}
					reused += got.Reused
					got.Reused = 0
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("step %d: another result than a whole pass", i)
					}
					if store.Bytes() > limit {
						t.Fatalf("step %d: %d bytes are kept, want at most %d", i, store.Bytes(), limit)
					}
				}
				if (reused > 0) != (limit >= one) {
					t.Errorf("%d blocks were reused", reused)
				}
			})
		}
	}
}

// breakOff runs a tile up to a step.
func breakOff(t *testing.T, net *core.Network, job core.TileJob, after int) {
	ctx, cancel := context.WithCancel(context.Background())
	_, err := net.RunTile(ctx, job, func(s core.Step) {
		if s.Done > after {
			cancel()
		}
	})
	if err == nil {
		t.Fatal("a cancelled pass gives no error")
	}
}

// What comes before the first MoA that is steered in another way is not
// computed again.
func TestCheckpointsReuse(t *testing.T) {
	net := load(t, golden.Model(t, goldenDir(), "blend"), cpu.Options{Precision: cpu.Float32})
	cfg := net.Config // its MoAs follow blocks 1 and 3 of the encoder and 1 of the decoder
	controls, _ := core.TaskControls(cfg, "mef")
	controls.SetPrompt(cfg, core.NoChange)
	side := cfg.Span()
	job := core.TileJob{
		A: ramp{side, 1}, B: ramp{side, 2}, Rect: image.Rect(0, 0, side, side), Controls: controls,
		Checkpoints: core.NewCheckpoints(1 << 30),
	}
	run := func(what string, want int) {
		t.Helper()
		r, err := net.RunTile(context.Background(), job, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Reused != want {
			t.Errorf("%s: %d blocks reused, want %d", what, r.Reused, want)
		}
	}
	change := func(j int) {
		job.Controls.Prompts = slices.Clone(job.Controls.Prompts)
		job.Controls.Prompts[j].Beta += 0.125
	}
	run("at first", 0)
	run("no change", 6)
	change(2)
	run("the decoder's MoA", 6)
	change(1)
	run("the encoder's second MoA", 4)
	change(2)
	run("the decoder's MoA after that", 6)
	change(0)
	run("the first MoA", 2)
	job.Controls.Router = []float32{1, 0, 0}
	run("another router", 2)
	job.Beta = make([]float32, cfg.Window*cfg.Window)
	run("a region", 2)
	job.A = ramp{side, 3}
	run("another picture", 0)
	job.A = ramp{side, 1}
	run("the first picture again", 6)

	ctx, cancel := context.WithCancel(context.Background())
	job.B = ramp{side, 4}
	if _, err := net.RunTile(ctx, job, func(s core.Step) {
		if s.Name == "encoder block 2" {
			cancel()
		}
	}); err == nil {
		t.Fatal("a cancelled pass gives no error")
	}
	run("after a pass that was broken off", 2)
}
