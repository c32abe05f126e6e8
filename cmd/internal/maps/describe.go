package maps

import (
	"fmt"
	"image"

	"tcmoa/internal/heatmap"
)

// description is the content of maps.json.
type description struct {
	Model    string             `json:"model"`
	Backend  string             `json:"backend"`
	Sources  [2]string          `json:"sources"`
	Width    int                `json:"width"`
	Height   int                `json:"height"`
	Router   map[string]float32 `json:"router"` // weights over the tasks
	Grid     grid               `json:"grid"`
	Weight   *layer             `json:"weight,omitempty"`
	Mixtures []mixture          `json:"mixtures"`
}

// grid is that of the tokens: Rows×Columns of Cell pixels a side. The maps have
// Scale pixels a token.
type grid struct {
	Rows    int `json:"rows"`
	Columns int `json:"columns"`
	Cell    int `json:"cell"`
	Scale   int `json:"scale"`
}

// mixture is what a mixture of adapters decided.
type mixture struct {
	Stage      string   `json:"stage"`       // encoder or decoder
	Number     int      `json:"number"`      // in its stage, from 0
	AfterBlock int      `json:"after_block"` // of its stage, from 0
	Alpha      float32  `json:"alpha"`       // the controls' scale of the prompts
	Beta       float32  `json:"beta"`        // and their shift
	Prompts    [2]layer `json:"prompts"`     // of the first and of the second source
	Experts    []expert `json:"experts"`
}

// expert is an expert's part: Share is the mean of its gate over all tokens,
// which sums to 1 over the experts, Used the share of tokens that it serves.
type expert struct {
	File  string  `json:"file"`
	On    bool    `json:"on"`
	Share float64 `json:"share"`
	Used  float64 `json:"used"`
}

// layer is a map: its file, and its values before they were rounded and
// clipped to [0,1] for the file.
type layer struct {
	File string `json:"file"`
	heatmap.Statistics
}

// describe gives every map to write and returns what is to be said of them.
func (s *Set) describe(write func(name string, img image.Image) error) (*description, error) {
	m := s.Maps
	d := &description{
		Model: s.Config.Name, Backend: s.Backend, Sources: s.Sources, Width: s.Width, Height: s.Height,
		Router: map[string]float32{}, Grid: grid{Rows: m.Rows, Columns: m.Cols, Cell: m.Cell, Scale: m.Cell},
	}
	if s.TokenSize {
		d.Grid.Scale = 1
	}
	for k, v := range s.Controls.Router {
		if v > 0 {
			d.Router[s.Config.Tasks[k]] = v
		}
	}
	if s.Weights.image != nil {
		d.Weight = &layer{"weight.png", s.Weights.sums.Statistics()}
		if err := write(d.Weight.File, s.Weights.image); err != nil {
			return nil, err
		}
	}
	for j := range m.Routes {
		x, err := s.describeMixture(j, write)
		if err != nil {
			return nil, err
		}
		d.Mixtures = append(d.Mixtures, x)
	}
	return d, nil
}

func (s *Set) describeMixture(j int, write func(name string, img image.Image) error) (mixture, error) {
	x := mixture{Stage: "encoder", Number: j, Alpha: 1}
	if n := s.Config.EncoderMoAs(); j >= n {
		x.Stage, x.Number = "decoder", j-n
	}
	for i := 0; ; i++ {
		if number, ok := s.Config.MoAAfter(i); ok && number == x.Number {
			x.AfterBlock = i
			break
		}
	}
	if p := s.Controls.Prompts; p != nil {
		x.Alpha, x.Beta = p[j].Alpha, p[j].Beta
	}
	route, prefix := s.Maps.Routes[j], fmt.Sprintf("%s-%d", x.Stage, x.Number)
	for i, values := range [][]float32{route.X, route.T} {
		file := prefix + "-prompt-" + [...]string{"first", "second"}[i] + ".png"
		x.Prompts[i] = layer{file, heatmap.StatisticsOf(values)}
		if err := write(file, s.layer(values, 0, 1)); err != nil {
			return x, err
		}
	}
	experts := s.Config.Experts
	for e := range experts {
		w := expert{File: fmt.Sprintf("%s-expert-%d.png", prefix, e), On: s.Controls.Experts == nil || s.Controls.Experts[e]}
		for i := e; i < len(route.Gates); i += experts {
			w.Share += float64(route.Gates[i])
			if route.Gates[i] > 0 {
				w.Used++
			}
		}
		tokens := float64(len(route.X))
		w.Share, w.Used = w.Share/tokens, w.Used/tokens
		if err := write(w.File, s.layer(route.Gates, e, experts)); err != nil {
			return x, err
		}
		x.Experts = append(x.Experts, w)
	}
	return x, nil
}
