package imagefile

import (
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"tcmoa/cmd/internal/atomicfile"
)

// Format is a format that pictures are written in.
type Format string

const (
	PNG  Format = "png"
	JPEG Format = "jpg"
	TIFF Format = "tiff"
)

// FormatOf finds the format that a file's extension asks for.
func FormatOf(path string) (Format, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		return PNG, nil
	case ".jpg", ".jpeg":
		return JPEG, nil
	case ".tif", ".tiff":
		return TIFF, nil
	case "":
		return "", fmt.Errorf("%s has no extension: .png, .tiff or .jpg says how to write it", path)
	default:
		return "", fmt.Errorf("%s: pictures are written as .png, .tiff or .jpg, not as %s", path, ext)
	}
}

// MaxDepth is how many bits a sample of the format can have.
func (f Format) MaxDepth() int {
	if f == JPEG {
		return 8
	}
	return 16
}

// Options say how a file is written.
type Options struct {
	Quality int // of a JPEG, 1 to 100
}

// Write writes a picture of the kinds that a Canvas makes to a file, in the
// format of its extension. The file is there whole or not at all.
func Write(path string, img image.Image, opt Options) error {
	format, err := FormatOf(path)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error { return Encode(w, img, format, opt) })
}

// Encode writes a picture of the kinds that a Canvas makes.
func Encode(w io.Writer, img image.Image, format Format, opt Options) error {
	switch format {
	case JPEG:
		return jpeg.Encode(w, img, &jpeg.Options{Quality: opt.Quality})
	case TIFF:
		return encodeTIFF(w, img)
	default:
		return png.Encode(w, img)
	}
}
