package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tcmoa/core"
)

// steering are the flags that steer a fusion, as they are written.
type steering struct {
	task        string
	router      string
	experts     string
	alpha, beta []string
}

func (s *steering) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&s.task, "task", "t", "", "what the pair is: vif (visible, infrared), mef (exposures) or mff (focus distances)")
	f.StringVar(&s.router, "router", "", "mix of the tasks' routers in place of the --task's own, weights that sum to 1: vif=.5,mef=.5")
	f.StringVar(&s.experts, "experts", "", "which experts take part, 1 or 0 for each: 1,1,0,1 (default: all)")
	f.StringSliceVar(&s.alpha, "alpha", []string{"1"}, "how selective the prompts are: one scale, or one for every mixture of adapters")
	f.StringSliceVar(&s.beta, "beta", []string{"0"}, "shift of the prompts towards the first picture (or, below 0, the second): one, or one for every mixture")
}

// controls are what the flags mean for a network. All errors are usage errors.
func (s *steering) controls(cfg core.Config) (core.Controls, error) {
	c, err := s.parse(cfg)
	if err == nil {
		err = c.Validate(cfg)
	}
	if err != nil {
		return core.Controls{}, usageError{err}
	}
	return c, nil
}

func (s *steering) parse(cfg core.Config) (c core.Controls, err error) {
	if c.Router, err = s.parseRouter(cfg); err != nil {
		return c, err
	}
	if c.Experts, err = s.parseExperts(cfg); err != nil {
		return c, err
	}
	alpha, err := perMixture("alpha", s.alpha, cfg)
	if err != nil {
		return c, err
	}
	beta, err := perMixture("beta", s.beta, cfg)
	if err != nil {
		return c, err
	}
	for j := range alpha {
		c.Prompts = append(c.Prompts, core.Prompt{Alpha: alpha[j], Beta: beta[j]})
	}
	return c, nil
}

func (s *steering) parseRouter(cfg core.Config) ([]float32, error) {
	if s.task == "" && s.router == "" {
		return nil, fmt.Errorf("--task is missing: say what the pair is, one of %s", strings.Join(cfg.Tasks, ", "))
	}
	if s.task != "" {
		c, err := core.TaskControls(cfg, s.task)
		if err != nil || s.router == "" {
			return c.Router, err
		}
	}
	router := make([]float32, len(cfg.Tasks))
	for part := range strings.SplitSeq(s.router, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return nil, fmt.Errorf("--router has %q, want task=weight, for instance vif=.5,mef=.5", part)
		}
		k, err := cfg.Task(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		if router[k], err = number("router", value); err != nil {
			return nil, err
		}
	}
	return router, nil
}

func (s *steering) parseExperts(cfg core.Config) ([]bool, error) {
	if s.experts == "" {
		return nil, nil
	}
	var on []bool
	for part := range strings.SplitSeq(s.experts, ",") {
		switch strings.TrimSpace(part) {
		case "1":
			on = append(on, true)
		case "0":
			on = append(on, false)
		default:
			return nil, fmt.Errorf("--experts has %q, want a 1 (on) or a 0 (off) for each of %d experts", part, cfg.Experts)
		}
	}
	return on, nil
}

// perMixture reads one number for every mixture of adapters; a single one
// counts for all.
func perMixture(flag string, values []string, cfg core.Config) ([]float32, error) {
	n := cfg.MoAs()
	if len(values) != 1 && len(values) != n {
		return nil, fmt.Errorf("--%s has %d values, want one, or one for each of %d mixtures of adapters", flag, len(values), n)
	}
	out := make([]float32, n)
	for j := range out {
		v, err := number(flag, values[min(j, len(values)-1)])
		if err != nil {
			return nil, err
		}
		out[j] = v
	}
	return out, nil
}

func number(flag, text string) (float32, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
	if err != nil {
		return 0, fmt.Errorf("--%s has %q, want a number", flag, text)
	}
	return float32(v), nil
}
