package main

import (
	"context"

	"github.com/spf13/cobra"

	"tcmoa/cmd/internal/imagefile"
	"tcmoa/cmd/internal/recording"
	"tcmoa/core"
	"tcmoa/core/cpu"
)

// record is the verb of that name.
type record struct {
	task    string
	out     string
	model   string
	quality int
}

func newRecord() *cobra.Command {
	v := &record{}
	cmd := &cobra.Command{
		Use:   "record --task vif|mef|mff -o DIR A B",
		Short: "Record a fusion for the page to show at once",
		Long: `Record fuses a pair of pictures and writes what the page shows before the model
has arrived there: the fused picture, the weight of the first picture in every
pixel, and the prompts and gates of every mixture of adapters, in bytes; and one
of the prompts as a picture, which needs no program to be seen. The pictures
themselves are not copied: the recording names them relative to DIR.`,
		Example: "  tcmoa record --task mef -o dist/example dist/samples/over.jpg dist/samples/under.jpg",
		Args:    exactly("A", "B"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case v.out == "":
				return usagef("-o is missing: the folder to write")
			case v.task == "":
				return usagef("--task is missing: say what the pair is, vif, mef or mff")
			case v.quality < 1 || v.quality > 100:
				return usagef("quality is %d, want 1 to 100", v.quality)
			}
			return v.run(cmd.Context(), args[0], args[1])
		},
	}
	f := cmd.Flags()
	f.StringVarP(&v.task, "task", "t", "", "what the pair is: vif (visible, infrared), mef (exposures) or mff (focus distances)")
	f.StringVarP(&v.out, "output", "o", "", "folder to write (required)")
	f.StringVarP(&v.model, "model", "m", "", modelFlagUsage)
	f.IntVar(&v.quality, "quality", 90, "quality of the fused picture's JPEG, 1 to 100")
	return cmd
}

func (v *record) run(ctx context.Context, a, b string) error {
	model, err := findModel(v.model)
	if err != nil {
		return err
	}
	net, err := loadNetwork(ctx, model, cpu.Options{Precision: cpu.Int8}, nil)
	if err != nil {
		return err
	}
	if net.Config.MoAs() == 0 { // rather than after the work
		return recording.ErrNoMixture
	}
	controls, err := core.TaskControls(net.Config, v.task)
	if err != nil {
		return usageError{err}
	}
	first, second, err := readPair(pair{a: a, b: b})
	if err != nil {
		return err
	}
	width, height := first.Size()
	canvas := &weighted{Canvas: imagefile.NewCanvas(width, height, 8, false)}
	maps, err := net.Fuse(ctx, core.Request{A: first, B: second, Controls: controls, Maps: true}, canvas)
	if err != nil {
		return err
	}
	f := recording.Fusion{
		Config: net.Config, Task: v.task, Backend: net.Backend.Name(), Sources: [2]string{a, b},
		Fused: canvas.Image(), Quality: v.quality, Weight: canvas.weight, Maps: maps,
	}
	return f.Write(v.out)
}

// weighted is a canvas that keeps the weight of the first source too.
type weighted struct {
	*imagefile.Canvas
	weight []float32
}

// WriteRow implements core.Canvas.
func (w *weighted) WriteRow(y int, rgb, weight []float32) {
	w.weight = append(w.weight, weight...)
	w.Canvas.WriteRow(y, rgb, weight)
}
