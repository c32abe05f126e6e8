// Onnx writes what the benchmark against other runtimes needs: the network of
// a model folder as ONNX, a pair of pictures, and our own results to compare
// theirs with.
//
//	onnx MODEL FIRST SECOND TASK FOLDER SIDE...
//
// For every SIDE it makes FOLDER/SIDE with f32.onnx and int8.onnx, which map
// the inputs first and second (1×3×side×side, in [0,1]) to fused (3×side×side);
// first.rgba and second.rgba, the middle of the two pictures, four bytes a
// pixel; and f32.bin and int8.bin, what our network on the CPU makes of them:
// little-endian float32, 3×side×side. Equal arguments give equal files, save
// for the last digits of the *.bin on other processors.
package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/jpeg"
	"os"
	"path/filepath"
	"strconv"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "onnx:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 6 {
		return fmt.Errorf("want a model folder, two pictures, a task, a folder to write to, and sides in pixels")
	}
	model, err := quant.OpenModel(args[0])
	if err != nil {
		return err
	}
	defer model.Close()
	for _, arg := range args[5:] {
		side, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		c := testCase{folder: filepath.Join(args[4], arg), side: side, task: args[3], source: model}
		if err := os.MkdirAll(c.folder, 0o777); err != nil {
			return err
		}
		if c.a, err = c.picture("first.rgba", args[1]); err != nil {
			return err
		}
		if c.b, err = c.picture("second.rgba", args[2]); err != nil {
			return err
		}
		for _, precision := range []cpu.Precision{cpu.Float32, cpu.Int8} {
			if err := c.write(precision); err != nil {
				return err
			}
		}
	}
	return nil
}

// testCase is the files of one side.
type testCase struct {
	folder string
	side   int
	task   string
	source quant.Source
	a, b   *core.RGBA
}

// picture cuts the middle out of a picture, and writes it.
func (c *testCase) picture(name, path string) (*core.RGBA, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	whole, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	size := whole.Bounds()
	if size.Dx() < c.side || size.Dy() < c.side {
		return nil, fmt.Errorf("%s has %d×%d pixels, less than %d×%d", path, size.Dx(), size.Dy(), c.side, c.side)
	}
	x0, y0 := size.Min.X+(size.Dx()-c.side)/2, size.Min.Y+(size.Dy()-c.side)/2
	out := core.NewRGBA(c.side, c.side)
	for i := range c.side * c.side {
		r, g, b, _ := whole.At(x0+i%c.side, y0+i/c.side).RGBA()
		copy(out.Pix[4*i:], []uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)})
	}
	return out, os.WriteFile(filepath.Join(c.folder, name), out.Pix, 0o666)
}

// write makes the network's file and our result.
func (c *testCase) write(precision cpu.Precision) error {
	b := &backend{graph: &graph{known: map[string]bool{}}, int8: precision == cpu.Int8}
	if _, err := c.pass(b); err != nil {
		return err
	}
	name := filepath.Join(c.folder, precision.String())
	if err := os.WriteFile(name+".onnx", b.graph.model("tcmoa"), 0o666); err != nil {
		return err
	}
	rgb, err := c.pass(cpu.New(cpu.Options{Precision: precision, Workers: 1}))
	if err != nil {
		return err
	}
	raw, err := binary.Append(nil, binary.LittleEndian, rgb)
	if err != nil {
		return err
	}
	return os.WriteFile(name+".bin", raw, 0o666)
}

// pass runs the network on a backend.
func (c *testCase) pass(b core.Backend) ([]float32, error) {
	l, err := core.NewLoader(c.source.Config(), b)
	if err != nil {
		return nil, err
	}
	if err := quant.Each(context.Background(), c.source, nil, l.Add); err != nil {
		return nil, err
	}
	net, err := l.Network()
	if err != nil {
		return nil, err
	}
	controls, err := core.TaskControls(net.Config, c.task)
	if err != nil {
		return nil, err
	}
	in := core.Input{A: c.a, B: c.b, Tile: image.Rect(0, 0, c.side, c.side), Config: net.Config}
	pass, err := b.Begin(context.Background(), in)
	if err != nil {
		return nil, err
	}
	rgb, _, err := pass.Finish(net.Forward(pass, in, controls, nil, nil).Pixels)
	return rgb, err
}
