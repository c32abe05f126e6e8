//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/core"
	"tcmoa/wasm/internal/settings"
	"tcmoa/wasm/internal/typedarray"
)

// order is a fusion that is wanted.
type order struct {
	sources       [2]js.Value // what the module takes as pictures
	width, height int
	task          *task
	settings      settings.Settings
	maps          bool
	once          bool // no fusion of the same pair will follow
}

// order is the fusion of the pair as everything is set now.
func (p *page) order() order {
	a, b := p.pair()
	return order{
		sources: [2]js.Value{a.blob, b.blob}, width: a.width, height: a.height,
		task: p.task, settings: p.fitted(), maps: a.width*a.height <= mapsBound,
	}
}

// options are the module's FuseOptions.
func (o order) options(cfg core.Config) map[string]any {
	s := o.settings
	options := map[string]any{
		"task": o.task.id, "alpha": real(s.Prompt.Alpha), "beta": real(s.Prompt.Beta), "maps": o.maps, "keep": !o.once,
	}
	if len(s.Own) > 0 {
		prompts := make([]any, cfg.MoAs())
		for j := range prompts {
			own := s.At(j)
			prompts[j] = map[string]any{"alpha": real(own.Alpha), "beta": real(own.Beta)}
		}
		options["prompts"] = prompts
	}
	if s.Router != (settings.Router{}) {
		router := map[string]any{}
		for i, task := range settings.Tasks {
			router[task] = real(s.Router[i])
		}
		options["router"] = router
	}
	if s.Off != 0 {
		experts := make([]any, cfg.Experts)
		for e := range experts {
			experts[e] = s.On(e)
		}
		options["experts"] = experts
	}
	if r := settings.NewRegion(s.Strokes, o.width, o.height, cfg.Cell()); r != nil {
		options["region"] = map[string]any{"width": r.Width, "height": r.Height, "beta": typedarray.FromFloats(r.Beta)}
	}
	return options
}

// real is a number of hundredths.
func real(hundredths int) float64 { return float64(hundredths) / 100 }

// variant is the network that is there, or the one of the recorded example, or
// nil.
func (s *state) variant() *core.Config {
	switch {
	case s.model.fuser != nil:
		return &s.model.fuser.variant
	case s.result != nil:
		return &s.result.variant
	default:
		return nil
	}
}

// fitted are the settings as far as the network knows what they speak of.
func (s *state) fitted() settings.Settings {
	if v := s.variant(); v != nil {
		return s.settings.Fit(v.MoAs(), v.Experts)
	}
	return s.settings
}
