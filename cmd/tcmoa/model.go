package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
	"tcmoa/quant/checkpoint"
)

// modelVariable names the environment variable with the model to use where the
// command line names none.
const modelVariable = "TCMOA_MODEL"

const modelFlagUsage = "model folder, .safetensors or PyTorch checkpoint (default: the shipped model)"

// findModel is the model to use: the one asked for, or else the first of the
// usual places that has one.
func findModel(asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	if path := os.Getenv(modelVariable); path != "" {
		return path, nil
	}
	shipped := filepath.Join("model", "tiny")
	places := []string{filepath.Join("site", shipped)}
	if exe, err := os.Executable(); err == nil {
		places = append([]string{filepath.Join(filepath.Dir(exe), shipped)}, places...)
	}
	for _, dir := range places {
		if _, err := os.Stat(filepath.Join(dir, quant.ManifestFile)); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("no model found: neither --model nor %s is set, and there is none in %s",
		modelVariable, strings.Join(places, " or in "))
}

// openModel opens a model of any kind. adjust changes what is inferred of a
// checkpoint's variant and may be nil.
func openModel(path string, adjust func(*core.Config)) (quant.Source, error) {
	stat, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no model %s", path)
	case err != nil:
		return nil, err
	case stat.IsDir():
		return openFolder(path)
	case filepath.Base(path) == quant.ManifestFile:
		return openFolder(filepath.Dir(path))
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".safetensors":
		return quant.OpenSafetensors(path)
	case ".pth", ".pt", ".ckpt", ".bin":
		return checkpoint.Open(path, adjust)
	}
	return nil, fmt.Errorf("%s is no model: a model is a folder with a %s, a .safetensors file or a PyTorch checkpoint (.pth)", path, quant.ManifestFile)
}

func openFolder(dir string) (quant.Source, error) {
	m, err := quant.OpenModel(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no whole model folder: %w", dir, err)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// loadNetwork puts a model on the CPU.
func loadNetwork(ctx context.Context, path string, opt cpu.Options, report quant.Progress) (net *core.Network, err error) {
	src, err := openModel(path, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if opt.Precision == cpu.Int8 {
		src = quant.Quantised(src)
	}
	loader, err := core.NewLoader(src.Config(), cpu.New(opt))
	if err != nil {
		return nil, err
	}
	if err := quant.Each(ctx, src, report, loader.Add); err != nil {
		return nil, err
	}
	return loader.Network()
}

// precisions are the names of the CPU's precisions on the command line.
var precisions = map[string]cpu.Precision{"int8": cpu.Int8, "f32": cpu.Float32}

func parsePrecision(name string) (cpu.Precision, error) {
	p, ok := precisions[name]
	if !ok {
		return 0, usagef("precision %q is unknown: int8 and f32 are", name)
	}
	return p, nil
}
