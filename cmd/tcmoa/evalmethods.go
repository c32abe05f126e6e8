package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"tcmoa/cmd/internal/evaluation"
	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/metrics/baseline"
)

// networkMethod is the network's name among the methods.
const networkMethod = "tcmoa"

// methodNames are the names of the methods that this program has.
func methodNames() []string {
	names := []string{networkMethod}
	for _, m := range baseline.All {
		names = append(names, m.Name)
	}
	return names
}

// listMethods makes the methods that the flags name.
func (v *eval) listMethods(ctx context.Context) ([]evaluation.Method, error) {
	precision, err := parsePrecision(v.precision)
	if err != nil {
		return nil, err
	}
	for _, name := range v.methods {
		if !slices.Contains(methodNames(), name) {
			return nil, usagef("method %q is unknown: %s are", name, strings.Join(methodNames(), ", "))
		}
	}
	var methods []evaluation.Method
	add := func(m evaluation.Method) error {
		if slices.ContainsFunc(methods, func(other evaluation.Method) bool { return other.Name == m.Name }) {
			return usagef("there are two methods %q: name each once, and give folders of --fused pictures names of their own", m.Name)
		}
		methods = append(methods, m)
		return nil
	}
	for _, name := range v.methods {
		m, err := v.method(ctx, name, precision)
		if err == nil {
			err = add(m)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, dir := range v.fused {
		m, err := madeElsewhere(dir, v.longSide)
		if err == nil {
			err = add(m)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(methods) == 0 {
		return nil, usagef("nothing is to be measured: name --methods or a folder of --fused pictures")
	}
	return methods, nil
}

func (v *eval) method(ctx context.Context, name string, precision cpu.Precision) (evaluation.Method, error) {
	if name == networkMethod {
		return v.network(ctx, precision)
	}
	m, err := baseline.Named(name)
	return evaluation.Method{Name: name, Fuse: func(_ context.Context, s *evaluation.Scene) (core.Picture, error) {
		out := core.NewRGBA(s.A.Size())
		return out, m.Fuse(s.A, s.B, baseline.ColourOf(s.A, s.B), out)
	}}, err
}

// network loads the model.
func (v *eval) network(ctx context.Context, precision cpu.Precision) (evaluation.Method, error) {
	path, err := findModel(v.model)
	if err != nil {
		return evaluation.Method{}, err
	}
	net, err := loadNetwork(ctx, path, cpu.Options{Precision: precision}, nil)
	if err != nil {
		return evaluation.Method{}, err
	}
	steering := v.steering
	if steering.router != "" { // the task then chooses the metrics alone
		steering.task = ""
	}
	controls, err := steering.controls(net.Config)
	if err != nil {
		return evaluation.Method{}, err
	}
	// A fusion uses all processors by itself: several at once would only need
	// more memory.
	var one sync.Mutex
	return evaluation.Method{Name: networkMethod, Fuse: func(ctx context.Context, s *evaluation.Scene) (core.Picture, error) {
		one.Lock()
		defer one.Unlock()
		out := core.NewRGBA(s.A.Size())
		_, err := net.Fuse(ctx, core.Request{A: s.A, B: s.B, Controls: controls}, out)
		return out, err
	}}, nil
}

// madeElsewhere is the method whose fusions another program put into a folder.
func madeElsewhere(dir string, longSide int) (evaluation.Method, error) {
	files, err := pictures(dir)
	if err != nil {
		return evaluation.Method{}, err
	}
	whole, err := filepath.Abs(dir)
	return evaluation.Method{Name: filepath.Base(whole), Fuse: func(_ context.Context, s *evaluation.Scene) (core.Picture, error) {
		if len(files[s.Name]) == 0 {
			return nil, fmt.Errorf("%s has no picture of it", dir)
		}
		return readLike(s, files[s.Name], longSide)
	}}, err
}
